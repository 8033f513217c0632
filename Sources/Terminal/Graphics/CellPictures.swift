/// Pictures of characters: they go through the screen like text, so only changed cells are sent.
public enum CellPictures {
  /// From dark to light, in characters that every terminal has.
  static let ramp = Array(" .:-=+*#%@")

  /// Characters where the mode has them; else, and where the picture goes past the screen (`isDirect`), the cells are marked
  /// as a picture's.
  public static func draw(
    _ picture: Picture, _ mode: GraphicsMode, isDirect: Bool = false, into screen: inout Screen
  ) {
    let place = picture.place
    guard mode == .ascii || mode == .braille, !isDirect else {
      var cell = Cell()
      cell.isPicture = true
      for row in place.row..<place.row + place.rows {
        for column in place.column..<place.column + place.columns { screen[row, column] = cell }
      }
      return
    }
    let (image, block) = (picture.image, mode.pixelsPerCell)
    let tones = picture.tones(colour: true)
    for row in 0..<min(place.rows, image.rows / block.rows) {
      for column in 0..<min(place.columns, image.columns / block.columns) {
        let corner = row * block.rows * image.columns + column * block.columns
        var cell = Cell()
        if mode == .ascii {
          cell.character = tones[corner].ink?.character ?? ramp[Int(tones[corner].grey) * ramp.count / 256]
          if tones[corner].ink != nil { cell.role = .accent }
        } else {
          var dots = Braille()
          for y in 0..<4 { for x in 0..<2 { dots.take(tones[corner + y * image.columns + x], row: y, column: x) } }
          cell.character = Unicode.Scalar(dots.scalar).map { Character($0) } ?? " "
          if dots.ink != nil { cell.role = .accent }
        }
        screen[place.row + row, place.column + column] = cell
      }
    }
  }
}
