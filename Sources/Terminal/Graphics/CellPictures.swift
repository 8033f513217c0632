/// Pictures of characters: they go through the screen like text, so only changed cells are sent.
public enum CellPictures {
  /// From dark to light, in characters that every terminal has.
  static let ramp = Array(" .:-=+*#%@")

  /// Characters where the mode has them, the image one row and one column a cell; else the cells are marked as a picture's.
  public static func draw(_ picture: Picture, _ mode: GraphicsMode, into screen: inout Screen) {
    let (place, image) = (picture.place, picture.image)
    let tones = mode == .ascii ? picture.tones(colour: true) : []
    for row in 0..<place.rows {
      for column in 0..<place.columns where column < image.columns || mode != .ascii {
        var cell = Cell()
        if mode == .ascii {
          guard row < image.rows else { continue }
          let tone = tones[row * image.columns + column]
          cell.character = tone.ink?.character ?? ramp[Int(tone.grey) * ramp.count / 256]
          if tone.ink != nil { cell.role = .accent }
        } else {
          cell.isPicture = true
        }
        screen[place.row + row, place.column + column] = cell
      }
    }
  }
}
