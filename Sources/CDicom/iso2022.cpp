#include "iso2022.h"

#include <iconv.h>

#include <array>
#include <map>

namespace cdicom {
namespace {

/// What the C library calls each coded character set, and how many bytes one of its characters has.
struct Set {
  const char *name;
  int width;
  /// Put before every character: the single shifts of EUC-JP.
  unsigned char shift;
};

const Set ascii = {"ASCII", 1, 0}, kana = {"EUC-JP", 1, 0x8E};

/// Escape sequences without their ESC (PS3.3 C.12.1.1.2, tables C.12-3 and C.12-4), and whether they designate G0.
struct Escape {
  const char *bytes;
  bool is_g0;
  Set set;
};

constexpr std::array<Escape, 17> escapes = {{
    {"(B", true, {"ASCII", 1, 0}},      {"(J", true, {"ASCII", 1, 0}},      {")I", false, {"EUC-JP", 1, 0x8E}},
    {"$B", true, {"EUC-JP", 2, 0}},     {"$@", true, {"EUC-JP", 2, 0}},     {"$(D", true, {"EUC-JP", 2, 0x8F}},
    {"$)C", false, {"EUC-KR", 2, 0}},   {"$)A", false, {"GB2312", 2, 0}},   {"-A", false, {"ISO-8859-1", 1, 0}},
    {"-B", false, {"ISO-8859-2", 1, 0}}, {"-C", false, {"ISO-8859-3", 1, 0}}, {"-D", false, {"ISO-8859-4", 1, 0}},
    {"-F", false, {"ISO-8859-7", 1, 0}}, {"-G", false, {"ISO-8859-6", 1, 0}}, {"-H", false, {"ISO-8859-8", 1, 0}},
    {"-L", false, {"ISO-8859-5", 1, 0}}, {"-M", false, {"ISO-8859-9", 1, 0}},
}};

/// Converters are kept: a reading process can load none later.
iconv_t converter(const char *name) {
  static std::map<std::string, iconv_t> kept;
  const auto found = kept.find(name);
  if (found != kept.end()) return found->second;
  return kept[name] = iconv_open("UTF-8", name);
}

bool convert(const Set &set, const std::string &bytes, std::string &out) {
  const iconv_t with = converter(set.name);
  if (with == reinterpret_cast<iconv_t>(-1)) return false;
  std::string in(bytes), room(4 * bytes.size() + 8, '\0');
  char *from = in.data(), *to = room.data();
  size_t left = in.size(), free = room.size();
  iconv(with, nullptr, nullptr, nullptr, nullptr);
  if (iconv(with, &from, &left, &to, &free) == static_cast<size_t>(-1)) return false;
  out.append(room, 0, room.size() - free);
  return true;
}

} // namespace

void iso2022_prepare() {
  for (const auto &escape : escapes) (void)converter(escape.set.name);
}

bool iso2022_decode(const std::string &terms, const std::string &text, const char *delimiters, std::string &out) {
  const bool starts_with_kana = terms.rfind("ISO_IR 13", 0) == 0 || terms.rfind("ISO 2022 IR 13", 0) == 0;
  const Set first_g1 = starts_with_kana ? kana : Set{"ISO-8859-1", 1, 0};
  Set g0 = ascii, g1 = first_g1;
  for (size_t at = 0; at < text.size();) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte == 0x1B) {
      const Escape *found = nullptr;
      for (const auto &escape : escapes)
        if (text.compare(at + 1, std::string(escape.bytes).size(), escape.bytes) == 0) found = &escape;
      if (!found) return false;
      (found->is_g0 ? g0 : g1) = found->set;
      at += 1 + std::string(found->bytes).size();
      continue;
    }
    // Control characters and, in one-byte sets, delimiters set all back to how it began.
    const bool is_delimiter = byte < 0x20 || (g0.width == 1 && std::string(delimiters).find(text[at]) != std::string::npos);
    if (is_delimiter) g0 = ascii, g1 = first_g1;
    const Set &set = byte < 0x80 ? g0 : g1;
    if (at + static_cast<size_t>(set.width) > text.size()) return false;
    std::string character;
    if (set.shift) character += static_cast<char>(set.shift);
    for (int i = 0; i < set.width; i++)
      character += static_cast<char>(set.width > 1 ? text[at + static_cast<size_t>(i)] | 0x80 : text[at]);
    if (!convert(set, character, out)) return false;
    at += static_cast<size_t>(set.width);
  }
  return true;
}

} // namespace cdicom
