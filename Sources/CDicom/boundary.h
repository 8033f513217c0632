// What the shim's files share: the one exception boundary, and statuses for DCMTK's conditions.
#ifndef CDICOM_BOUNDARY_H
#define CDICOM_BOUNDARY_H
#include "CDicom.h"

#include "dcmtk/config/osconfig.h"
#include "dcmtk/dcmdata/dctk.h"

#include <cstdio>
#include <exception>
#include <new>

namespace cdicom {

inline void say(char *message, size_t capacity, const char *text) {
  if (message && capacity) std::snprintf(message, capacity, "%s", text);
}

/// Runs the body; whatever it throws becomes a status and a sentence.
template <typename Body> int guarded(char *message, size_t capacity, Body body) {
  try {
    return body();
  } catch (const std::bad_alloc &) {
    say(message, capacity, "not enough memory");
  } catch (const std::exception &e) {
    say(message, capacity, e.what());
  } catch (...) {
    say(message, capacity, "DCMTK failed");
  }
  return CDICOM_FAILED;
}

inline int status_of(const OFCondition &condition, char *message, size_t capacity) {
  if (condition.good()) return CDICOM_OK;
  say(message, capacity, condition.text());
  if (condition == EC_EndOfStream || condition == EC_StreamNotifyClient) return CDICOM_TRUNCATED;
  if (condition == EC_UnsupportedEncoding || condition == EC_CannotChangeRepresentation ||
      condition == EC_RepresentationNotFound)
    return CDICOM_UNSUPPORTED;
  return CDICOM_FAILED;
}

/// Registers codecs and silences the log, once.
void prepare();

} // namespace cdicom
#endif
