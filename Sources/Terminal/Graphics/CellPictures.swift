/// Pictures made of cells: they go through the screen like text, so only changed cells are sent.
public enum CellPictures {
  /// From dark to light, in characters that every terminal has.
  static let ramp = Array(" .:-=+*#%@")

  /// The image has two rows a cell (grey) or one (ASCII), and one column a cell.
  public static func draw(_ picture: Picture, _ mode: GraphicsMode, into screen: inout Screen) {
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
          let upper = image.pixels[2 * row * image.columns + column]
          let lower = image.pixels[(2 * row + 1) * image.columns + column]
          cell.character = "▀"
          cell.greys = (upper: UInt8(Int(upper) * 24 / 256), lower: UInt8(Int(lower) * 24 / 256))
        case .half, .sixel: cell.isPicture = true
        }
        screen[place.row + row, place.column + column] = cell
      }
    }
  }

  /// A grey of 0…23 in the 256-colour palette; the darkest stays black.
  static func palette(_ grey: UInt8) -> Int32 { grey == 0 ? 16 : 231 + Int32(grey) }

  /// Half blocks as terminal sequences, in 24-bit grey (ECMA-48 SGR 38;2 and 48;2) or in the palette's 24 (38;5 and 48;5): a
  /// line at a time, the cursor placed for each, colours sent only where they change.
  public static func halfBlocks(_ picture: Picture, inPalette: Bool = false) -> String {
    let (place, image) = (picture.place, picture.image)
    var out = ""
    out.reserveCapacity(place.rows * place.columns * 20)
    func colour(_ ground: Int, _ grey: UInt8) {
      out += inPalette ? "\u{1B}[\(ground);5;\(palette(grey))m" : "\u{1B}[\(ground);2;\(grey);\(grey);\(grey)m"
    }
    for row in 0..<min(place.rows, image.rows / 2) {
      out += "\u{1B}[\(place.row + row + 1);\(place.column + 1)H"
      var last: (UInt8, UInt8)?
      for column in 0..<min(place.columns, image.columns) {
        var upper = image.pixels[2 * row * image.columns + column]
        var lower = image.pixels[(2 * row + 1) * image.columns + column]
        if inPalette { (upper, lower) = (UInt8(Int(upper) * 24 / 256), UInt8(Int(lower) * 24 / 256)) }
        if last?.0 != upper { colour(38, upper) }
        if last?.1 != lower { colour(48, lower) }
        last = (upper, lower)
        out += "▀"
      }
      out += "\u{1B}[0m"
    }
    return out
  }
}
