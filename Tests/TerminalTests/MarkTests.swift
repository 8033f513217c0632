import Testing

@testable import Terminal

@Suite struct MarkTests {
  private func picture(_ rows: Int, _ columns: Int, grey: UInt8 = 100, in place: CellRectangle) -> Picture {
    Picture(
      place: place,
      image: GreyImage(rows: rows, columns: columns, pixels: [UInt8](repeating: grey, count: rows * columns)),
      marks: [
        Mark(pixel: 0, ink: .orange), Mark(pixel: columns + 1, ink: .blue), Mark(pixel: columns + 2, ink: .yellow),
        Mark(pixel: rows * columns, ink: .pink),
      ], key: 1)
  }

  @Test func layersAreFlattened() {
    let place = CellRectangle(row: 0, column: 0, rows: 1, columns: 3)
    let tones = picture(2, 3, in: place).tones(colour: true)
    #expect(tones.map(\.ink) == [.orange, nil, nil, nil, .blue, .yellow] && tones[1].grey == 100)
    // Without colours they are what stands out.
    #expect(picture(2, 3, in: place).tones(colour: false).map(\.grey) == [255, 100, 100, 100, 255, 255])
    #expect(picture(2, 3, grey: 200, in: place).tones(colour: false)[0].grey == 0)
  }

  @Test func characters() {
    let place = CellRectangle(row: 1, column: 2, rows: 2, columns: 4)
    var screen = Screen(rows: 4, columns: 8)
    CellPictures.draw(picture(2, 4, in: place), .ascii, into: &screen)
    #expect([screen[1, 2], screen[2, 3], screen[2, 4]].map(\.character) == ["o", "x", "v"])
    #expect(screen[1, 2].role == .accent && screen[1, 3].role == .normal)
    #expect(Ink.allCases.allSatisfy { !CellPictures.ramp.contains($0.character) })
    #expect(Set(Ink.allCases.map(\.character)).count == Ink.allCases.count)
  }

  @Test func halfBlocks() {
    let place = CellRectangle(row: 0, column: 0, rows: 2, columns: 4)
    func text(_ mode: GraphicsMode, colour: Bool = true) -> String {
      var encoder = mode.encoder()
      let setting = PictureSetting(cellWidth: 10, cellHeight: 20, colour: colour)
      return String(decoding: encoder?.bytes(for: [picture(4, 4, in: place)], setting) ?? [], as: UTF8.self)
    }
    let direct = text(.half)
    #expect(direct.hasPrefix("\u{1B}[1;1H\u{1B}[38;2;255;95;0;48;2;100;100;100m▀\u{1B}[38;2;0;215;255m▄"))
    #expect(direct.contains("38;2;255;255;95m▄"))
    #expect(text(.grey).hasPrefix("\u{1B}[1;1H\u{1B}[38;5;202;48;5;240m▀\u{1B}[38;5;45m▄"))
    let plain = text(.half, colour: false)
    #expect(plain.contains("38;2;255;255;255") && !plain.contains("255;95;0"))
  }

  @Test func sixel() {
    let pixels = (0..<60 * 100).map { UInt8($0 % 100 * 2) }
    let line = (0..<100).flatMap { [Mark(pixel: 30 * 100 + $0, ink: .yellow)] }
    let place = CellRectangle(row: 0, column: 0, rows: 3, columns: 10)
    func rows(_ marks: [Mark], colour: Bool) -> [[Int]] {
      let picture = Picture(
        place: place, image: GreyImage(rows: 60, columns: 100, pixels: pixels), marks: marks, key: 1)
      return SixelTests.drawn(picture, cell: (10, 20), colour: colour)
    }
    // The decoder keeps a colour's red: 100 % along the whole line, and beside it what was there before.
    let (with, without) = (rows(line, colour: true), rows([], colour: true))
    #expect(with[30].allSatisfy { $0 > 95 } && with[30].count >= 100)
    for y in [10, 28, 33, 50] {
      for (a, b) in zip(with[y], without[y]) { #expect(a == b) }
    }
    let plain = rows(line, colour: false)
    #expect(plain[30][10] > 95 && plain[30][90] < 5)
  }
}
