/// What an encoder has to know of the terminal.
struct PictureSetting: Hashable {
  /// A cell's size in pixels.
  var cellWidth: Int
  var cellHeight: Int
  /// Marks have colours.
  var colour: Bool
}

/// One way to show pictures that curses has no word for. It knows what it has sent and sends what is new; the cells that
/// pictures own are blank to curses, which never touches them.
protocol PictureEncoder {
  /// What makes the terminal show these pictures and no others; empty where it does already. Cursor and rendition are the
  /// caller's to keep.
  mutating func bytes(for pictures: [Picture], _ setting: PictureSetting) -> [UInt8]
  /// The terminal shows nothing of ours any more.
  mutating func forget()
  /// What gives back all that the terminal keeps for us.
  mutating func close() -> [UInt8]
  /// The terminal's answer about a picture by its number.
  mutating func take(number: Int, isWell: Bool)
  /// Pictures that the terminal refused one after another.
  var failures: Int { get }
}

extension PictureEncoder {
  mutating func close() -> [UInt8] {
    forget()
    return []
  }
  mutating func take(number: Int, isWell: Bool) {}
  var failures: Int { 0 }
}

extension [UInt8] {
  /// CUP (ECMA-48 8.3.21); row and column from 0.
  mutating func moveCursor(_ row: Int, _ column: Int) {
    self += "\u{1B}["
    append(number: row + 1)
    append(UInt8(ascii: ";"))
    append(number: column + 1)
    append(UInt8(ascii: "H"))
  }

  /// In decimal digits, without a string in between.
  mutating func append(number: Int) {
    if number < 0 { append(UInt8(ascii: "-")) }
    var (rest, divisor) = (number.magnitude, UInt(1))
    while rest / divisor >= 10 { divisor *= 10 }
    while divisor > 0 {
      append(UInt8(truncatingIfNeeded: 48 + rest / divisor))
      rest %= divisor
      divisor /= 10
    }
  }

  static func += (bytes: inout [UInt8], text: StaticString) {
    text.withUTF8Buffer { bytes.append(contentsOf: $0) }
  }
}
