import Plain
import Testing

@testable import Terminal

@Suite struct InputParserTests {
  /// Events of bytes torn into pieces, each so many seconds after the one before, until nothing is left to decide.
  static func events(_ pieces: [(bytes: ArraySlice<UInt8>, delay: Double)], _ parser: InputParser) -> [InputEvent] {
    var parser = parser
    var events: [InputEvent] = []
    var now = 0.0
    for piece in pieces {
      let arrival = now + piece.delay
      // The clock runs while nothing comes.
      while let deadline = parser.deadline, deadline < arrival { events += parser.rest(at: deadline) }
      events += parser.take(piece.bytes, at: arrival)
      now = arrival
    }
    while let deadline = parser.deadline { events += parser.rest(at: deadline) }
    return events
  }

  static func events(_ text: String, utf8: Bool = true, keys: KeySequences = KeySequences()) -> [InputEvent] {
    events([(Array(text.utf8)[...], 0)], InputParser(utf8: utf8, keys: keys))
  }

  /// Torn at random bytes, at random delays from 0 to 5 s, half of the time at once.
  static func torn(_ bytes: [UInt8], _ dice: inout SplitMix) -> [(bytes: ArraySlice<UInt8>, delay: Double)] {
    var pieces: [(bytes: ArraySlice<UInt8>, delay: Double)] = []
    var from = 0
    while from < bytes.count {
      let length = Int.random(in: 1...max(1, Bool.random(using: &dice) ? 3 : bytes.count - from), using: &dice)
      let to = min(bytes.count, from + length)
      pieces.append((bytes[from..<to], Bool.random(using: &dice) ? 0 : Double.random(in: 0...5, using: &dice)))
      from = to
    }
    return pieces
  }

  /// While answers are due, as after a start on a slow link.
  static var expecting: InputParser {
    var parser = InputParser()
    parser.expectAnswers(at: 0, patience: Probe.slowestAnswer)
    return parser
  }

  /// An answer, or what a mouse did.
  static func isReport(_ event: InputEvent) -> Bool {
    switch event {
    case .report, .mouse: true
    case .key, .paste: false
    }
  }

  @Test func answersAreNeverKeysHoweverTheyAreTorn() throws {
    let answers = try TerminalBytes.recorded() + TerminalBytes.documented
    #expect(answers.allSatisfy { !$0.isEmpty })
    var dice = SplitMix(seed: 18)
    var reports = 0
    for i in 0..<100_000 {
      let pieces = Self.torn(answers[i % answers.count], &dice)
      let events = Self.events(pieces, Self.expecting)
      reports += events.count
      guard events.allSatisfy(Self.isReport) else {
        Issue.record("\(pieces.map { ($0.delay, Array($0.bytes)) }) came to \(events)")
        return
      }
    }
    // Late answers are answers still: every one of these terminals gives its attributes.
    #expect(reports >= 200_000)
  }

  @Test func keysStayKeysForTheSameSplits() {
    var dice = SplitMix(seed: 9)
    for i in 0..<100_000 {
      let (text, key) = TerminalBytes.keys[i % TerminalBytes.keys.count]
      let pieces = Self.torn(Array(text.utf8), &dice)
      let events = Self.events(pieces, Self.expecting)
      guard events == [.key(key)] else {
        Issue.record("\(pieces.map { ($0.delay, Array($0.bytes)) }) came to \(events), not \(key)")
        return
      }
    }
  }

