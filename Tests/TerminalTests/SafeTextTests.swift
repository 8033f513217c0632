import Testing

@testable import Terminal

@Suite struct SafeTextTests {
  /// Every code that could move a cursor, turn the direction or hide, through the one door.
  @Test func nothingDangerousPasses() {
    var ranges: [ClosedRange<UInt32>] = [0x00...0x1F, 0x7F...0x9F, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x2069]
    ranges += [
      0xFEFF...0xFEFF, 0xE000...0xE0FF, 0xF0000...0xF00FF, 0xE0000...0xE007F, 0x061C...0x061C, 0x00AD...0x00AD,
    ]
    var tried = 0
    for value in ranges.joined() {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let safe = SafeText("a\(Character(scalar))b").text
      #expect(!safe.unicodeScalars.contains(scalar), "U+\(String(value, radix: 16))")
      tried += 1
    }
    #expect(tried > 400)
  }

  @Test func escapeSequencesLoseTheirTeeth() {
    #expect(SafeText("\u{1B}[2JMüller^José\u{9B}31m").text == "·[2JMüller^José·31m")
    #expect(SafeText("山田\t太郎\r\n").text == "山田 太郎 " || SafeText("山田\t太郎\r\n").text == "山田 太郎  ")
  }

  @Test func widthIsCountedInColumns() {
    #expect(TextWidth.of("heart") == 5)
    #expect(TextWidth.of("心臓") == 4)
    #expect(TextWidth.of("e\u{301}") == 1)
    #expect(TextWidth.fit("心臓の動き", 5) == "心臓…")
    #expect(TextWidth.fit("beat", 4) == "beat")
    #expect(TextWidth.fit("beat", 0) == "")
    #expect(TextWidth.wrap("The left ventricle is dilated.", 12) == ["The left", "ventricle is", "dilated."])
  }
}

@Suite struct ProbeTests {
  func abilities(_ answer: String) -> (TerminalAbilities, complete: Bool) {
    var a = TerminalAbilities()
    let complete = Probe.parse(Array(answer.utf8), into: &a)
    return (a, complete)
  }

  @Test func answersAreUnderstood() {
    let (a, complete) = abilities("\u{1B}P1$r0;48:2:1:1:2:3m\u{1B}\\\u{1B}[6;20;10t\u{1B}[?2026;2$y\u{1B}[?63;1;4;22c")
    #expect(complete && a.sixel && a.trueColour && a.synchronised)
    #expect(a.cellHeight == 20 && a.cellWidth == 10)
  }

  @Test func whatIsNotThereIsNotClaimed() {
    let (a, complete) = abilities("\u{1B}P0$r\u{1B}\\\u{1B}[?2026;0$y\u{1B}[?1;2c")
    #expect(complete && !a.sixel && !a.trueColour && !a.synchronised && a.cellWidth == nil)
    // A 4 in first place is the terminal's class, not sixel.
    #expect(!abilities("\u{1B}[?4;1c").0.sixel)
    #expect(!abilities("\u{1B}[?62;4").complete)
    #expect(abilities("\u{1B}[6;99999;0t\u{1B}[?1c").0.cellHeight == nil)
  }

  @Test func theBestModeFollows() {
    var a = TerminalAbilities()
    #expect(a.bestMode == .ascii)
    (a.utf8, a.colours) = (true, 256)
    #expect(a.bestMode == .grey)
    a.trueColour = true
    #expect(a.bestMode == .half)
    a.sixel = true
    #expect(a.bestMode == .sixel)
  }
}

@Suite struct PictureTests {
  let ramp = GreyImage(rows: 2, columns: 3, pixels: [0, 128, 255, 255, 128, 0])
  func picture(_ image: GreyImage) -> Picture {
    Picture(place: CellRectangle(row: 1, column: 2, rows: 1, columns: 3), image: image, key: 1)
  }

  @Test func greyCellsHoldBothHalves() {
    var screen = Screen(rows: 3, columns: 6)
    CellPictures.draw(picture(ramp), .grey, into: &screen)
    #expect(screen[1, 2].greys?.upper == 0 && screen[1, 2].greys?.lower == 23)
    #expect(screen[1, 4].greys?.upper == 23 && screen[1, 4].greys?.lower == 0)
    #expect(screen[0, 2] == Cell() && screen[1, 5] == Cell())
  }

  @Test func asciiIsPlain() {
    var screen = Screen(rows: 3, columns: 6)
    CellPictures.draw(picture(GreyImage(rows: 1, columns: 3, pixels: [0, 128, 255])), .ascii, into: &screen)
    #expect((2...4).map { screen[1, $0].character } == [" ", "+", "@"])
  }

  @Test func halfBlocksPlaceTheCursorAndSendColoursOnce() {
    let text = CellPictures.halfBlocks(picture(GreyImage(rows: 2, columns: 3, pixels: [9, 9, 9, 7, 7, 7])))
    #expect(text == "\u{1B}[2;3H\u{1B}[38;2;9;9;9m\u{1B}[48;2;7;7;7m▀▀▀\u{1B}[0m")
  }

  @Test func sixelsAreSixels() throws {
    let text = try #require(Sixel.encode(picture(ramp), cell: (10, 20)))
    #expect(text.contains("\u{1B}P") && text.contains("q") && text.contains("\u{1B}\\"))
    #expect(!text.contains("\u{1B}[2J"))
  }

  @Test func writingOutsideOfTheScreenIsHarmless() {
    var screen = Screen(rows: 1, columns: 1)
    screen.put("heart", 0, -2)
    screen.put("heart", 5, 5)
    screen.fill(CellRectangle(row: -3, column: -3, rows: 9, columns: 9), "x")
    #expect(screen[0, 0].character == "x" && Screen(rows: -1, columns: 3).cells.isEmpty)
  }
}
