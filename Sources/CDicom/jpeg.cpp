#include "boundary.h"

#include "dcmtk/dcmjpeg/djcparam.h"
#include "dcmtk/dcmjpeg/djdijg12.h"
#include "dcmtk/dcmjpeg/djdijg16.h"
#include "dcmtk/dcmjpeg/djdijg8.h"
#include "dcmtk/dcmjpeg/djutils.h"
#include "dcmtk/oflog/appender.h"
#include "dcmtk/oflog/spi/logevent.h"

#include <memory>
#include <mutex>
#include <string>

using namespace cdicom;

namespace {

/// What the decoder says of a picture beside decoding it: it fills what is missing with grey, and only warns.
thread_local std::string warning;

class Listener : public dcmtk::log4cplus::Appender {
public:
  ~Listener() override { destructorImpl(); }
  void close() override { closed = true; }

protected:
  void append(const dcmtk::log4cplus::spi::InternalLoggingEvent &event) override {
    const std::string text = event.getMessage().c_str();
    // Bytes too many before a marker do no harm; all other warnings of corrupt data lose a part of the picture. That
    // the data end early says most.
    const bool harms = text.find("remature end") != std::string::npos ||
                       (text.find("orrupt JPEG") != std::string::npos && text.find("extraneous") == std::string::npos);
    if (harms && warning.find("remature end") == std::string::npos) warning = text;
  }
};

void listen() {
  static std::once_flag once;
  std::call_once(once, [] {
    prepare();
    DCM_dcmjpegLogger.setLogLevel(OFLogger::WARN_LOG_LEVEL);
    DCM_dcmjpegLogger.setAdditivity(false);
    DCM_dcmjpegLogger.addAppender(dcmtk::log4cplus::SharedAppenderPtr(new Listener));
  });
}

} // namespace

int cdicom_decode_jpeg(const uint8_t *bytes, size_t count, int precision, uint8_t *out, size_t size,
                       int *bytes_per_sample, char *message, size_t capacity) {
  return guarded(message, capacity, [&] {
    listen();
    // Pixels as stored: no colour conversion, so that the same file always gives the same bytes.
    const DJCodecParameter parameters(ECC_lossyYCbCr, EDC_never, EUC_never, EPC_default);
    std::unique_ptr<DJDecoder> decoder;
    if (precision > 12) {
      decoder = std::make_unique<DJDecompressIJG16Bit>(parameters, OFFalse);
    } else if (precision > 8) {
      decoder = std::make_unique<DJDecompressIJG12Bit>(parameters, OFFalse);
    } else {
      decoder = std::make_unique<DJDecompressIJG8Bit>(parameters, OFFalse);
    }
    *bytes_per_sample = decoder->bytesPerSample();
    warning.clear();
    OFCondition condition = decoder->init();
    if (condition.good())
      condition = decoder->decode(const_cast<uint8_t *>(bytes), static_cast<Uint32>(count), out,
                                  static_cast<Uint32>(size), OFFalse);
    // It waits for more than there is.
    if (condition == EJ_Suspension || warning.find("remature end") != std::string::npos)
      return static_cast<int>(CDICOM_TRUNCATED);
    if (condition.good() && !warning.empty()) {
      say(message, capacity, warning.c_str());
      return static_cast<int>(CDICOM_FAILED);
    }
    return status_of(condition, message, capacity);
  });
}