  /// With no answer due an ESC that comes alone is the key; what belonged to it is swallowed, or the key it is, all the
  /// same.
  @Test(arguments: [0, 0.01, 0.03, 0.2, 1, 5]) func tornAnywhereAtAnyTime(_ delay: Double) {
    func cut(_ bytes: [UInt8], _ body: (_ events: [InputEvent], _ at: Int) -> Void) {
      for at in 1..<max(bytes.count, 2) {
        var events = Self.events([(bytes[..<at], 0), (bytes[at...], delay)], InputParser())
        if bytes[at - 1] == 0x1B, delay > 0.025, let i = events.firstIndex(of: .key(.escape)), bytes.count > 1 {
          events.remove(at: i)
        }
        body(events, at)
      }
    }
    for bytes in TerminalBytes.noKeys + TerminalBytes.documented {
      cut(bytes) { events, at in #expect(events.allSatisfy(Self.isReport), "\(bytes) at \(at)") }
    }
    for (text, key) in TerminalBytes.keys {
      // The console's CSI [ looks like two keys there; it is on no wire.
      cut(Array(text.utf8)) { events, at in
        if !(text == "\u{1B}[[A" && at == 1 && delay > 0.025) {
          #expect(events == [.key(key)], "\(text.debugDescription)")
        }
      }
    }
  }

  @Test func escapeIsAKey() {
    #expect(Self.events("\u{1B}") == [.key(.escape)])
    #expect(Self.events("\u{1B}\u{1B}") == [.key(.escape), .key(.escape)])
    // Two keys that a slow link brings at once.
    #expect(Self.events("\u{1B}q") == [.key(.escape), .key(.character("q"))])
    #expect(Self.events("\u{1B}\u{1B}[A") == [.key(.escape), .key(.up)])
    var parser = InputParser()
    #expect(parser.take([0x1B], at: 0).isEmpty && parser.rest(at: 0.02).isEmpty)
    #expect(parser.rest(at: 0.026) == [.key(.escape)])
    // Then keys that an escape sequence might go on with are keys.
    for key in "[OP]_^X" {
      var next = parser
      let byte = key.asciiValue ?? 0
      #expect(next.take([byte], at: 1).isEmpty && next.rest(at: 1.03) == [.key(.character(key))])
      #expect(next.take([byte], at: 1.06) == [.key(.character(key))])
      var held = parser
      #expect(held.take([byte, byte], at: 1) == [.key(.character(key)), .key(.character(key))])
    }
    #expect(parser.take(Array("q[".utf8), at: 1) == [.key(.character("q")), .key(.character("["))])
  }

  /// Where the terminal never answers, ESC is slow for the first seconds only.
  @Test func aSilentTerminalIsNotWaitedForForEver() {
    var parser = Self.expecting
    #expect(parser.take([0x1B], at: 1).isEmpty && parser.rest(at: 5).isEmpty)
    #expect(parser.take([0x71], at: 5) == [.key(.escape), .key(.character("q"))])
    #expect(parser.take([0x1B], at: 6.1).isEmpty && parser.rest(at: 6.2) == [.key(.escape)])
    var answered = Self.expecting
    #expect(answered.take(Array("\u{1B}[?62c\u{1B}".utf8), at: 0.1).count == 1 && !answered.isExpecting(at: 0.1))
    #expect(answered.rest(at: 0.2) == [.key(.escape)])
  }

  /// What seems dead comes back: Alt-P begins a control string.
  @Test func theKeyboardNeverStaysDead() {
    for opening in ["\u{1B}P", "\u{1B}]", "\u{1B}_", "\u{1B}^", "\u{1B}X"] {
      #expect(Self.events(opening + "qq\u{3}") == [.key(.control("c"))])
      #expect(Self.events(opening + "q\u{1B}[A") == [.key(.up)])
      #expect(Self.events(opening + "q\u{1B}q") == [.key(.character("q"))])
      #expect(Self.events([(Array(opening.utf8)[...], 0), ([0x71], 11)], InputParser()) == [.key(.character("q"))])
    }
    #expect(Self.events("\u{1B}[1\rq") == [.key(.enter), .key(.character("q"))])
  }

  @Test func pastedTextIsText() {
    let paste = "\u{1B}[200~q?P\u{1B}[2\n\u{3}\u{1B}\u{1B}[201~"
    #expect(Self.events(paste + "q") == [.paste("q?P\u{1B}[2\n\u{3}\u{1B}"), .key(.character("q"))])
    var dice = SplitMix(seed: 3)
    for _ in 0..<2000 {
      let events = Self.events(Self.torn(Array(paste.utf8), &dice), Self.expecting)
      #expect(events == [.paste("q?P\u{1B}[2\n\u{3}\u{1B}")])
    }
    guard
      case .paste(let text)? = Self.events("\u{1B}[200~" + String(repeating: "a", count: 99_999) + "\u{1B}[201~").first
    else {
      Issue.record("no paste")
      return
    }
    #expect(text.count == InputParser.longestPaste)
  }

  @Test func c1ControlsAreControlsOutsideOfUTF8() {
    func raw(_ bytes: [UInt8], utf8: Bool) -> [InputEvent] { Self.events([(bytes[...], 0)], InputParser(utf8: utf8)) }
    #expect(raw([0x9B, 0x41], utf8: false) == [.key(.up)])
    #expect(raw([0x90] + Array("1$r0;48:2::1:2:3m".utf8) + [0x9C, 0x71], utf8: false).count == 2)
    #expect(raw([0x9B, 0x41], utf8: true) == [.key(.character("A"))])
    // As characters of UTF-8 they are controls too; a byte of another character is none.
    #expect(Self.events("\u{9B}A\u{9D}11;?q\u{9C}") == [.key(.up)])
    #expect(Self.events("\u{1B}]2;Ü\u{71C}q\u{7}q") == [.key(.character("q"))])
    #expect(raw([0xE4, 0x71], utf8: false) == [.key(.character("q"))])
    #expect(raw([0xC3, 0x71, 0xFF, 0xA4, 0xE2, 0x82], utf8: true) == [.key(.character("q"))])
  }

  @Test func terminfoKnowsOddKeys() {
    let odd = KeySequences([
      [0x0B]: .up, [0x1B, 0x41]: .up, Array("\u{1}@\r".utf8): .function(1), Array("\u{1B}[5$".utf8): .pageUp,
      [0x41]: .down,
      []: .down,
    ])
    #expect(
      Self.events("\u{B}\u{1B}A\u{1}@\r\u{1B}[5$A", keys: odd) == [.up, .up, .function(1), .pageUp].map { .key($0) }
        + [.key(.character("A"))])
    #expect(Self.events("\u{1}@q", keys: odd) == [.key(.control("a")), .key(.character("@")), .key(.character("q"))])
    #expect(Self.events("\u{1}", keys: odd) == [.key(.control("a"))])
  }
}
