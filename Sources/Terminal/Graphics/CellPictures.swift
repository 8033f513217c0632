/// Pictures made of cells: they go through the screen like text, so only changed cells are sent.
public enum CellPictures {
  /// From dark to light, in characters that every terminal has.
  static let ramp = Array(" .:-=+*#%@")
  /// Greys that a cell can have; above them come the inks.
  static let greys = 24

  /// The image has two rows a cell (grey) or one (ASCII), and one column a cell. Without `colour` marks are black or white,
  /// and characters in ASCII all the same.
  public static func draw(_ picture: Picture, _ mode: GraphicsMode, colour: Bool = true, into screen: inout Screen) {
    let (place, image) = (picture.place, picture.image)
    for row in 0..<place.rows {
      for column in 0..<place.columns where column < image.columns {
        var cell = Cell()
        switch mode {
        case .ascii:
          guard row < image.rows else { continue }
          cell.character = ramp[Int(image.pixels[row * image.columns + column]) * ramp.count / 256]
        case .grey:
          guard 2 * row + 1 < image.rows else { continue }
          cell.character = "▀"
          cell.greys = (
            upper: grey(image.pixels[2 * row * image.columns + column]),
            lower: grey(image.pixels[(2 * row + 1) * image.columns + column])
          )
        case .half, .sixel: cell.isPicture = true
        }
        screen[place.row + row, place.column + column] = cell
      }
    }
    guard mode == .ascii || mode == .grey else { return }
    for mark in picture.marks where image.pixels.indices.contains(mark.pixel) {
      let (row, column) = (mark.pixel / image.columns, mark.pixel % image.columns)
      let at = (place.row + row / mode.pixelsPerCell.rows, place.column + column)
      guard row / mode.pixelsPerCell.rows < place.rows, column < place.columns else { continue }
      if mode == .ascii {
        screen[at.0, at.1].character = mark.ink.character
        screen[at.0, at.1].role = .accent
      } else {
        let value = colour ? UInt8(greys) + mark.ink.rawValue : grey(Ink.plain(over: image.pixels[mark.pixel]))
        if row % 2 == 0 {
          screen[at.0, at.1].greys?.upper = value
        } else {
          screen[at.0, at.1].greys?.lower = value
        }
      }
    }
  }

  private static func grey(_ value: UInt8) -> UInt8 { UInt8(Int(value) * greys / 256) }

  /// A grey of 0…23 in the 256-colour palette, of which the darkest stays black, or an ink beyond them.
  static func palette(_ grey: UInt8) -> Int32 {
    if Int(grey) >= greys {
      return Ink(rawValue: grey - UInt8(greys)).map { Int32($0.palette) } ?? 16
    }
    return grey == 0 ? 16 : 231 + Int32(grey)
  }

  /// Half blocks as terminal sequences, in 24-bit colour (ECMA-48 SGR 38;2 and 48;2) or in the palette's (38;5 and 48;5): a
  /// line at a time, the cursor placed for each, colours sent only where they change.
  public static func halfBlocks(_ picture: Picture, inPalette: Bool = false, colour: Bool = true) -> String {
    let (place, image) = (picture.place, picture.image)
    // Greys, and above 255 the inks.
    var values = image.pixels.map(UInt16.init)
    if inPalette { for k in values.indices { values[k] = UInt16(grey(image.pixels[k])) } }
    for mark in picture.marks where values.indices.contains(mark.pixel) {
      let plain = Ink.plain(over: image.pixels[mark.pixel])
      values[mark.pixel] = colour ? 256 + UInt16(mark.ink.rawValue) : UInt16(inPalette ? grey(plain) : plain)
    }
    var out = ""
    out.reserveCapacity(place.rows * place.columns * 20)
    func set(_ ground: Int, _ value: UInt16) {
      let ink = value > 255 ? Ink(rawValue: UInt8(truncatingIfNeeded: value - 256)) : nil
      if inPalette {
        out +=
          "\u{1B}[\(ground);5;\(ink.map { Int32($0.palette) } ?? palette(UInt8(truncatingIfNeeded: value)))m"
      } else if let rgb = ink?.rgb {
        out += "\u{1B}[\(ground);2;\(rgb.red);\(rgb.green);\(rgb.blue)m"
      } else {
        out += "\u{1B}[\(ground);2;\(value);\(value);\(value)m"
      }
    }
    for row in 0..<min(place.rows, image.rows / 2) {
      out += "\u{1B}[\(place.row + row + 1);\(place.column + 1)H"
      var last: (UInt16, UInt16)?
      for column in 0..<min(place.columns, image.columns) {
        let upper = values[2 * row * image.columns + column]
        let lower = values[(2 * row + 1) * image.columns + column]
        if last?.0 != upper { set(38, upper) }
        if last?.1 != lower { set(48, lower) }
        last = (upper, lower)
        out += "▀"
      }
      out += "\u{1B}[0m"
    }
    return out
  }
}
