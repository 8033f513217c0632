/// The bytes of a table as UTF-8, whatever a spreadsheet saved it as: UTF-8, UTF-16 of either order ("Unicode text"), with
/// or without a byte order mark, else Latin-1.
enum TableText {
  static func utf8(_ bytes: [UInt8]) throws(TableError) -> [UInt8] {
    if bytes.starts(with: [0xFF, 0xFE, 0, 0]) || bytes.starts(with: [0, 0, 0xFE, 0xFF]) {
      throw .otherFile("is UTF-32: save it as UTF-8")
    }
    // A zip, or the compound file of old versions of Excel ([MS-CFB] 2.2).
    if bytes.starts(with: [0x50, 0x4B, 3, 4]) || bytes.starts(with: [0xD0, 0xCF, 0x11, 0xE0]) {
      throw .otherFile("is a workbook, no text: save its sheet as CSV")
    }
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return Array(bytes.dropFirst(3)) }
    if bytes.starts(with: [0xFF, 0xFE]) { return try utf16(bytes.dropFirst(2), low: 0) }
    if bytes.starts(with: [0xFE, 0xFF]) { return try utf16(bytes.dropFirst(2), low: 1) }
    // Names of columns are ASCII: without a mark, one byte of the first pair is zero.
    if bytes.count >= 2, (bytes[0] == 0) != (bytes[1] == 0) { return try utf16(bytes[...], low: bytes[0] == 0 ? 1 : 0) }
    if String(validating: bytes, as: UTF8.self) != nil { return bytes }
    return Array(String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) })).utf8)
  }

  /// `low` is the place of the lesser byte in each pair.
  private static func utf16(_ bytes: ArraySlice<UInt8>, low: Int) throws(TableError) -> [UInt8] {
    guard bytes.count % 2 == 0 else { throw .otherFile("is UTF-16 that ends within a character: save it again") }
    let units = stride(from: bytes.startIndex, to: bytes.endIndex, by: 2).map { i in
      UInt16(bytes[i + low]) | UInt16(bytes[i + 1 - low]) << 8
    }
    return Array(String(decoding: units, as: UTF16.self).utf8)
  }
}
