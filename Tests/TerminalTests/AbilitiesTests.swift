import Glibc
import Testing

@testable import Terminal

@Suite struct AbilitiesTests {
  func abilities(_ answer: String, _ start: TerminalAbilities = TerminalAbilities()) -> (
    TerminalAbilities, complete: Bool
  ) {
    var (a, complete) = (start, false)
    for case .report(let report) in InputParserTests.events(answer) {
      a.take(report)
      if case .attributes = report { complete = true }
    }
    return (a, complete)
  }

  @Test func answersAreUnderstood() {
    let (a, complete) = abilities(
      "\u{1B}P1$r0;48:2:1:1:2:3m\u{1B}\\\u{1B}[6;20;10t\u{1B}[?2026;2$y\u{1B}]11;rgb:ffff/ffff/dddd\u{7}\u{1B}[?63;1;4;22c"
    )
    #expect(complete && a.sixel && a.trueColour && a.synchronised && a.isDark == false)
    #expect(a.cellHeight == 20 && a.cellWidth == 10)
    #expect(abilities("\u{1B}]11;rgb:00/2b/36\u{1B}\\").0.isDark == true)
  }

  @Test func whatIsNotThereIsNotClaimed() {
    let (a, complete) = abilities("\u{1B}P0$r\u{1B}\\\u{1B}[?2026;0$y\u{1B}[?1;2c")
    #expect(complete && !a.sixel && !a.trueColour && !a.synchronised && a.cellWidth == nil && a.isDark == nil)
    // A 4 in first place is the terminal's class, not sixel.
    #expect(!abilities("\u{1B}[?4;1c").0.sixel)
    #expect(!abilities("\u{1B}[?62;4").complete)
    #expect(abilities("\u{1B}[6;99999;0t\u{1B}[?1c").0.cellHeight == nil)
    for colour in ["rgb:", "rgb:0/0", "rgb:x/y/z", "rgb:-1/0/0", "rgb:00000/0/0", "?"] {
      #expect(abilities("\u{1B}]11;\(colour)\u{7}").0.isDark == nil)
    }
  }

  @Test func recordedTerminalsAreUnderstood() throws {
    let all = try TerminalBytes.recorded().map { abilities(String(decoding: $0, as: UTF8.self)) }
    #expect(all.map(\.complete) == [true, true, true, true])
    #expect(all.map(\.0.sixel) == [true, true, false, false])
    #expect(all.map(\.0.trueColour) == [true, false, false, true])
    #expect(all.map(\.0.cellWidth) == [nil, 8, nil, 7])
    #expect(all.map(\.0.kitty) == [false, false, false, true])
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
    a.kitty = true
    #expect(a.bestMode == .kitty)
  }

  /// kitty's protocol: only the answer to the question counts, and only terminals that swallow the question are asked.
  @Test func kittyIsAskedForAndHeard() {
    #expect(abilities("\u{1B}_Gi=999999;OK\u{1B}\\\u{1B}[?62c").0.kitty)
    #expect(!abilities("\u{1B}_Gi=999999;EINVAL:no such thing\u{1B}\\\u{1B}[?62c").0.kitty)
    #expect(!abilities("\u{1B}_Gi=7;OK\u{1B}\\\u{1B}[?62c").0.kitty)
    #expect(!abilities("\u{1B}_GOK\u{1B}\\\u{1B}_G;OK\u{1B}\\\u{1B}_Gi=x;OK\u{1B}\\\u{1B}_G\u{1B}\\").0.kitty)
    let questions = { Probe.questions(TerminalKind(asked: $0, used: "xterm")) }
    for name in ["xterm-kitty", "xterm-256color", "ghostty", "wezterm", "foot"] where getenv("TMUX") == nil {
      #expect(questions(name).contains("_Gi=999999,s=1,v=1,a=q") && questions(name).hasSuffix("\u{1B}[c"))
    }
    for name in ["tmux-256color", "screen", "linux", "vt220", "rxvt-unicode"] {
      #expect(!questions(name).contains("_G") && questions(name).hasSuffix("\u{1B}[c"))
    }
  }

  @Test func theEnvironmentIsHeard() {
    func trueColour(_ name: String, _ colorTerm: String?) -> Bool {
      TerminalAbilities(TerminalKind(asked: name, used: "xterm"), utf8: true, colours: 256, colorTerm: colorTerm)
        .trueColour
    }
    #expect(trueColour("alacritty", "truecolor") && trueColour("xterm", "24bit") && trueColour("xterm-direct", nil))
    #expect(!trueColour("alacritty", nil) && !trueColour("xterm", "yes"))
  }
}

@Suite struct TerminalKindTests {
  /// What Debian's ncurses-base has; the package ncurses-term knows some more by themselves.
  static let base: Set = [
    "Eterm", "ansi", "cons25", "cygwin", "dumb", "hurd", "linux", "rxvt", "rxvt-basic", "rxvt-unicode",
    "rxvt-unicode-256color", "screen", "screen-256color", "screen.xterm-256color", "sun", "tmux", "tmux-256color",
    "vt100",
    "vt102", "vt220", "vt52", "xterm", "xterm-256color", "xterm-color", "xterm-mono",
  ]

