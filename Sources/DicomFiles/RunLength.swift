/// RLE Lossless (PS3.5 annex G). DCMTK 3.6.7 reads past the end of damaged runs; this does not.
enum RunLength {
  static let transferSyntax = "1.2.840.10008.1.2.5"

  /// One frame: samples interleaved, native order.
  static func decode(_ stream: [UInt8], _ header: DicomHeader) throws(DicomError) -> [UInt8] {
    let (count, samples, width) = (header.rows * header.columns, header.samples, header.bytesPerSample)
    let segments = samples * width
    guard stream.count >= 64 else { throw .truncated }
    guard word(stream, 0) == segments, segments <= 15 else { throw .unreadable("its RLE data are damaged") }
    var out = [UInt8](repeating: 0, count: count * segments)
    for s in 0..<segments {
      let start = word(stream, s + 1)
      let end = s + 1 < segments ? word(stream, s + 2) : max(start, stream.count)
      guard start >= 64, start <= end else { throw .unreadable("its RLE data are damaged") }
      guard end <= stream.count else { throw .truncated }
      // Segments hold a sample's bytes from the most significant on.
      let (sample, byte) = (s / width, width - 1 - s % width)
      let isWhole = unpack(stream, start..<end, count) { out[($0 * samples + sample) * width + byte] = $1 }
      // Only behind the last segment can something be missing.
      guard isWhole else { throw s + 1 == segments ? .truncated : .unreadable("its RLE data are damaged") }
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

  /// Reads on to the last pixel of the frame that begins here.
  static func end(_ reader: inout FragmentReader, _ header: DicomHeader) -> Codestream.End {
    let segments = header.samples * header.bytesPerSample
    var places: [Int] = []
    for _ in 0..<16 {
      guard let word = reader.integer(4) else { return .cut }
      places.append(Int(UInt32(truncatingIfNeeded: word).byteSwapped))
    }
    guard places[0] == segments, (1...15).contains(segments), places[segments] >= 64 else { return .damaged }
    guard reader.skip(places[segments] - 64) else { return .cut }
    var done = 0
    while done < header.rows * header.columns {
      guard let byte = reader.next() else { return .cut }
      let control = Int(Int8(bitPattern: byte))
      if control == -128 { continue }
      done += control >= 0 ? control + 1 : 1 - control
      guard reader.skip(control >= 0 ? control + 1 : 1) else { return .cut }
    }
    return .whole
  }
}
