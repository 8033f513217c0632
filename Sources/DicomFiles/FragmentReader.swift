/// The bytes of some fragments as one run, front to back.
struct FragmentReader {
  private let source: ByteSource
  private let parts: [Range<Int>]
  /// The fragment that is being read.
  private(set) var part: Int
  private var bytes: [UInt8] = []
  private var at = 0

  /// `parts` lie in `source`; the first byte is that of fragment `part`.
  init(_ source: ByteSource, _ parts: [Range<Int>], from part: Int = 0) {
    (self.source, self.parts, self.part) = (source, parts, part)
    bytes = part < parts.count ? source.bytes(parts[part].lowerBound, parts[part].count) ?? [] : []
  }

  /// Of memory.
  init(_ bytes: [UInt8]) { self.init(ByteSource(bytes), [0..<bytes.count]) }

  /// Goes on to the fragment that has the next byte; false behind the last.
  private mutating func advance() -> Bool {
    while at == bytes.count {
      guard part + 1 < parts.count else { return false }
      part += 1
      at = 0
      bytes = source.bytes(parts[part].lowerBound, parts[part].count) ?? []
    }
    return true
  }

  mutating func next() -> UInt8? {
    guard at < bytes.count || advance() else { return nil }
    at += 1
    return bytes[at - 1]
  }

  /// Big endian.
  mutating func integer(_ width: Int) -> Int? {
    var value = 0
    for _ in 0..<width {
      guard let byte = next() else { return nil }
      value = value << 8 | Int(byte)
    }
    return value
  }

  /// False where fewer bytes are left.
  mutating func skip(_ count: Int) -> Bool {
    var left = count
    guard left >= 0 else { return false }
    while left > 0 {
      guard at < bytes.count || advance() else { return false }
      let n = min(left, bytes.count - at)
      at += n
      left -= n
    }
    return true
  }
}
