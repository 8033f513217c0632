/// What one cell of a picture is made of: a character in two colours.
struct Glyph: Hashable {
  /// Below 16 which quarters have the foreground (1 upper left, 2 upper right, 4 lower left, 8 lower right), else a
  /// character's number.
  var shape: UInt16
  var foreground: Colour
  var background: Colour

  /// A colour of the 256-colour palette, or of 24 bits.
  struct Colour: Hashable {
    let code: UInt32
    init(palette: UInt8) { code = UInt32(palette) }
    init(_ red: UInt8, _ green: UInt8, _ blue: UInt8) {
      code = 1 << 24 | UInt32(red) << 16 | UInt32(green) << 8 | UInt32(blue)
    }
  }

  static let upperHalf: UInt16 = 3

  init(shape: UInt16, foreground: Colour, background: Colour) {
    (self.shape, self.foreground, self.background) = (shape, foreground, background)
  }

  /// Upper and lower half; one colour alone is a blank.
  init(upper: Colour, lower: Colour) {
    (shape, foreground, background) = (upper == lower ? 0 : Self.upperHalf, upper, lower)
  }

  /// The same picture with the colours changed about.
  var turned: Glyph {
    var other = self
    if shape < 16 { (other.shape, other.foreground, other.background) = (15 - shape, background, foreground) }
    return other
  }

  /// Characters of the quarters (Unicode's Block Elements), in UTF-8.
  private static let quarters: [[UInt8]] = " ▘▝▀▖▌▞▛▗▚▐▜▄▙▟█".map { Array($0.utf8) }

  var utf8: [UInt8] {
    if shape < 16 { return Self.quarters[Int(shape)] }
    return [0xE0 | UInt8(shape >> 12), 0x80 | UInt8(shape >> 6 & 0x3F), 0x80 | UInt8(shape & 0x3F)]
  }
  var width: Int { shape == 0 ? 1 : 3 }
}

/// The glyphs of one picture, row-major.
struct GlyphGrid: Hashable {
  var place: CellRectangle
  var rows: Int
  var columns: Int
  var glyphs: [Glyph]

  /// As terminal sequences: colours only where they change, and of a grid in the same place only the cells that differ.
  func append(to out: inout [UInt8], since old: GlyphGrid?) {
    let kept = old.flatMap { $0.place == place && $0.glyphs.count == glyphs.count ? $0.glyphs : nil }
    var pen: (foreground: Glyph.Colour?, background: Glyph.Colour?) = (nil, nil)
    for row in 0..<rows {
      // Where the cursor stands in this row.
      var at: Int?
      for column in 0..<columns {
        let i = row * columns + column
        let glyph = glyphs[i]
        if let kept, kept[i] == glyph { continue }
        if let at, at < column {
          out += "\u{1B}["
          if column - at > 1 { out.append(number: column - at) }
          out.append(UInt8(ascii: "C"))
        } else if at == nil {
          out.moveCursor(place.row + row, place.column + column)
        }
        at = column + 1
        let form = Self.cheaper(glyph, pen)
        let needs = Self.needs(form, pen)
        if needs.foreground || needs.background {
          out += "\u{1B}["
          if needs.foreground { Self.append(38, form.foreground, &out) }
          if needs.foreground, needs.background { out.append(UInt8(ascii: ";")) }
          if needs.background { Self.append(48, form.background, &out) }
          out.append(UInt8(ascii: "m"))
          if needs.foreground { pen.foreground = form.foreground }
          if needs.background { pen.background = form.background }
        }
        out += form.utf8
      }
    }
    if pen.foreground != nil || pen.background != nil { out += "\u{1B}[0m" }
  }

  private typealias Pen = (foreground: Glyph.Colour?, background: Glyph.Colour?)

  private static func needs(_ glyph: Glyph, _ pen: Pen) -> (foreground: Bool, background: Bool) {
    (glyph.shape != 0 && pen.foreground != glyph.foreground, glyph.shape != 15 && pen.background != glyph.background)
  }

  /// The form of a glyph that changes fewer colours.
  private static func cheaper(_ glyph: Glyph, _ pen: Pen) -> Glyph {
    func cost(_ form: Glyph) -> Int {
      let needs = needs(form, pen)
      return (needs.foreground ? 10 : 0) + (needs.background ? 10 : 0) + form.width
    }
    let other = glyph.turned
    return cost(other) < cost(glyph) ? other : glyph
  }

  /// SGR 38 or 48, by palette (5) or in 24 bits (2).
  private static func append(_ ground: Int, _ colour: Glyph.Colour, _ out: inout [UInt8]) {
    out.append(number: ground)
    if colour.code < 256 {
      out += ";5;"
      out.append(number: Int(colour.code))
    } else {
      out += ";2;"
      out.append(number: Int(colour.code >> 16 & 255))
      out.append(UInt8(ascii: ";"))
      out.append(number: Int(colour.code >> 8 & 255))
      out.append(UInt8(ascii: ";"))
      out.append(number: Int(colour.code & 255))
    }
  }
}