  @Test(arguments: [
    ("xterm-256color", "xterm-256color"), ("xterm-kitty", "xterm-256color"), ("xterm-ghostty", "xterm-256color"),
    ("ghostty", "xterm-256color"), ("foot", "xterm-256color"), ("foot-extra", "xterm-256color"),
    ("alacritty", "xterm-256color"), ("alacritty-direct", "xterm-256color"), ("wezterm", "xterm-256color"),
    ("yaft-256color", "xterm-256color"), ("xterm-anything", "xterm-256color"), ("xterm-direct", "xterm-256color"),
    ("foo-direct2", "xterm-256color"), ("konsole-256color", "xterm-256color"), ("st-256color", "xterm-256color"),
    ("tmux-256color", "tmux-256color"), ("tmux-direct", "tmux-256color"), ("screen-256color", "screen-256color"),
    ("screen.foot", "screen"), ("screen-256color-italic", "screen-256color"),
    ("rxvt-unicode-256color", "rxvt-unicode-256color"),
    ("rxvt-cygwin-native", "rxvt-unicode-256color"), ("rxvt", "rxvt"), ("linux", "linux"), ("linux-16color", "linux"),
    ("vt420", "vt220"),
  ])
  func unknownNamesFallBackToWhatTheyAreLike(_ name: String, _ used: String) throws {
    let kind = try TerminalKind.choose(name) { Self.base.contains($0) ? 1 : 0 }
    #expect(kind == TerminalKind(asked: name, used: used))
    #expect(try TerminalKind.choose(used) == TerminalKind(asked: used, used: used))
  }

  @Test func whatCannotShowPicturesIsRefused() {
    #expect(throws: TerminalError.unnamed) { try TerminalKind.choose(nil) }
    #expect(throws: TerminalError.unnamed) { try TerminalKind.choose("") }
    #expect(throws: TerminalError.cannotMove("dumb")) { try TerminalKind.choose("dumb") }
    #expect(throws: TerminalError.cannotMove("dumb-emacs")) { try TerminalKind.choose("dumb-emacs") }
    #expect(throws: TerminalError.unknown("teletype")) { try TerminalKind.choose("teletype") }
    #expect(throws: TerminalError.unknown("../../etc")) { try TerminalKind.choose("../../etc") }
    let long = String(repeating: "x", count: 500)
    #expect(throws: TerminalError.unknown(long)) { try TerminalKind.choose(long) }
  }

  @Test func charsetsAreReadFromNames() {
    for name in ["en_US.UTF-8", "de_DE.utf8@euro", "UTF-8", "en_US", ""] {
      #expect(!TerminalLocale.isOtherCharset(name))
    }
    for name in ["de_DE.ISO-8859-1", "ja_JP.EUC-JP"] { #expect(TerminalLocale.isOtherCharset(name)) }
  }

  static let surroundings: [(Int, Bool?, Theme?)] = [0, 8, 16, 256].flatMap { colours in
    [nil, false, true].flatMap { isDark in
      (Theme.allCases.map(Optional.some) + [nil]).map { (colours, isDark, $0) }
    }
  }

  @Test func themesAreHeard() {
    func look(_ role: Role, _ theme: Theme?, isDark: Bool? = nil) -> Look {
      Look(role, colours: 256, isDark: isDark, theme: theme)
    }
    #expect(look(.warning, .dark, isDark: false) == look(.warning, nil, isDark: true))
    #expect(look(.warning, .light, isDark: true) == look(.warning, nil, isDark: false))
    for role in Role.allCases {
      #expect(look(role, .sixteen).colour < 16 && look(role, .contrast).colour == -1)
      #expect(look(role, .contrast).attributes & Int32(2) == 0, "\(role) is dim")
    }
    #expect(look(.selected, .contrast) != look(.normal, .contrast))
    #expect(look(.warning, .contrast) != look(.normal, .contrast))
  }

  /// WCAG 2.2: contrast of a colour of xterm's palette on black and on white.
  @Test func warningsAreLegibleOnBothBackgrounds() {
    func linear(_ c: Int) -> Double { c <= 10 ? Double(c) / 255 / 12.92 : pow24((Double(c) / 255 + 0.055) / 1.055) }
    /// x to the power of 2.4, by Newton's fifth root of x to the twelfth.
    func pow24(_ x: Double) -> Double {
      let target = (0..<12).reduce(1.0) { p, _ in p * x }
      return (0..<200).reduce(1.0) { y, _ in y - (y * y * y * y * y - target) / (5 * y * y * y * y) }
    }
    func contrasts(_ colour: Int32) -> (black: Double, white: Double) {
      let c = Int(colour)
      let steps = [0, 95, 135, 175, 215, 255]
      let first = [(0, 0, 0), (205, 0, 0), (0, 205, 0), (205, 205, 0), (0, 0, 238), (205, 0, 205), (0, 205, 205)]
      let (r, g, b) =
        c < 7
        ? first[c]
        : c >= 232
          ? (c * 10 - 2312, c * 10 - 2312, c * 10 - 2312)
          : (steps[(c - 16) / 36], steps[(c - 16) / 6 % 6], steps[(c - 16) % 6])
      let y = 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
      return ((y + 0.05) / 0.05, 1.05 / (y + 0.05))
    }
    for role in Role.allCases {
      for (colours, isDark, theme) in Self.surroundings {
        let look = Look(role, colours: colours, isDark: isDark, theme: theme)
        guard look.colour >= 0 else { continue }
        #expect(colours > Int(look.colour))
        // What the words are known to stand on.
        let ground = theme == .dark ? true : theme == .light ? false : isDark
        // Many terminals show the first eight brighter in bold.
        if ground != true, look.colour < 8 { #expect(look.attributes & Int32(1) == 0) }
        let (black, white) = contrasts(look.colour)
        if ground != false { #expect(black > 4, "\(role) \(colours) \(look.colour)") }
        if ground != true { #expect(white > 4, "\(role) \(colours) \(look.colour)") }
      }
      // Without colours words still differ from each other, or are plain.
      for theme in Theme.allCases.map(Optional.some) + [nil] {
        #expect(Look(role, colours: 0, isDark: nil, theme: theme).colour == -1)
      }
    }
    #expect(Look(.warning, colours: 0, isDark: nil).attributes != Look(.normal, colours: 0, isDark: nil).attributes)
  }
}
