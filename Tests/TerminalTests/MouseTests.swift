import Plain
import Testing

@testable import Terminal

@Suite struct MouseTests {
  private func mouse(_ text: String) -> [Mouse] {
    InputParserTests.events("\u{1B}[<" + text).compactMap { if case .mouse(let mouse) = $0 { mouse } else { nil } }
  }

  @Test(arguments: [
    ("0;1;1M", Mouse(.press, .left, row: 0, column: 0)), ("0;33;12m", Mouse(.release, .left, row: 11, column: 32)),
    ("1;5;6M", Mouse(.press, .middle, row: 5, column: 4)), ("2;500;200M", Mouse(.press, .right, row: 199, column: 499)),
    ("32;9;8M", Mouse(.drag, .left, row: 7, column: 8)), ("34;9;8M", Mouse(.drag, .right, row: 7, column: 8)),
    ("64;2;3M", Mouse(.wheelUp, nil, row: 2, column: 1)), ("65;2;3M", Mouse(.wheelDown, nil, row: 2, column: 1)),
    ("66;2;3M", Mouse(.wheelLeft, nil, row: 2, column: 1)), ("67;2;3M", Mouse(.wheelRight, nil, row: 2, column: 1)),
    ("4;1;1M", Mouse(.press, .left, row: 0, column: 0, shift: true)),
    ("8;1;1M", Mouse(.press, .left, row: 0, column: 0, alt: true)),
    ("48;1;1M", Mouse(.drag, .left, row: 0, column: 0, control: true)),
    ("93;1;1M", Mouse(.wheelDown, nil, row: 0, column: 0, shift: true, alt: true, control: true)),
  ])
  func reportsAreUnderstood(_ text: String, _ expected: Mouse) { #expect(mouse(text) == [expected]) }

  /// No cell, no button, more of them than there are, or no report at all.
  @Test(arguments: [
    "0;0;1M", "0;1;0M", "0;1M", "0;1;1;1M", "M", ";;M", "3;1;1M", "35;1;1M", "128;1;1M", "64;1;1m", "32;1;1m",
    "96;1;1M",
    "0;99999999999999;1M", "0;1;1~", "0;1;1 M",
  ])
  func whatIsNoneIsNothing(_ text: String) { #expect(InputParserTests.events("\u{1B}[<" + text).isEmpty) }

  /// A drag across the window with keys in between, torn anywhere.
  @Test func tornReportsComeToTheSame() {
    let text = (1...40).map { "\u{1B}[<32;\($0);\($0 * 2)Mq" }.joined() + "\u{1B}[<0;41;82m"
    let whole = InputParserTests.events(text)
    #expect(whole.count == 81)
    var dice = SplitMix(seed: 12)
    for _ in 0..<500 {
      let pieces = InputParserTests.torn(Array(text.utf8), &dice).map { ($0.bytes, min($0.delay, 0.02)) }
      let events = InputParserTests.events(pieces, InputParser())
      guard events == whole else {
        Issue.record("\(events.count) events, not \(whole.count)")
        return
      }
    }
  }

  /// Whatever numbers a terminal sends, they are a mouse in a window or nothing, and never a key.
  @Test func anyNumbers() {
    var dice = SplitMix(seed: 13)
    for _ in 0..<20_000 {
      let numbers = (0..<Int.random(in: 0...4, using: &dice)).map { _ in
        String(Int.random(in: 0...Int.random(in: 1...100_000, using: &dice), using: &dice))
      }
      let text = numbers.joined(separator: ";") + (Bool.random(using: &dice) ? "M" : "m")
      for event in InputParserTests.events("\u{1B}[<" + text) {
        guard case .mouse(let mouse) = event else {
          Issue.record("\(text) came to \(event)")
          return
        }
        #expect((0..<9999).contains(mouse.row) && (0..<9999).contains(mouse.column))
      }
    }
  }

  /// Whatever way the terminal is left, the mouse is off.
  @Test func theRescueTurnsItOff() {
    for mode in ["1000", "1002", "1006"] {
      #expect(Mouse.on.contains("?\(mode)h") && Mouse.off.contains("?\(mode)l"))
      #expect(Rescue.sequence.contains("\u{1B}[?\(mode)l"))
    }
  }
}
