import Plain
import Testing

@testable import Terminal

/// What a terminal would show: characters and colours by cell, of sequences that place the cursor and set colours.
struct GlyphDecoder {
  struct Seen: Hashable {
    var text = ""
    var foreground = ""
    var background = ""

    /// The two colours of a half block, whichever way it was sent.
    var halves: [String] {
      switch text {
      case "▀": [foreground, background]
      case "▄": [background, foreground]
      case "█": [foreground, foreground]
      default: [background, background]
      }
    }
  }

  var cells: [[Int]: Seen] = [:]
  private var at = (row: 0, column: 0)
  private var pen = Seen()

  mutating func take(_ bytes: [UInt8]) {
    var rest = Substring(String(decoding: bytes, as: UTF8.self))
    while let c = rest.popFirst() {
      guard c == "\u{1B}" else {
        cells[[at.row, at.column]] = Seen(text: String(c), foreground: pen.foreground, background: pen.background)
        at.column += 1
        continue
      }
      guard rest.popFirst() == "[", let end = rest.firstIndex(where: \.isLetter) else { continue }
      let numbers = rest[..<end].split(separator: ";").compactMap { Int($0) }
      let final = rest[end]
      rest = rest[rest.index(after: end)...]
      switch final {
      case "H": at = (numbers[0] - 1, numbers[1] - 1)
      case "C": at.column += numbers.first ?? 1
      case "m": render(numbers)
      default: break
      }
    }
  }

  private mutating func render(_ numbers: [Int]) {
    var i = 0
    while i < numbers.count {
      guard numbers[i] == 38 || numbers[i] == 48 else {
        pen = Seen()
        i += 1
        continue
      }
      let length = numbers[i + 1] == 5 ? 1 : 3
      let colour = numbers[(i + 2)..<(i + 2 + length)].map(String.init).joined(separator: ",")
      if numbers[i] == 38 { pen.foreground = colour } else { pen.background = colour }
      i += 2 + length
    }
  }
}

@Suite struct GlyphTests {
  static let setting = PictureSetting(cellWidth: 10, cellHeight: 20, colour: true)

  static func text(_ image: GreyImage, _ mode: GraphicsMode) -> String {
    var encoder = mode.encoder()
    let picture = Picture(place: CellRectangle(row: 1, column: 2, rows: 1, columns: 3), image: image, key: 1)
    return String(decoding: encoder?.bytes(for: [picture], setting) ?? [], as: UTF8.self)
  }

