import Foundation
import Testing

@testable import Terminal

@Suite struct ClipboardTests {
  @Test func textsAreCoded() throws {
    let bytes = try #require(Clipboard.bytes("2.25.1 größer\u{1B}\\"))
    let text = String(decoding: bytes, as: UTF8.self)
    #expect(text.hasPrefix("\u{1B}]52;c;") && text.hasSuffix("\u{1B}\\"))
    let body = String(text.dropFirst(7).dropLast(2))
    // Nothing in the text ends the string or steers the terminal.
    #expect(body.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "+/=".contains($0)) })
    #expect(Data(base64Encoded: body).map { String(decoding: $0, as: UTF8.self) } == "2.25.1 größer\u{1B}\\")
  }

  @Test func whatIsTooLongIsRefused() {
    #expect(Clipboard.bytes(String(repeating: "a", count: Clipboard.limit))?.count == 100_001)
    #expect(Clipboard.bytes(String(repeating: "a", count: Clipboard.limit + 1)) == nil)
    let backend = MemoryBackend(rows: 1, columns: 1)
    #expect(backend.copy("uid") && backend.copied == "uid")
    #expect(!backend.copy(String(repeating: "ä", count: Clipboard.limit)))
  }

  /// Linux's console and old terminals would write the string on the screen.
  @Test func terminalsWithoutStringsAreNotAsked() {
    for (name, takes) in [("xterm-256color", true), ("tmux-256color", true), ("linux", false), ("vt220", false)] {
      #expect(TerminalKind(asked: name, used: name).takesStrings == takes, "\(name)")
    }
  }
}
