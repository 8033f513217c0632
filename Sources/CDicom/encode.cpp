#include "boundary.h"

#include "dcmtk/dcmdata/dcostrmb.h"
#include "dcmtk/dcmdata/dcpixel.h"
#include "dcmtk/dcmdata/dcpixseq.h"
#include "dcmtk/dcmdata/dcpxitem.h"

#include <cstdlib>
#include <cstring>
#include <memory>
#include <vector>

using namespace cdicom;

struct cdicom_dataset {
  DcmFileFormat format;
};

cdicom_dataset *cdicom_new(void) {
  cdicom_dataset *made = nullptr;
  guarded(nullptr, 0, [&] {
    prepare();
    made = new cdicom_dataset;
    return static_cast<int>(CDICOM_OK);
  });
  return made;
}

void cdicom_free(cdicom_dataset *dataset) {
  guarded(nullptr, 0, [&] {
    delete dataset;
    return static_cast<int>(CDICOM_OK);
  });
}

int cdicom_put(cdicom_dataset *dataset, uint16_t group, uint16_t element, const char *value) {
  return guarded(nullptr, 0, [&] {
    DcmItem *item = group == 2 ? static_cast<DcmItem *>(dataset->format.getMetaInfo()) : dataset->format.getDataset();
    return status_of(item->putAndInsertString(DcmTag(group, element), value), nullptr, 0);
  });
}

int cdicom_put_pixels(cdicom_dataset *dataset, const uint16_t *pixels, size_t count) {
  return guarded(nullptr, 0, [&] {
    return status_of(dataset->format.getDataset()->putAndInsertUint16Array(DCM_PixelData, pixels,
                                                                            static_cast<unsigned long>(count)),
                     nullptr, 0);
  });
}

int cdicom_put_fragment(cdicom_dataset *dataset, const char *transfer_syntax, const uint8_t *bytes, size_t count) {
  return guarded(nullptr, 0, [&] {
    auto sequence = std::make_unique<DcmPixelSequence>(DcmTag(DCM_PixelData, EVR_OB));
    auto table = std::make_unique<DcmPixelItem>(DcmTag(DCM_Item, EVR_OB));
    DcmPixelItem *const offsets = table.get();
    OFCondition condition = sequence->insert(table.release());
    DcmOffsetList list;
    if (condition.good())
      condition = sequence->storeCompressedFrame(list, const_cast<uint8_t *>(bytes), static_cast<Uint32>(count), 0);
    if (condition.good()) condition = offsets->createOffsetTable(list);
    if (condition.bad()) return status_of(condition, nullptr, 0);
    auto pixels = std::make_unique<DcmPixelData>(DcmTag(DCM_PixelData, EVR_OB));
    pixels->putOriginalRepresentation(DcmXfer(transfer_syntax).getXfer(), nullptr, sequence.release());
    return status_of(dataset->format.getDataset()->insert(pixels.release(), OFTrue), nullptr, 0);
  });
}

int cdicom_encode(cdicom_dataset *dataset, const char *transfer_syntax, uint8_t **out, size_t *out_count, char *message,
                  size_t capacity) {
  *out = nullptr;
  *out_count = 0;
  return guarded(message, capacity, [&] {
    const E_TransferSyntax syntax = DcmXfer(transfer_syntax).getXfer();
    OFCondition condition = dataset->format.getDataset()->chooseRepresentation(syntax, nullptr);
    if (condition.bad()) return status_of(condition, message, capacity);
    if (!dataset->format.getDataset()->canWriteXfer(syntax)) {
      say(message, capacity, "no encoder for this transfer syntax");
      return static_cast<int>(CDICOM_UNSUPPORTED);
    }
    // DCMTK would sign the file as its own: put back who really wrote it.
    DcmMetaInfo *meta = dataset->format.getMetaInfo();
    OFString writer, version;
    (void)meta->findAndGetOFString(DCM_ImplementationClassUID, writer);
    (void)meta->findAndGetOFString(DCM_ImplementationVersionName, version);
    condition = dataset->format.validateMetaInfo(syntax, EWM_updateMeta);
    if (condition.good() && !writer.empty())
      condition = meta->putAndInsertOFStringArray(DCM_ImplementationClassUID, writer);
    if (condition.good() && !version.empty())
      condition = meta->putAndInsertOFStringArray(DCM_ImplementationVersionName, version);
    if (condition.good())
      condition = meta->computeGroupLengthAndPadding(EGL_withGL, EPD_noChange, META_HEADER_DEFAULT_TRANSFERSYNTAX,
                                                     EET_UndefinedLength);
    if (condition.bad()) return status_of(condition, message, capacity);
    std::vector<uint8_t> buffer(size_t(1) << 16);
    std::vector<uint8_t> all;
    DcmOutputBufferStream stream(buffer.data(), static_cast<offile_off_t>(buffer.size()));
    dataset->format.transferInit();
    bool more = true;
    while (more) {
      condition = dataset->format.write(stream, syntax, EET_ExplicitLength, nullptr, EGL_recalcGL, EPD_noChange, 0, 0, 0,
                                        EWM_dontUpdateMeta);
      more = condition == EC_StreamNotifyClient;
      if (condition.good()) stream.flush();
      void *chunk = nullptr;
      offile_off_t length = 0;
      do {
        stream.flushBuffer(chunk, length);
        const auto *start = static_cast<const uint8_t *>(chunk);
        all.insert(all.end(), start, start + length);
        if (condition.good() && !stream.isFlushed()) stream.flush();
      } while (condition.good() && (length > 0 || !stream.isFlushed()));
      if (condition.bad() && !more) return status_of(condition, message, capacity);
    }
    dataset->format.transferEnd();
    auto copy = static_cast<uint8_t *>(std::malloc(all.size() ? all.size() : 1));
    if (!copy) throw std::bad_alloc();
    std::memcpy(copy, all.data(), all.size());
    *out = copy;
    *out_count = all.size();
    return static_cast<int>(CDICOM_OK);
  });
}
