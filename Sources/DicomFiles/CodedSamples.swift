/// Samples as a codestream gave them, made what the header promises. Lossy coding overshoots: where the stream has more
/// bits than are stored, a sample beyond their range is the nearest in it, for every reader of the pixels alike.
struct CodedSamples {
  /// Interleaved, native order.
  var bytes: [UInt8]
  /// Bytes of a sample.
  var width: Int
  /// Bits of a sample in the stream.
  let precision: Int
  /// True where the stream itself has negative numbers; else signed samples are in it as patterns of bits.
  let isSigned: Bool

  /// `header.bytesPerSample` bytes each, within Bits Stored.
  func fitted(_ header: DicomHeader) -> [UInt8] {
    var made = self
    made.widen(header.bytesPerSample)
    // Bits above those stored mean something else where those stored do not begin at the lowest.
    guard precision > header.bitsStored, header.highBit == header.bitsStored - 1 else { return made.bytes }
    switch made.width {
    case 1: made.clamp(header, UInt8.self)
    case 2: made.clamp(header, UInt16.self)
    default: made.clamp(header, UInt32.self)
    }
    return made.bytes
  }

  private mutating func widen(_ wanted: Int) {
    guard wanted > width else { return }
    var wide = [UInt8](repeating: 0, count: bytes.count / width * wanted)
    for i in 0..<bytes.count / width {
      for b in 0..<width { wide[i * wanted + b] = bytes[i * width + b] }
    }
    (bytes, width) = (wide, wanted)
  }

  private mutating func clamp<T: FixedWidthInteger & UnsignedInteger>(_ header: DicomHeader, _: T.Type) {
    let (unused, stored) = (64 - precision, header.bitsStored)
    let half = 1 << (stored - 1)
    let range = header.signed ? -half...half - 1 : 0...2 * half - 1
    let isPattern = header.signed && !isSigned
    let takesSign = isSigned || header.signed
    let isShort = isPattern && isShort(T.self, stored)
    bytes.withUnsafeMutableBytes { raw in
      for at in stride(from: 0, to: raw.count, by: T.bitWidth / 8) {
        let pattern = Int(truncatingIfNeeded: raw.loadUnaligned(fromByteOffset: at, as: T.self))
        var number = takesSign ? (pattern << unused) >> unused : pattern
        if isShort { number = (min(pattern, (1 << stored) - 1) << (64 - stored)) >> (64 - stored) }
        number = min(max(number, range.lowerBound), range.upperBound)
        raw.storeBytes(of: T(truncatingIfNeeded: number), toByteOffset: at, as: T.self)
      }
    }
  }

  /// Whether negative samples were coded in the stored bits alone (-1 in 12 bits as 0FFF) and not with their sign in all
  /// bits of the stream (FFFF): some lie where the second way puts nothing, and none lies where only it does. Overshoot
  /// is believed up to a sixteenth of the range.
  private func isShort<T: FixedWidthInteger & UnsignedInteger>(_: T.Type, _ stored: Int) -> Bool {
    let whole = 1 << stored
    let slack = max(1, whole / 16)
    return bytes.withUnsafeBytes { raw in
      var hasShort = false
      for at in stride(from: 0, to: raw.count, by: T.bitWidth / 8) {
        let pattern = Int(truncatingIfNeeded: raw.loadUnaligned(fromByteOffset: at, as: T.self))
        if pattern >= whole + slack { return false }
        if pattern >= whole / 2 + slack, pattern < whole { hasShort = true }
      }
      return hasShort
    }
  }
}
