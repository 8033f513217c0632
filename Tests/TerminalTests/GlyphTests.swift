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
