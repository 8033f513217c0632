/// RLE Lossless (PS3.5 annex G). DCMTK 3.6.7 reads past the end of damaged runs; this does not.
enum RunLength {
  static let transferSyntax = "1.2.840.10008.1.2.5"

  /// One frame of `count` pixels: samples interleaved, little endian. Nil where the segments are damaged or too short.
  static func decode(_ fragment: [UInt8], count: Int, samples: Int, width: Int) -> [UInt8]? {
    let segments = samples * width
    guard fragment.count >= 64, word(fragment, 0) == segments, segments <= 15 else { return nil }
    var out = [UInt8](repeating: 0, count: count * segments)
    for s in 0..<segments {
      let start = word(fragment, s + 1)
      let end = s + 1 < segments ? word(fragment, s + 2) : fragment.count
      guard start >= 64, start <= end, end <= fragment.count else { return nil }
      // Segments hold a sample's bytes from the most significant on.
      let (sample, byte) = (s / width, width - 1 - s % width)
      let isWhole = unpack(fragment, start..<end, count) { out[($0 * samples + sample) * width + byte] = $1 }
      guard isWhole else { return nil }
    }
    return out
  }

  private static func word(_ bytes: [UInt8], _ i: Int) -> Int {
    (0..<4).reduce(0) { $0 | Int(bytes[4 * i + $1]) << (8 * $1) }
  }

  /// PackBits: a control byte, then bytes as they are or one byte to repeat. False where fewer than `count` come out.
  private static func unpack(
    _ bytes: [UInt8], _ range: Range<Int>, _ count: Int, _ put: (Int, UInt8) -> Void
  ) -> Bool {
    var (at, done) = (range.lowerBound, 0)
    while done < count, at < range.upperBound {
      let control = Int(Int8(bitPattern: bytes[at]))
      at += 1
      if control == -128 { continue }
      let n = min(control >= 0 ? control + 1 : 1 - control, count - done)
      let needed = control >= 0 ? n : 1
      guard needed <= range.upperBound - at else { return false }
      for i in 0..<n { put(done + i, bytes[at + (control >= 0 ? i : 0)]) }
      at += control >= 0 ? control + 1 : 1
      done += n
    }
    return done == count
  }
}
