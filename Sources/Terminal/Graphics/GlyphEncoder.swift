/// Pictures of glyphs in two colours a cell: half blocks, quarter blocks, dots of Braille.
struct GlyphEncoder: PictureEncoder {
  enum Kind {
    /// Two pixels a cell, in 24-bit greys or in 24 of the palette.
    case half, grey
    /// Four pixels a cell in two of the palette's greys.
    case quarter
    /// Eight dots a cell, white on black.
    case braille
  }

  let kind: Kind
  private var shown: [GlyphGrid] = []

  init(_ kind: Kind) { self.kind = kind }

  /// Nil for modes without glyphs.
  init?(_ mode: GraphicsMode) {
    switch mode {
    case .half: self.init(Kind.half)
    case .grey: self.init(Kind.grey)
    case .quarter: self.init(Kind.quarter)
    case .braille: self.init(Kind.braille)
    case .kitty, .sixel, .ascii: return nil
    }
  }

  mutating func forget() { shown = [] }

  mutating func bytes(for pictures: [Picture], _ setting: PictureSetting) -> [UInt8] {
    let grids = pictures.map { grid($0, colour: setting.colour) }
    var out: [UInt8] = []
    for grid in grids { grid.append(to: &out, since: shown.first { $0.place == grid.place }) }
    shown = grids
    return out
  }

  /// Pixels of a cell.
  private var block: (rows: Int, columns: Int) {
    switch kind {
    case .half, .grey: (2, 1)
    case .quarter: (2, 2)
    case .braille: (4, 2)
    }
  }

  func grid(_ picture: Picture, colour: Bool) -> GlyphGrid {
    let (place, image, block) = (picture.place, picture.image, block)
    let tones = picture.tones(colour: colour)
    let rows = min(place.rows, image.rows / block.rows), columns = min(place.columns, image.columns / block.columns)
    var glyphs: [Glyph] = []
    glyphs.reserveCapacity(rows * columns)
    for row in 0..<rows {
      for column in 0..<columns {
        let corner = row * block.rows * image.columns + column * block.columns
        func tone(_ y: Int, _ x: Int) -> Tone { tones[corner + y * image.columns + x] }
        switch kind {
        case .half, .grey: glyphs.append(Glyph(upper: self.colour(tone(0, 0)), lower: self.colour(tone(1, 0))))
        case .quarter: glyphs.append(quarters([tone(0, 0), tone(0, 1), tone(1, 0), tone(1, 1)]))
        case .braille:
          var cell = Braille()
          for y in 0..<4 { for x in 0..<2 { cell.take(tone(y, x), row: y, column: x) } }
          glyphs.append(
            Glyph(
              shape: cell.scalar, foreground: Glyph.Colour(palette: cell.ink?.palette ?? 231),
              background: Glyph.Colour(palette: 16)))
        }
      }
    }
    return GlyphGrid(place: place, rows: rows, columns: columns, glyphs: glyphs)
  }

  /// Four pixels in the two colours that are nearest to them. Where an ink is, it is one of the two: of several that which
  /// is there most, then the one further in front.
  private func quarters(_ four: [Tone]) -> Glyph {
    let inks = four.compactMap(\.ink)
    let ink = inks.max { a, b in
      let (m, n) = (inks.count { $0 == a }, inks.count { $0 == b })
      return m == n ? a.rawValue < b.rawValue : m < n
    }
    let greys = four.filter { $0.ink == nil }.map { Int($0.grey) }
    if let ink {
      let shape = four.indices.reduce(0) { $0 | (four[$1].ink == ink ? 1 << $1 : 0) }
      let mean = greys.isEmpty ? 0 : greys.reduce(0, +) / greys.count
      let (front, back) = (Glyph.Colour(palette: ink.palette), Glyph.Colour(palette: Self.palette(UInt8(mean))))
      return Glyph(shape: UInt16(shape), foreground: front, background: greys.isEmpty ? front : back)
    }
    // The split of the sorted greys with the least squares left: the variance between both parts is the largest.
    let sorted = greys.sorted()
    let all = sorted.reduce(0, +)
    var (best, split, low) = (-1, 0, 0)
    for k in 1..<4 {
      let below = sorted[..<k].reduce(0, +)
      // Between = (below · 4 − all · k)² / (k · (4 − k)), by 12 so that it stays whole.
      let between = (below * 4 - all * k) * (below * 4 - all * k) * 12 / (k * (4 - k))
      if between > best { (best, split, low) = (between, k, below) }
    }
    let dark = UInt8(low / split), light = UInt8((all - low) / (4 - split))
    let (back, front) = (Glyph.Colour(palette: Self.palette(dark)), Glyph.Colour(palette: Self.palette(light)))
    if back == front { return Glyph(shape: 0, foreground: front, background: back) }
    let edge = sorted[split]
    let shape = four.indices.reduce(0) { $0 | (Int(four[$1].grey) >= edge ? 1 << $1 : 0) }
    return Glyph(shape: UInt16(shape), foreground: front, background: back)
  }

  func colour(_ tone: Tone) -> Glyph.Colour {
    guard kind == .half else { return Glyph.Colour(palette: tone.ink?.palette ?? Self.palette(tone.grey)) }
    return tone.ink.map { Glyph.Colour($0.rgb.red, $0.rgb.green, $0.rgb.blue) }
      ?? Glyph.Colour(tone.grey, tone.grey, tone.grey)
  }

  /// One of 24 greys of the 256-colour palette, of which the darkest stays black.
  static func palette(_ grey: UInt8) -> UInt8 {
    let level = UInt8(Int(grey) * 24 / 256)
    return level == 0 ? 16 : 231 + level
  }
}

/// Eight pixels as dots (Unicode's Braille Patterns), by an ordered dither that stands still while a heart beats.
struct Braille {
  private(set) var dots: UInt8 = 0
  /// Of the marks in the cell the one further in front; its dots alone are shown.
  private(set) var ink: Ink?
  private var inked: UInt8 = 0

  /// Dots of a cell from above, left and right.
  private static let bits: [[UInt8]] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]]
  /// Dots are as many as the grey is bright, spread over the cell: greys count twice as much at the light end, because dots
  /// add up as light does (gamma 1.8).
  private static let thresholds: [[UInt8]] = [[55, 185], [227, 134], [101, 207], [246, 161]]

  mutating func take(_ tone: Tone, row: Int, column: Int) {
    let bit = Self.bits[row][column]
    if let ink = tone.ink {
      inked |= bit
      self.ink = ink
    } else if tone.grey >= Self.thresholds[row][column] {
      dots |= bit
    }
  }

  var scalar: UInt16 { 0x2800 | UInt16(ink == nil ? dots : inked) }
}
