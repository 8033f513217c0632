#include "boundary.h"
#include "iso2022.h"

#include "dcmtk/dcmdata/dcspchrs.h"

using namespace cdicom;

void cdicom_prepare(void) {
  guarded(nullptr, 0, [] {
    prepare();
    (void)dcmDataDict.isDictionaryLoaded();
    iso2022_prepare();
    // Defined terms of (0008,0005) (PS3.3 C.12.1.1.2). A converter that is kept keeps the C library's module for it.
    static const char *const terms[] = {
        "ISO_IR 100",      "ISO_IR 101",      "ISO_IR 109",      "ISO_IR 110",      "ISO_IR 144", "ISO_IR 127",
        "ISO_IR 126",      "ISO_IR 138",      "ISO_IR 148",      "ISO_IR 203",      "ISO_IR 13",  "ISO_IR 166",
        "ISO_IR 192",      "GB18030",         "GBK",             "ISO 2022 IR 6",   "\\ISO 2022 IR 87",
        "\\ISO 2022 IR 159", "\\ISO 2022 IR 149", "\\ISO 2022 IR 58"};
    constexpr size_t count = sizeof terms / sizeof *terms;
    static DcmSpecificCharacterSet *const kept = new DcmSpecificCharacterSet[count];
    for (size_t i = 0; i < count; i++) {
      if (kept[i].selectCharacterSet(terms[i]).bad()) continue;
      OFString converted;
      (void)kept[i].convertString("A", converted, "\\");
    }
    return static_cast<int>(CDICOM_OK);
  });
}