  /// The cursor is placed once a row, colours are sent where they change, and what is one colour is a blank.
  @Test func coloursAreSentOnce() {
    #expect(
      Self.text(GreyImage(rows: 2, columns: 3, pixels: [9, 9, 9, 7, 7, 7]), .half)
        == "\u{1B}[2;3H\u{1B}[38;2;9;9;9;48;2;7;7;7m▀▀▀\u{1B}[0m")
    #expect(
      Self.text(GreyImage(rows: 2, columns: 3, pixels: [0, 3, 255, 128, 128, 128]), .grey)
        == "\u{1B}[2;3H\u{1B}[38;5;16;48;5;243m▀▀\u{1B}[38;5;254m▀\u{1B}[0m")
    // Upside down is the same with the other half block.
    #expect(
      Self.text(GreyImage(rows: 2, columns: 3, pixels: [0, 128, 5, 128, 0, 5]), .grey)
        == "\u{1B}[2;3H\u{1B}[38;5;16;48;5;243m▀▄█\u{1B}[0m")
  }

  /// Frame after frame of noise, sent as differences, is what each frame is by itself.
  @Test(arguments: [GraphicsMode.grey, .half]) func differencesComeToTheSame(_ mode: GraphicsMode) throws {
    var dice = SplitMix(seed: 4)
    var encoder = try #require(mode.encoder())
    var terminal = GlyphDecoder()
    let place = CellRectangle(row: 3, column: 5, rows: 6, columns: 11)
    var pixels = (0..<12 * 11).map { _ in UInt8.random(in: 0...255, using: &dice) }
    var sizes: [Int] = []
    for frame in 0..<40 {
      for _ in 0..<20 { pixels[Int.random(in: 0..<pixels.count, using: &dice)] = UInt8(frame * 6) }
      let marks = [Mark(pixel: frame, ink: Ink.allCases[frame % 6])]
      let image = GreyImage(rows: 12, columns: 11, pixels: pixels)
      let picture = Picture(place: place, image: image, marks: marks, key: frame)
      let bytes = encoder.bytes(for: [picture], Self.setting)
      sizes.append(bytes.count)
      terminal.take(bytes)
      var alone = GlyphDecoder()
      var other = try #require(mode.encoder())
      alone.take(other.bytes(for: [picture], Self.setting))
      #expect(alone.cells.count == 66)
      for (cell, seen) in alone.cells { #expect(terminal.cells[cell]?.halves == seen.halves, "\(frame) \(cell)") }
      #expect(encoder.bytes(for: [picture], Self.setting).isEmpty)
    }
    #expect(sizes.dropFirst().allSatisfy { $0 < sizes[0] })
  }

  @Test func whatWasForgottenOrMovedIsSentWhole() throws {
    var encoder = try #require(GraphicsMode.grey.encoder())
    let image = GreyImage(rows: 4, columns: 3, pixels: [UInt8](repeating: 90, count: 12))
    func picture(_ row: Int) -> Picture {
      Picture(place: CellRectangle(row: row, column: 0, rows: 2, columns: 3), image: image, key: 1)
    }
    let whole = encoder.bytes(for: [picture(0), picture(5)], Self.setting)
    #expect(encoder.bytes(for: [picture(0), picture(5)], Self.setting).isEmpty)
    #expect(encoder.bytes(for: [picture(5)], Self.setting).isEmpty)
    #expect(!encoder.bytes(for: [picture(1)], Self.setting).isEmpty)
    encoder.forget()
    #expect(encoder.bytes(for: [picture(0), picture(5)], Self.setting) == whole)
  }
}

@Suite struct FineGlyphTests {
  private func glyphs(_ pixels: [UInt8], _ rows: Int, _ columns: Int, _ mode: GraphicsMode, _ marks: [Mark] = [])
    throws -> [GlyphDecoder.Seen]
  {
    let block = mode.pixelsPerCell
    let place = CellRectangle(row: 0, column: 0, rows: rows / block.rows, columns: columns / block.columns)
    let image = GreyImage(rows: rows, columns: columns, pixels: pixels)
    var encoder = try #require(mode.encoder())
    var terminal = GlyphDecoder()
    terminal.take(encoder.bytes(for: [Picture(place: place, image: image, marks: marks, key: 1)], GlyphTests.setting))
    return (0..<place.rows).flatMap { row in
      (0..<place.columns).compactMap { terminal.cells[[row, $0]] }
    }
  }

  /// Whichever way round it is sent: characters and colours that are the same picture.
  private func same(_ seen: GlyphDecoder.Seen, _ text: String, _ front: String, _ back: String) -> Bool {
    let all = Array(" ▘▝▀▖▌▞▛▗▚▐▜▄▙▟█")
    guard let i = all.firstIndex(of: Character(text)), let j = all.firstIndex(of: Character(seen.text)) else {
      return false
    }
    return i == j
      ? (i == 0 || seen.foreground == front) && (i == 15 || seen.background == back)
      : i == 15 - j && seen.foreground == back && seen.background == front
  }

