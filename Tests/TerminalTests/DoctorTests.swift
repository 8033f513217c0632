import Glibc
import Testing

@testable import Terminal

@Suite struct DoctorTests {
  /// Black at one end, white and all inks at the other, in one line and without moving the cursor out of it.
  @Test(arguments: GraphicsMode.allCases) func theRampIsOneLine(_ mode: GraphicsMode) throws {
    let bytes = GreyRamp.bytes(mode, cell: (10, 20), colour: true)
    let text = String(decoding: bytes, as: UTF8.self)
    #expect(!bytes.isEmpty && !text.contains("\n") && !text.contains("H") || mode.isPixels)
    switch mode {
    case .kitty:
      #expect(text.hasPrefix("\u{1B}_Gf=100,a=T,q=2,c=48,r=1,") && text.hasSuffix("\u{1B}\\"))
      #expect(!text.contains("i="))
    case .sixel:
      let drawn = SixelTests.decode(text)
      #expect(drawn.count == 20 && drawn[0].count == 480 && drawn[0][0] == 0 && drawn[0][359] == 100)
    case .ascii: #expect(text.count == GreyRamp.columns && text.hasPrefix("  ") && text.contains("@"))
    default:
      var terminal = GlyphDecoder()
      terminal.take(bytes)
      #expect(terminal.cells.count == GreyRamp.columns && terminal.cells.keys.allSatisfy { $0[0] == 0 })
    }
    if mode != .ascii, mode != .kitty, mode != .sixel, mode != .half {
      for ink in Ink.allCases { #expect(text.contains("8;5;\(ink.palette)"), "\(ink)") }
    }
  }

  /// What `stty sane` says of a terminal in any state: flags that it leaves alone stay.
  @Test func sane() {
    var settings = termios()
    settings.c_cflag = tcflag_t(CS8)
    settings.c_iflag = tcflag_t(IGNCR | ISTRIP | IUTF8)
    settings.c_lflag = tcflag_t(NOFLSH)
    settings.beSane()
    #expect(settings.c_iflag == tcflag_t(BRKINT | ICRNL | IMAXBEL | IUTF8))
    #expect(settings.c_oflag == tcflag_t(OPOST | ONLCR) && settings.c_cflag == tcflag_t(CS8 | CREAD))
    #expect(settings.c_lflag & tcflag_t(ECHO | ICANON | ISIG) == tcflag_t(ECHO | ICANON | ISIG))
    #expect(settings.c_lflag & tcflag_t(NOFLSH) == 0)
  }
}
