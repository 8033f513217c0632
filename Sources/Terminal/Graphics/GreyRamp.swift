/// A line from black to white and all inks, as pictures have them in a mode: for `cinecor doctor`.
public enum GreyRamp {
  static let columns = 48

  /// For the line in which the cursor stands.
  public static func bytes(_ mode: GraphicsMode, cell: (width: Int, height: Int), colour: Bool) -> [UInt8] {
    let picture = picture(mode, cell)
    let setting = PictureSetting(cellWidth: cell.width, cellHeight: cell.height, colour: colour)
    switch mode {
    case .kitty: return KittyEncoder.inline(picture, setting)
    case .sixel: return SixelEncoder.encode(picture, setting)
    case .half, .grey, .quarter, .braille:
      var out: [UInt8] = []
      GlyphEncoder(mode)?.grid(picture, colour: colour).append(to: &out, since: nil)
      // One row: its only move of the cursor comes first.
      return Array(out.drop { $0 != UInt8(ascii: "H") }.dropFirst())
    case .ascii:
      var screen = Screen(rows: 1, columns: columns)
      CellPictures.draw(picture, .ascii, into: &screen)
      return screen.cells.flatMap { Array(String($0.character).utf8) }
    }
  }

  static func picture(_ mode: GraphicsMode, _ cell: (width: Int, height: Int)) -> Picture {
    let block = mode.isPixels ? (rows: cell.height, columns: cell.width) : mode.pixelsPerCell
    let (rows, width) = (block.rows, columns * block.columns)
    // Greys over three quarters, inks behind.
    let greys = width * 3 / 4
    let line = (0..<width).map { $0 < greys ? UInt8($0 * 255 / max(greys - 1, 1)) : 0 }
    let pixels = (0..<rows).flatMap { _ in line }
    var marks: [Mark] = []
    for row in 0..<rows {
      for x in greys..<width {
        let ink = Ink.allCases[min((x - greys) * Ink.allCases.count / (width - greys), Ink.allCases.count - 1)]
        marks.append(Mark(pixel: row * width + x, ink: ink))
      }
    }
    return Picture(
      place: CellRectangle(row: 0, column: 0, rows: 1, columns: columns),
      image: GreyImage(rows: rows, columns: width, pixels: pixels), marks: marks, key: 0)
  }
}
