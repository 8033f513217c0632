import Foundation
import Glibc
import TestSupport
import Testing

/// However the program ends, the terminal is as it was: its settings to the bit, the usual screen, the cursor.
@Suite(.serialized) struct SurvivalTests {
  let home: URL
  let study = SharedFolder.checkout + "/Assets/demo/phantom-11"
  static let program = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    .appendingPathComponent("cinecor").path

  init() throws {
    home = FileManager.default.temporaryDirectory.appendingPathComponent("cinecor-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
  }

  private func clean() { try? FileManager.default.removeItem(at: home) }

  /// A sitting at its first screen, and the settings of before.
  private func sit(
    _ arguments: [String] = [], environment: [String: String] = TerminalTests.usual, rows: UInt16 = 24,
    columns: UInt16 = 80
  ) throws -> (Sitting, before: [UInt8]) {
    let sitting = try Sitting(
      [study] + arguments, home: home, environment: environment, rows: rows, columns: columns)
    let before = try Self.fresh()
    #expect(sitting.wait(for: "\u{1B}[c"), "no screen")
    sitting.type("\u{1B}[?62c")
    #expect(sitting.settings != before, "the terminal was never taken")
    return (sitting, before)
  }

  /// Settings of a terminal that nobody has touched.
  private static func fresh() throws -> [UInt8] {
    let idle = try Sitting(["--version"], home: URL(fileURLWithPath: "/tmp"), environment: [:])
    #expect(idle.end() == 0)
    return idle.settings
  }

  private func check(_ sitting: Sitting, _ before: [UInt8], _ what: String) {
    #expect(sitting.settings == before, "\(what): settings differ")
    let tail = sitting.text.suffix(400)
    for end in ["?1049l", "?2004l", "?25h"] { #expect(tail.contains(end), "\(what): no \(end)") }
  }

  @Test func signals() throws {
    defer { clean() }
    let all = [
      SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGALRM, SIGXCPU, SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT,
      SIGTRAP, SIGSYS,
    ]
    // A few at a time: each reads a study.
    for some in stride(from: 0, to: all.count, by: 5).map({ all[$0..<min($0 + 5, all.count)] }) {
      let sittings = try some.map { (signal: $0, sitting: try sit()) }
      for (signal, one) in sittings { kill(one.0.process.processIdentifier, signal) }
      for (signal, one) in sittings {
        let status = one.0.end()
        #expect(one.0.process.terminationReason == .uncaughtSignal && status == signal, "\(signal): \(status)")
        check(one.0, one.before, "signal \(signal)")
      }
    }
  }

  /// The line is cut and no signal comes: the program does not live on.
  @Test func hangUp() throws {
    defer { clean() }
    let (sitting, _) = try sit()
    let start = Date()
    sitting.hangUp()
    sitting.process.waitUntilExit()
    #expect(Date().timeIntervalSince(start) < 2)
  }

  @Test func suspended() throws {
    defer { clean() }
    let (sitting, before) = try sit(["--graphics", "grey"])
    func state() throws -> Substring? {
      let text = try String(contentsOfFile: "/proc/\(sitting.process.processIdentifier)/stat", encoding: .utf8)
      return text.split(separator: ")").last?.split(separator: " ").first
    }
    for _ in 0..<2 {
      let from = sitting.sent.count
      sitting.type("\u{1A}")
      #expect(sitting.wait(for: "?1049l", from: from), "not suspended")
      sitting.rest(0.3)
      // Where nobody could wake it, as in a group without a shell, the system does not stop a program.
      if try state() == "T" {
        check(sitting, before, "suspended")
        kill(sitting.process.processIdentifier, SIGCONT)
      }
      #expect(sitting.wait(for: "?1049h", from: from) && sitting.wait(for: "not for diagnosis", from: from))
      sitting.rest(0.2)
    }
    sitting.type("q")
    #expect(sitting.end() == 0)
    check(sitting, before, "after a pause")
  }

  @Test func anySize() throws {
    defer { clean() }
    let (sitting, before) = try sit(["--graphics", "half"], rows: 1, columns: 1)
    var dice = SystemRandomNumberGenerator()
    for (rows, columns) in [(1, 1), (200, 500), (1, 500), (200, 1), (24, 80)] as [(UInt16, UInt16)] {
      sitting.resize(rows: rows, columns: columns)
      sitting.rest(0.1)
    }
    for _ in 0..<200 {
      sitting.resize(rows: .random(in: 1...60, using: &dice), columns: .random(in: 1...160, using: &dice))
      if Bool.random(using: &dice) { sitting.rest(0.005) }
    }
    sitting.rest(0.3)
    #expect(sitting.process.isRunning)
    sitting.type("q")
    #expect(sitting.end() == 0)
    check(sitting, before, "after resizes")
  }

  @Test func pastesAndPoorLocales() throws {
    defer { clean() }
    let (sitting, before) = try sit(environment: ["TERM": "xterm-256color", "LANG": "C", "LC_ALL": "C"])
    let text = String(repeating: "q?P\u{3}\n", count: 2000)
    sitting.type("\u{1B}[200~")
    for from in stride(from: 0, to: 10_000, by: 1000) {
      sitting.type(String(text.dropFirst(from).prefix(1000)))
      sitting.rest(0.02)
    }
    sitting.type("\u{1B}[201~")
    sitting.rest(0.5)
    #expect(sitting.process.isRunning)
    sitting.type("q")
    #expect(sitting.end() == 0)
    check(sitting, before, "after a paste")
    let dumb = try Sitting([study], home: home, environment: ["TERM": "dumb", "LANG": "C"])
    #expect(dumb.end() == 3 && dumb.settings == before)
  }

  /// Nothing can be done about SIGKILL but what one line does afterwards.
  @Test func oneLineMendsWhatAKilledProgramLeft() throws {
    defer { clean() }
    let (sitting, _) = try sit()
    sitting.type("\u{1B}[?2026;2$y")
    kill(sitting.process.processIdentifier, SIGKILL)
    sitting.process.waitUntilExit()
    let broken = sitting.settings
    let from = sitting.sent.count
    #expect(try sitting.also(Self.program, ["doctor", "--reset"]) == 0)
    let sent = String(decoding: sitting.sent[from...], as: UTF8.self)
    for mode in ["?1049l", "?1000l", "?1002l", "?1006l", "?2004l", "?2026l", "?25h"] { #expect(sent.contains(mode)) }
    let mended = sitting.settings
    // stty has the last word on what is sane.
    sitting.settings = broken
    #expect(try sitting.also("/usr/bin/stty", ["sane"]) == 0)
    #expect(mended == sitting.settings && mended != broken)
  }
}
