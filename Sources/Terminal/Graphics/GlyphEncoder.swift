/// Pictures of half blocks.
struct GlyphEncoder: PictureEncoder {
  enum Colours { case trueColour, palette }

  let colours: Colours
  private var shown: [GlyphGrid] = []

  init(_ colours: Colours) { self.colours = colours }

  mutating func forget() { shown = [] }

  mutating func bytes(for pictures: [Picture], _ setting: PictureSetting) -> [UInt8] {
    let grids = pictures.map { grid($0, colour: setting.colour) }
    var out: [UInt8] = []
    for grid in grids { grid.append(to: &out, since: shown.first { $0.place == grid.place }) }
    shown = grids
    return out
  }

  func grid(_ picture: Picture, colour: Bool) -> GlyphGrid {
    let (place, image) = (picture.place, picture.image)
    let tones = picture.tones(colour: colour)
    let rows = min(place.rows, image.rows / 2), columns = min(place.columns, image.columns)
    var glyphs: [Glyph] = []
    glyphs.reserveCapacity(rows * columns)
    for row in 0..<rows {
      for column in 0..<columns {
        let upper = tones[2 * row * image.columns + column], lower = tones[(2 * row + 1) * image.columns + column]
        glyphs.append(Glyph(upper: self.colour(upper), lower: self.colour(lower)))
      }
    }
    return GlyphGrid(place: place, rows: rows, columns: columns, glyphs: glyphs)
  }

  func colour(_ tone: Tone) -> Glyph.Colour {
    switch colours {
    case .palette: Glyph.Colour(palette: tone.ink?.palette ?? Self.palette(tone.grey))
    case .trueColour:
      tone.ink.map { Glyph.Colour($0.rgb.red, $0.rgb.green, $0.rgb.blue) }
        ?? Glyph.Colour(tone.grey, tone.grey, tone.grey)
    }
  }

  /// One of 24 greys of the 256-colour palette, of which the darkest stays black.
  static func palette(_ grey: UInt8) -> UInt8 {
    let level = UInt8(Int(grey) * 24 / 256)
    return level == 0 ? 16 : 231 + level
  }
}
