#include "boundary.h"
#include "iso2022.h"

#include "dcmtk/dcmdata/dcistrmb.h"
#include "dcmtk/dcmdata/dcrleerg.h"
#include "dcmtk/dcmdata/dcspchrs.h"
#include "dcmtk/oflog/oflog.h"

#include <memory>
#include <mutex>
#include <string>

using namespace cdicom;

struct cdicom_file {
  DcmDataset dataset;
  DcmSpecificCharacterSet characters;
  std::string text;
  bool converts = false;
  /// Specific Character Set (0008,0005).
  std::string terms;
};

namespace cdicom {

void prepare() {
  static std::once_flag once;
  std::call_once(once, [] {
    OFLog::configure(OFLogger::OFF_LOG_LEVEL);
    DcmRLEEncoderRegistration::registerCodecs();
  });
}

} // namespace cdicom

namespace {

/// VRs whose text (0008,0005) governs (PS3.3 C.12.1.1.2).
bool has_characters(DcmEVR vr) {
  switch (vr) {
  case EVR_PN: case EVR_LO: case EVR_SH: case EVR_LT: case EVR_ST: case EVR_UC: case EVR_UT: return true;
  default: return false;
  }
}

const char *text_of(cdicom_file *file, DcmItem *item, const DcmTagKey &tag) {
  DcmElement *element = nullptr;
  if (!item || item->findAndGetElement(tag, element).bad() || !element) return nullptr;
  OFString value;
  if (element->getOFStringArray(value).bad()) return nullptr;
  if (has_characters(element->getVR())) {
    OFString converted;
    std::string decoded;
    const char *delimiters = element->getVR() == EVR_PN ? "\\^=" : "\\\r\n\t\f";
    if (file->converts) {
      if (file->characters.convertString(value, converted, delimiters).good()) value = converted;
    } else if (file->terms.find("ISO 2022") != std::string::npos || file->terms.find("ISO_IR 13") == 0) {
      if (iso2022_decode(file->terms, {value.c_str(), value.length()}, delimiters, decoded)) value = decoded.c_str();
    }
  }
  file->text.assign(value.c_str(), value.length());
  return file->text.c_str();
}

} // namespace

int cdicom_dictionary_loaded(void) {
  return guarded(nullptr, 0, [] {
           prepare();
           return dcmDataDict.isDictionaryLoaded() ? 1 : 0;
         }) == 1;
}

int cdicom_open(const uint8_t *bytes, size_t count, const char *transfer_syntax, cdicom_file **file, char *message,
                size_t capacity) {
  *file = nullptr;
  return guarded(message, capacity, [&] {
    prepare();
    DcmInputBufferStream stream;
    stream.setBuffer(bytes, static_cast<offile_off_t>(count));
    stream.setEos();
    auto opened = std::make_unique<cdicom_file>();
    opened->dataset.transferInit();
    const OFCondition condition =
        opened->dataset.read(stream, DcmXfer(transfer_syntax).getXfer(), EGL_noChange, DCM_MaxReadLength);
    opened->dataset.transferEnd();
    if (condition.bad()) return status_of(condition, message, capacity);
    OFString set;
    if (opened->dataset.findAndGetOFStringArray(DCM_SpecificCharacterSet, set).good() && !set.empty()) {
      opened->terms = set.c_str();
      opened->converts = opened->characters.selectCharacterSet(set).good();
    }
    *file = opened.release();
    return static_cast<int>(CDICOM_OK);
  });
}

void cdicom_close(cdicom_file *file) {
  guarded(nullptr, 0, [&] {
    delete file;
    return static_cast<int>(CDICOM_OK);
  });
}

const char *cdicom_text(cdicom_file *file, uint16_t group, uint16_t element) {
  const char *found = nullptr;
  guarded(nullptr, 0, [&] {
    found = text_of(file, &file->dataset, DcmTagKey(group, element));
    return static_cast<int>(CDICOM_OK);
  });
  return found;
}

const char *cdicom_private_text(cdicom_file *file, uint16_t group, const char *creator, uint8_t element) {
  const char *found = nullptr;
  guarded(nullptr, 0, [&] {
    DcmItem &set = file->dataset;
    for (DcmObject *at = nullptr; !found && (at = set.nextInContainer(at)) != nullptr;) {
      const DcmTagKey tag = at->getTag().getXTag();
      if (tag.getGroup() > group) break;
      if (tag.getGroup() != group || tag.getElement() < 0x10 || tag.getElement() > 0xFF) continue;
      const char *name = text_of(file, &set, tag);
      std::string own = name ? name : "";
      own.erase(own.find_last_not_of(' ') + 1);
      if (own == creator) found = text_of(file, &set, DcmTagKey(group, Uint16(tag.getElement() << 8 | element)));
    }
    return static_cast<int>(CDICOM_OK);
  });
  return found;
}

int cdicom_items(cdicom_file *file, uint16_t group, uint16_t element) {
  int count = 0;
  guarded(nullptr, 0, [&] {
    DcmSequenceOfItems *items = nullptr;
    if (file->dataset.findAndGetSequence(DcmTagKey(group, element), items).good() && items)
      count = static_cast<int>(items->card());
    return static_cast<int>(CDICOM_OK);
  });
  return count;
}

const char *cdicom_item_text(cdicom_file *file, uint16_t sequence_group, uint16_t sequence_element, uint32_t item,
                             uint16_t group, uint16_t element) {
  const char *found = nullptr;
  guarded(nullptr, 0, [&] {
    DcmItem *own = nullptr;
    const DcmTagKey sequence(sequence_group, sequence_element);
    if (file->dataset.findAndGetSequenceItem(sequence, own, static_cast<long>(item)).good())
      found = text_of(file, own, DcmTagKey(group, element));
    return static_cast<int>(CDICOM_OK);
  });
  return found;
}

const char *cdicom_frame_text(cdicom_file *file, uint32_t frame, uint16_t sequence_group, uint16_t sequence_element,
                              uint16_t group, uint16_t element) {
  const char *found = nullptr;
  guarded(nullptr, 0, [&] {
    const DcmTagKey sequence(sequence_group, sequence_element);
    const std::pair<DcmTagKey, long> places[] = {
        {DCM_PerFrameFunctionalGroupsSequence, static_cast<long>(frame)}, {DCM_SharedFunctionalGroupsSequence, 0}};
    for (const auto &place : places) {
      DcmItem *groups = nullptr, *item = nullptr;
      if (found || file->dataset.findAndGetSequenceItem(place.first, groups, place.second).bad() || !groups) continue;
      if (groups->findAndGetSequenceItem(sequence, item, 0).bad()) continue;
      found = text_of(file, item, DcmTagKey(group, element));
    }
    return static_cast<int>(CDICOM_OK);
  });
  return found;
}
