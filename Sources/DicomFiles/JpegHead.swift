/// What a JPEG or JPEG-LS stream says of its size (ITU-T T.81 B.2.2, T.87 C.2.2), before any decoder sees it.
struct JpegHead: Equatable {
  /// Bits of a sample.
  let precision: Int
  /// 0 where they are told behind the picture instead (DNL).
  let rows: Int
  let columns: Int
  let samples: Int

  /// Nil where no frame header is found.
  init?(_ stream: [UInt8]) {
    func word(_ at: Int) -> Int { Int(stream[at]) << 8 | Int(stream[at + 1]) }
    guard stream.starts(with: [0xFF, 0xD8]) else { return nil }
    var at = 2
    while at + 4 <= stream.count, stream[at] == 0xFF {
      let marker = stream[at + 1]
      // Fill bytes, and markers without a length.
      if marker == 0xFF || marker == 1 || (0xD0...0xD8).contains(marker) {
        at += marker == 0xFF ? 1 : 2
        continue
      }
      // Start of frame: C0 to CF but for the tables DHT, JPG and DAC; F7 is JPEG-LS.
      if (0xC0...0xCF).contains(marker) && ![0xC4, 0xC8, 0xCC].contains(marker) || marker == 0xF7 {
        guard at + 10 <= stream.count else { return nil }
        (precision, rows, columns) = (Int(stream[at + 4]), word(at + 5), word(at + 7))
        samples = Int(stream[at + 9])
        return
      }
      at += 2 + word(at + 2)
    }
    return nil
  }

  /// A decoder leaves what a smaller picture does not fill.
  func check(_ header: DicomHeader) throws(DicomError) {
    guard rows == header.rows || rows == 0, columns == header.columns, samples == header.samples else {
      throw .unreadable(
        "its JPEG data are \(columns) × \(rows) of \(samples) samples, its header says "
          + "\(header.columns) × \(header.rows) of \(header.samples)")
    }
    guard (2...8 * header.bytesPerSample).contains(precision) else {
      throw .unsupportedPixels("\(precision) bits in JPEG, \(header.bitsAllocated) in its header")
    }
  }
}
