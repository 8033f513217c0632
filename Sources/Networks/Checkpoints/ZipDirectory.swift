/// The entries of a zip file that lie in it uncompressed, as PyTorch writes them (PKWARE APPNOTE 4.3). Nothing is
/// inflated, so nothing can grow.
struct ZipDirectory {
  /// Where each entry's bytes lie in the file.
  private(set) var entries: [String: Range<Int>] = [:]

  static func isZip(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0x50, 0x4B, 0x03, 0x04]) }

  init(_ bytes: [UInt8]) throws(CheckpointError) {
    let reader = Reader(bytes: bytes)
    var (at, count) = try Self.directory(reader)
    guard count <= 1_000_000 else { throw .malformed("its zip directory names \(count) entries") }
    while count > 0 {
      guard try reader.integer(at, 4) == 0x0201_4B50 else { throw .malformed("its zip directory is damaged") }
      let (nameLength, extraLength) = (try reader.integer(at + 28, 2), try reader.integer(at + 30, 2))
      let name = String(decoding: try reader.slice(at + 46, nameLength), as: UTF8.self)
      var size = try reader.integer(at + 24, 4)
      var header = try reader.integer(at + 42, 4)
      try Self.widen(reader, at + 46 + nameLength, extraLength, compressed: at + 20, &size, &header)
      guard try reader.integer(at + 10, 2) == 0 else { throw .malformed("\(name) in it is compressed: save it again") }
      guard try reader.integer(header, 4) == 0x0403_4B50 else { throw .malformed("\(name) in it has no header") }
      let start = header + 30 + (try reader.integer(header + 26, 2)) + (try reader.integer(header + 28, 2))
      _ = try reader.slice(start, size)
      guard entries.updateValue(start..<start + size, forKey: name) == nil else {
        throw .malformed("\(name) is in it twice")
      }
      at += 46 + nameLength + extraLength + (try reader.integer(at + 32, 2))
      count -= 1
    }
  }

  /// Where the central directory lies and how many entries it has (4.3.14 to 4.3.16).
  private static func directory(_ reader: Reader) throws(CheckpointError) -> (at: Int, count: Int) {
    let last = reader.bytes.count - 22
    for end in stride(from: last, through: max(last - 65_535, 0), by: -1) {
      guard end >= 0, try reader.integer(end, 4) == 0x0605_4B50 else { continue }
      let (count, at) = (try reader.integer(end + 10, 2), try reader.integer(end + 16, 4))
      guard at == 0xFFFF_FFFF || count == 0xFFFF, end >= 20, try reader.integer(end - 20, 4) == 0x0706_4B50 else {
        return (at, count)
      }
      let wide = try reader.integer(end - 12, 8)
      guard try reader.integer(wide, 4) == 0x0606_4B50 else { break }
      return (try reader.integer(wide + 48, 8), try reader.integer(wide + 32, 8))
    }
    throw .malformed("its zip directory is missing: the file ends too early")
  }

  /// Sizes and places beyond 32 bits stand in an extra field (4.5.3), in this order and only where needed.
  private static func widen(
    _ reader: Reader, _ start: Int, _ length: Int, compressed: Int, _ size: inout Int, _ header: inout Int
  ) throws(CheckpointError) {
    var at = start
    while at + 4 <= start + length {
      let (kind, count) = (try reader.integer(at, 2), try reader.integer(at + 2, 2))
      if kind == 1 {
        var next = at + 4
        if size == 0xFFFF_FFFF {
          size = try reader.integer(next, 8)
          next += 8
        }
        if try reader.integer(compressed, 4) == 0xFFFF_FFFF { next += 8 }
        if header == 0xFFFF_FFFF { header = try reader.integer(next, 8) }
      }
      at += 4 + count
    }
  }

  private struct Reader {
    let bytes: [UInt8]

    func slice(_ at: Int, _ count: Int) throws(CheckpointError) -> ArraySlice<UInt8> {
      guard at >= 0, count >= 0, at <= bytes.count, count <= bytes.count - at else {
        throw .malformed("its zip directory points outside the file")
      }
      return bytes[at..<at + count]
    }

    func integer(_ at: Int, _ width: Int) throws(CheckpointError) -> Int {
      let value = try slice(at, width).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      guard let value = Int(exactly: value) else { throw .malformed("its zip directory names an impossible size") }
      return value
    }
  }
}