  @Test func quartersTakeTheTwoNearestGreys() throws {
    func one(_ pixels: [UInt8], _ marks: [Mark] = []) throws -> GlyphDecoder.Seen {
      try #require(try glyphs(pixels, 2, 2, .quarter, marks).first)
    }
    // 255 is palette 254, 0 is 16, 128 is 243.
    #expect(same(try one([0, 255, 255, 0]), "▞", "254", "16"))
    #expect(same(try one([0, 0, 0, 255]), "▗", "254", "16"))
    #expect(same(try one([255, 255, 0, 0]), "▀", "254", "16"))
    #expect(same(try one([128, 128, 128, 128]), " ", "", "243"))
    // Three are alike: 120, 130 and 134 are shown as their mean, 128.
    #expect(same(try one([0, 120, 130, 134]), "▘", "16", "243"))
    #expect(same(try one([128, 128, 128, 128], [Mark(pixel: 1, ink: .orange)]), "▝", "202", "243"))
    let both = [Mark(pixel: 0, ink: .orange), Mark(pixel: 1, ink: .blue), Mark(pixel: 2, ink: .blue)]
    #expect(same(try one([0, 0, 0, 0], both), "▞", "45", "16"))
    #expect(
      same(try one([0, 0, 0, 0], (0..<4).map { Mark(pixel: $0, ink: .pink) }), " ", "", "212"))
  }

  /// The split that is taken leaves the least squares of all splits in two.
  @Test func noOtherSplitIsNearer() throws {
    var dice = SplitMix(seed: 5)
    func left(_ pixels: [UInt8], _ shape: Int) -> Double {
      [true, false].reduce(0.0) { sum, isFront in
        let part = pixels.indices.filter { (shape >> $0 & 1 == 1) == isFront }.map { Double(pixels[$0]) }
        let mean = part.reduce(0, +) / Double(max(part.count, 1))
        return sum + part.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      }
    }
    for _ in 0..<500 {
      let pixels = (0..<4).map { _ in UInt8.random(in: 0...255, using: &dice) }
      let seen = try #require(try glyphs(pixels, 2, 2, .quarter).first)
      let shape = try #require(Array(" ▘▝▀▖▌▞▛▗▚▐▜▄▙▟█").firstIndex(of: Character(seen.text)))
      let best = (1..<15).map { left(pixels, $0) }.min() ?? 0
      // Two means that fall on one grey are one colour.
      if shape != 0, shape != 15 { #expect(left(pixels, shape) <= best + 1e-6, "\(pixels)") }
    }
  }

  @Test func dotsAreAsManyAsTheGreyIsBright() throws {
    var counts: [Int] = []
    for grey in stride(from: 0, through: 255, by: 5) {
      let seen = try #require(try glyphs([UInt8](repeating: UInt8(grey), count: 8), 4, 2, .braille).first)
      let scalar = try #require(seen.text.unicodeScalars.first)
      counts.append((scalar.value & 0xFF).nonzeroBitCount)
      #expect(scalar.value & 0xFF00 == 0x2800 && seen.foreground == "231" && seen.background == "16")
    }
    #expect(counts == counts.sorted() && Set(counts) == Set(0...8))
    // A mark has its cell alone, in its own colour.
    let seen = try #require(
      try glyphs([UInt8](repeating: 255, count: 8), 4, 2, .braille, [Mark(pixel: 3, ink: .green)]).first)
    #expect(seen.text == "\u{2810}" && seen.foreground == "84")
  }

  /// Where there is no palette, dots are text.
  @Test func dotsAsText() {
    var screen = Screen(rows: 1, columns: 2)
    let image = GreyImage(rows: 4, columns: 4, pixels: [255, 255, 0, 0, 255, 255, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
    let picture = Picture(
      place: CellRectangle(row: 0, column: 0, rows: 1, columns: 2), image: image, marks: [Mark(pixel: 15, ink: .blue)],
      key: 1)
    CellPictures.draw(picture, .braille, into: &screen)
    #expect(screen[0, 0].character == "\u{281B}" && screen[0, 1].character == "\u{2880}")
    #expect(screen[0, 1].role == .accent && !screen[0, 0].isPicture)
    CellPictures.draw(picture, .braille, isDirect: true, into: &screen)
    #expect(screen[0, 0].isPicture)
  }
}
