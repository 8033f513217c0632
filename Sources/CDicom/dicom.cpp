#include "CDicom.h"

#include "dcmtk/config/osconfig.h"
#include "dcmtk/dcmdata/dcrledrg.h"
#include "dcmtk/dcmdata/dctk.h"
#include "dcmtk/dcmjpeg/djdecode.h"
#include "dcmtk/dcmjpls/djdecode.h"
#include "dcmtk/dcmjpls/djencode.h"
#include "dcmtk/dcmjpls/djrparam.h"
#include "dcmtk/oflog/oflog.h"

#include <cstdio>
#include <exception>
#include <mutex>
#include <new>
#include <string>

struct cdicom_file {
  DcmFileFormat format;
  std::string text;
  std::string syntax;
};

struct cdicom_dataset {
  DcmFileFormat format;
};

namespace {

void say(char *message, size_t capacity, const char *text) {
  if (message && capacity) std::snprintf(message, capacity, "%s", text);
}

// The one exception boundary: whatever DCMTK throws becomes a status and a sentence.
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

void prepare() {
  static std::once_flag once;
  std::call_once(once, [] {
    OFLog::configure(OFLogger::OFF_LOG_LEVEL);
    DJDecoderRegistration::registerCodecs();
    DcmRLEDecoderRegistration::registerCodecs();
    DJLSDecoderRegistration::registerCodecs();
    DJLSEncoderRegistration::registerCodecs();
    // Leave values as they are: real files carry invalid dates and padded UIDs.
    dcmEnableAutomaticInputDataCorrection.set(OFTrue);
  });
}

int failure(const OFCondition &status, char *message, size_t capacity) {
  say(message, capacity, status.text());
  if (status == EC_EndOfStream || status == EC_StreamNotifyClient || status == EC_InvalidStream ||
      status == EC_InvalidOffset)
    return CDICOM_TRUNCATED;
  if (status == EC_UnsupportedEncoding || status == EC_CannotChangeRepresentation || status == EC_RepresentationNotFound)
    return CDICOM_UNSUPPORTED;
  return CDICOM_FAILED;
}

} // namespace

int cdicom_dictionary_loaded(void) {
  prepare();
  return dcmDataDict.isDictionaryLoaded() ? 1 : 0;
}

int cdicom_open(int descriptor, cdicom_file **file, char *message, size_t capacity) {
  *file = nullptr;
  prepare();
  return guarded(message, capacity, [&] {
    auto opened = new cdicom_file;
    const std::string path = "/proc/self/fd/" + std::to_string(descriptor);
    OFCondition status = opened->format.loadFile(path.c_str());
    if (status.bad()) {
      delete opened;
      return failure(status, message, capacity);
    }
    opened->syntax = DcmXfer(opened->format.getDataset()->getOriginalXfer()).getXferID();
    // A character set that cannot be decoded leaves the bytes as they are.
    (void)opened->format.getDataset()->convertToUTF8();
    *file = opened;
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
    OFString value;
    if (file->format.getDataset()->findAndGetOFStringArray(DcmTagKey(group, element), value).good()) {
      file->text.assign(value.c_str(), value.length());
      found = file->text.c_str();
    }
    return static_cast<int>(CDICOM_OK);
  });
  return found;
}

const char *cdicom_transfer_syntax(cdicom_file *file) { return file->syntax.c_str(); }

int cdicom_has(cdicom_file *file, uint16_t group, uint16_t element) {
  return guarded(nullptr, 0, [&] {
           return file->format.getDataset()->tagExists(DcmTagKey(group, element)) ? 1 : 0;
         }) == 1;
}

int cdicom_pixels(cdicom_file *file, const uint8_t **bytes, size_t *count, char *message, size_t capacity) {
  *bytes = nullptr;
  *count = 0;
  return guarded(message, capacity, [&] {
    DcmDataset *dataset = file->format.getDataset();
    OFCondition status = dataset->chooseRepresentation(EXS_LittleEndianExplicit, nullptr);
    if (status.bad()) return failure(status, message, capacity);
    DcmElement *element = nullptr;
    status = dataset->findAndGetElement(DCM_PixelData, element);
    if (status.bad()) return failure(status, message, capacity);
    if (element->ident() == EVR_OW || element->getVR() == EVR_OW || element->getVR() == EVR_ox ||
        element->getVR() == EVR_US) {
      Uint16 *words = nullptr;
      status = element->getUint16Array(words);
      *bytes = reinterpret_cast<const uint8_t *>(words);
    } else {
      Uint8 *raw = nullptr;
      status = element->getUint8Array(raw);
      *bytes = raw;
    }
    if (status.bad()) return failure(status, message, capacity);
    *count = element->getLength();
    return static_cast<int>(CDICOM_OK);
  });
}

cdicom_dataset *cdicom_new(void) {
  prepare();
  return new (std::nothrow) cdicom_dataset;
}

void cdicom_free(cdicom_dataset *dataset) { delete dataset; }

int cdicom_put(cdicom_dataset *dataset, uint16_t group, uint16_t element, const char *value) {
  return guarded(nullptr, 0, [&] {
    const OFCondition status = dataset->format.getDataset()->putAndInsertString(DcmTag(group, element), value);
    return static_cast<int>(status.good() ? CDICOM_OK : CDICOM_FAILED);
  });
}

int cdicom_put_pixels(cdicom_dataset *dataset, const uint16_t *pixels, size_t count) {
  return guarded(nullptr, 0, [&] {
    const OFCondition status = dataset->format.getDataset()->putAndInsertUint16Array(
        DCM_PixelData, pixels, static_cast<unsigned long>(count));
    return static_cast<int>(status.good() ? CDICOM_OK : CDICOM_FAILED);
  });
}

int cdicom_save(cdicom_dataset *dataset, const char *path, int compressed, char *message, size_t capacity) {
  return guarded(message, capacity, [&] {
    E_TransferSyntax syntax = EXS_LittleEndianExplicit;
    if (compressed) {
      DJLSRepresentationParameter lossless(2, OFTrue);
      const OFCondition status = dataset->format.getDataset()->chooseRepresentation(EXS_JPEGLSLossless, &lossless);
      if (status.bad()) return failure(status, message, capacity);
      syntax = EXS_JPEGLSLossless;
    }
    const OFCondition status = dataset->format.saveFile(path, syntax);
    return status.good() ? static_cast<int>(CDICOM_OK) : failure(status, message, capacity);
  });
}
