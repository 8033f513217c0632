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

  @Test func cells() {
    let place = CellRectangle(row: 1, column: 2, rows: 2, columns: 4)
    var screen = Screen(rows: 4, columns: 8)
    CellPictures.draw(picture(4, 4, in: place), .grey, into: &screen)
    #expect(screen[1, 2].greys.map { [$0.upper, $0.lower] } == [24, 9])
    #expect(screen[1, 3].greys.map { [$0.upper, $0.lower] } == [9, 25])
    #expect([24, 25, 26, 23, 0].map { CellPictures.palette($0) } == [202, 45, 227, 254, 16])
    // Without colours they are what stands out.
    CellPictures.draw(picture(4, 4, in: place), .grey, colour: false, into: &screen)
    #expect(screen[1, 2].greys?.upper == 23 && screen[1, 3].greys?.lower == 23)
    CellPictures.draw(picture(4, 4, grey: 200, in: place), .grey, colour: false, into: &screen)
    #expect(screen[1, 2].greys?.upper == 0)
    CellPictures.draw(picture(2, 4, in: place), .ascii, into: &screen)
    #expect([screen[1, 2], screen[2, 3], screen[2, 4]].map(\.character) == ["o", "x", "v"])
    #expect(Ink.allCases.allSatisfy { !CellPictures.ramp.contains($0.character) })
    #expect(Set(Ink.allCases.map(\.character)).count == Ink.allCases.count)
  }

  @Test func halfBlocks() {
    let place = CellRectangle(row: 0, column: 0, rows: 2, columns: 4)
    let direct = CellPictures.halfBlocks(picture(4, 4, in: place))
    #expect(direct.hasPrefix("\u{1B}[1;1H\u{1B}[38;2;255;95;0m\u{1B}[48;2;100;100;100m▀\u{1B}[38;2;100;100;100m"))
    #expect(direct.contains("48;2;0;215;255m▀") && direct.contains("48;2;255;255;95m▀"))
    let palette = CellPictures.halfBlocks(picture(4, 4, in: place), inPalette: true)
    #expect(palette.contains("38;5;202m") && palette.contains("48;5;45m") && palette.contains("48;5;240m"))
    let plain = CellPictures.halfBlocks(picture(4, 4, in: place), colour: false)
    #expect(plain.contains("38;2;255;255;255m") && !plain.contains("255;95;0"))
  }

  @Test func sixel() throws {
    let pixels = (0..<60 * 100).map { UInt8($0 % 100 * 2) }
    let line = (0..<100).flatMap { [Mark(pixel: 30 * 100 + $0, ink: .yellow)] }
    let place = CellRectangle(row: 0, column: 0, rows: 3, columns: 10)
    func rows(_ marks: [Mark], colour: Bool) throws -> [[Int]] {
      let picture = Picture(
        place: place, image: GreyImage(rows: 60, columns: 100, pixels: pixels), marks: marks, key: 1)
      return SixelTests.decode(try #require(Sixel.encode(picture, cell: (10, 20), colour: colour)))
    }
    // The decoder keeps a colour's red: 100 % along the whole line, and beside it what was there before.
    let (with, without) = (try rows(line, colour: true), try rows([], colour: true))
    #expect(with[30].allSatisfy { $0 > 95 } && with[30].count >= 100)
    for y in [10, 28, 33, 50] {
      for (a, b) in zip(with[y], without[y]) { #expect(abs(a - b) <= 3) }
    }
    let plain = try rows(line, colour: false)
    #expect(plain[30][10] > 95 && plain[30][90] < 5)
  }
}
