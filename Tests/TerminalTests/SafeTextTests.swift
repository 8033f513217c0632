import Glibc
import Testing

@testable import Terminal

/// Glibc's module leaves it out.
@_silgen_name("wcwidth") private func wcwidth(_ c: UInt32) -> Int32

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

  @Test func marksAreBounded() {
    let pile = String(repeating: "\u{301}", count: 1000)
    #expect(SafeText("e" + pile).text.unicodeScalars.count == 1 + SafeText.mostMarks)
    #expect(SafeText(pile).text.unicodeScalars.first == "·" && SafeText(pile).text.unicodeScalars.count == 4)
    #expect(SafeText("Nguye\u{302}\u{303}n").text == "Nguye\u{302}\u{303}n")
    #expect(SafeText("\u{1100}" + String(repeating: "\u{1175}", count: 99)).text.unicodeScalars.count == 5)
  }

  /// The C library's own table agrees wherever a character comes through the door, or curses would place text elsewhere.
  @Test func widthIsWhatCursesThinks() throws {
    let locale = try #require(newlocale(LC_CTYPE_MASK, "C.UTF-8", nil))
    let before = uselocale(locale)
    defer {
      uselocale(before)
      freelocale(locale)
    }
    var differ: [String] = []
    for value in UInt32(0x20)...0x3FFFD {
      guard let s = Unicode.Scalar(value), SafeText("a" + String(s)).text == "a" + String(s) else { continue }
      let known = wcwidth(s.value)
      // One vowel sign has changed its kind since.
      if known >= 0, Int(known) != TextWidth.of(s), value != 0x1171E {
        differ.append("\(String(value, radix: 16)):\(known)")
      }
    }
    #expect(differ.isEmpty, "\(differ.count): \(differ.prefix(80))")
  }

  @Test func widthIsCountedInColumns() {
    #expect(TextWidth.of("heart") == 5)
    #expect(TextWidth.of("心臓") == 4)
    #expect(TextWidth.of("e\u{301}") == 1)
    #expect(TextWidth.fit("心臓の動き", 5) == "心臓…")
    #expect(TextWidth.fit("beat", 4) == "beat")
    #expect(TextWidth.fit("beat", 0) == "")
    // Conjoining Hangul, a vowel sign with room of its own, an emoji and a flag in letters.
    #expect(TextWidth.of("\u{1100}\u{1175}\u{11B7}") == 2 && TextWidth.of("\u{1100}\u{1100}") == 4)
    #expect(TextWidth.of("\u{915}\u{93E}") == 2 && TextWidth.of("⚡") == 2 && TextWidth.of("⚠") == 1)
    #expect(SafeText("🇩🇪").text == "DE")
    #expect(TextWidth.wrap("The left ventricle is dilated.", 12) == ["The left", "ventricle is", "dilated."])
  }
}

@Suite struct PictureTests {
  let ramp = GreyImage(rows: 2, columns: 3, pixels: [0, 128, 255, 255, 128, 0])
  func picture(_ image: GreyImage) -> Picture {
    Picture(place: CellRectangle(row: 1, column: 2, rows: 1, columns: 3), image: image, key: 1)
  }

  @Test func cellsOfOtherPicturesAreTheirs() {
    var screen = Screen(rows: 3, columns: 6)
    CellPictures.draw(picture(ramp), .grey, into: &screen)
    #expect((2...4).allSatisfy { screen[1, $0].isPicture })
    #expect(screen[0, 2] == Cell() && screen[1, 5] == Cell())
  }

  @Test func asciiIsPlain() {
    var screen = Screen(rows: 3, columns: 6)
    CellPictures.draw(picture(GreyImage(rows: 1, columns: 3, pixels: [0, 128, 255])), .ascii, into: &screen)
    #expect((2...4).map { screen[1, $0].character } == [" ", "+", "@"])
  }

  @Test func wholeClustersAreDrawn() {
    var screen = Screen(rows: 1, columns: 12)
    screen.put("Mu\u{308}e\u{302}\u{303} \u{1100}\u{1175}\u{11B7}|", 0, 0)
    #expect(screen[0, 1].character == "u\u{308}" && screen[0, 2].character == "e\u{302}\u{303}")
    #expect(screen[0, 4].character == "\u{1100}\u{1175}\u{11B7}" && screen[0, 5].character == "\0")
    #expect(screen[0, 6].character == "|")
    #expect(Composed.scalars("u\u{308}") == [0xFC] && Composed.scalars("e\u{302}\u{303}") == [0x1EC5])
    #expect(Composed.scalars("\u{1100}\u{1175}\u{11B7}") == [0xAE40] && Composed.base("ü") == "u")
    // Whatever the character, no trap, and no more cells than it counts.
    for value in stride(from: UInt32(0x300), to: 0x2FFFF, by: 7) {
      guard let s = Unicode.Scalar(value) else { continue }
      for c in "a\(s)\(s)" + String(s) { #expect(TextWidth.cells(c).reduce(0) { $0 + $1.width } == TextWidth.of(c)) }
    }
  }

  @Test func sixelsAreSixels() {
    let text = String(decoding: SixelEncoder.encode(picture(ramp), GlyphTests.setting), as: UTF8.self)
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
