// Text with code extensions (ISO/IEC 2022) to UTF-8 by the C library's converters, for those sets that DCMTK cannot ask
// them for by name: JIS X 0208, 0212 and 0201 (PS3.3 C.12.1.1.2, PS3.5 annexes H and I).
#ifndef CDICOM_ISO2022_H
#define CDICOM_ISO2022_H
#include <string>

namespace cdicom {

/// Loads what `iso2022_decode` needs.
void iso2022_prepare();

/// `terms` is (0008,0005). False where the text holds what no set explains; `out` is of no use then.
bool iso2022_decode(const std::string &terms, const std::string &text, const char *delimiters, std::string &out);

} // namespace cdicom
#endif
