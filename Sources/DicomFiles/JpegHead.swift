/// What a JPEG or JPEG-LS stream says of its size (ITU-T T.81 B.2.2, T.87 C.2.2), before any decoder sees it.
struct JpegHead: Equatable {
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
        (rows, columns, samples) = (word(at + 5), word(at + 7), Int(stream[at + 9]))
        return
      }
      at += 2 + word(at + 2)
    }
    return nil
  }
}
