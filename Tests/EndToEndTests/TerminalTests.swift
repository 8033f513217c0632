import Foundation
import Glibc
import TestSupport
import Testing

/// The program on a terminal of the test's own.
final class Sitting {
  let process = Process()
  private var master: Int32
  /// The terminal's other end, so that its settings can be looked at when the program has gone.
  private var terminal: FileHandle?
  /// All that it has sent.
  private(set) var sent: [UInt8] = []

  /// The terminal says nothing by itself.
  init(_ arguments: [String], home: URL, environment: [String: String], rows: UInt16 = 30, columns: UInt16 = 100) throws
  {
    master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    var (unlock, number): (Int32, UInt32) = (0, 0)
    // TIOCSPTLCK and TIOCGPTN of ioctl_tty(2).
    try #require(ioctl(master, 0x4004_5431, &unlock) == 0 && ioctl(master, 0x8004_5430, &number) == 0)
    let slave = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY | O_CLOEXEC)
    try #require(slave >= 0)
    let terminal = FileHandle(fileDescriptor: slave, closeOnDealloc: true)
    process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
      .appendingPathComponent("cinecor")
    process.arguments = arguments
    var all = ["PATH": "/usr/bin:/bin", "HOME": home.path, "XDG_STATE_HOME": home.path]
    all["CINECOR_ASSETS"] = SharedFolder.checkout + "/Assets"
    process.environment = all.merging(environment) { $1 }
    (process.standardInput, process.standardOutput, process.standardError) = (terminal, terminal, terminal)
    resize(rows: rows, columns: columns)
    self.terminal = terminal
    try process.run()
  }

  deinit {
    if process.isRunning { process.terminate() }
    if master >= 0 { close(master) }
  }

  /// What `stty -g` says.
  var settings: [UInt8] {
    get {
      var settings = termios()
      if let terminal { tcgetattr(terminal.fileDescriptor, &settings) }
      return withUnsafeBytes(of: settings) { Array($0) }
    }
    set {
      var settings = termios()
      withUnsafeMutableBytes(of: &settings) { $0.copyBytes(from: newValue.prefix($0.count)) }
      if let terminal { tcsetattr(terminal.fileDescriptor, TCSANOW, &settings) }
    }
  }

  /// Another program on the same terminal; its exit status.
  func also(_ path: String, _ arguments: [String]) throws -> Int32 {
    let other = Process()
    other.executableURL = URL(fileURLWithPath: path)
    other.arguments = arguments
    other.environment = process.environment
    (other.standardInput, other.standardOutput, other.standardError) = (terminal, terminal, terminal)
    try other.run()
    while other.isRunning { rest(0.05) }
    rest(0.1)
    return other.terminationStatus
  }

  /// The line is cut: no signal comes, for the program has no terminal of its own.
  func hangUp() {
    try? terminal?.close()
    terminal = nil
    close(master)
    master = -1
  }

  func resize(rows: UInt16, columns: UInt16) {
    var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(master, UInt(TIOCSWINSZ), &size)
    if process.isRunning { kill(process.processIdentifier, SIGWINCH) }
  }

  func type(_ text: String) { _ = Array(text.utf8).withUnsafeBytes { write(master, $0.baseAddress, $0.count) } }

  /// Reads until the text has come (again, after `from` bytes), or it is too late.
  func wait(for text: String, from: Int = 0, seconds: Double = 20) -> Bool {
    let end = Date().addingTimeInterval(seconds)
    let wanted = Array(text.utf8)
    // What was searched once is not searched again: pictures come in megabytes.
    var searched = from
    while Date() < end {
      if Self.contains(wanted, in: sent[min(searched, sent.count)...]) { return true }
      searched = max(from, sent.count - wanted.count)
      guard read() else { return false }
    }
    return false
  }

  private static func contains(_ wanted: [UInt8], in bytes: ArraySlice<UInt8>) -> Bool {
    bytes.withUnsafeBytes { all in
      guard var at = all.baseAddress else { return false }
      let end = at + all.count
      while at + wanted.count <= end, let found = memchr(at, Int32(wanted[0]), at.distance(to: end)) {
        if at.distance(to: end) >= wanted.count, found + wanted.count <= end, memcmp(found, wanted, wanted.count) == 0 {
          return true
        }
        at = UnsafeRawPointer(found) + 1
      }
      return false
    }
  }

  /// Reads for so long.
  func rest(_ seconds: Double) {
    let end = Date().addingTimeInterval(seconds)
    while Date() < end, read() {}
  }

  /// Reads so many bytes a second for so long, and answers as a terminal at the end of such a link does. What came, with
  /// the seconds after which it did.
  func crawl(bytesPerSecond: Int, seconds: Double) -> [(at: Double, bytes: [UInt8])] {
    let (start, question) = (Date(), Array("\u{1B}[5n".utf8))
    var pieces: [(at: Double, bytes: [UInt8])] = []
    var (taken, matched) = (0, 0)
    while process.isRunning {
      let now = Date().timeIntervalSince(start)
      guard now < seconds else { break }
      let room = Int(now * Double(bytesPerSecond)) - taken
      var poller = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
      guard room > 0, poll(&poller, 1, 0) > 0 else {
        usleep(2000)
        continue
      }
      var buffer = [UInt8](repeating: 0, count: min(room, 4096))
      let n = Glibc.read(master, &buffer, buffer.count)
      guard n > 0 else { break }
      taken += n
      sent += buffer[..<n]
      pieces.append((now, Array(buffer[..<n])))
      for byte in buffer[..<n] {
        matched = byte == question[matched] ? matched + 1 : byte == question[0] ? 1 : 0
        if matched == question.count {
          matched = 0
          type("\u{1B}[0n")
        }
      }
    }
    return pieces
  }

  /// false once the program has gone.
  private func read() -> Bool {
    guard master >= 0 else { return process.isRunning }
    var poller = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
    guard poll(&poller, 1, 50) > 0 else { return process.isRunning }
    var buffer = [UInt8](repeating: 0, count: 65536)
    let n = Glibc.read(master, &buffer, buffer.count)
    if n > 0 { sent += buffer[..<n] }
    return n > 0
  }

  /// Its exit status, once it has ended.
  func end() -> Int32 {
    while read() {}
    process.waitUntilExit()
    return process.terminationStatus
  }

  var text: String { String(decoding: sent, as: UTF8.self) }
}

@Suite(.serialized) struct TerminalTests {
  let home: URL
  let study = SharedFolder.checkout + "/Assets/demo/phantom-11"
  static let usual = ["TERM": "xterm-256color", "LANG": "C.UTF-8"]

  init() throws {
    home = FileManager.default.temporaryDirectory.appendingPathComponent("cinecor-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
  }

  func clean() { try? FileManager.default.removeItem(at: home) }

  /// Answers that come after the program has given up waiting for them, torn at every byte in turn, are no keys, and
  /// improve the picture all the same.
  @Test func lateAnswersAreNoKeys() throws {
    defer { clean() }
    let sitting = try Sitting([study, "--hide-names"], home: home, environment: Self.usual)
    #expect(sitting.wait(for: "\u{1B}[c"))
    sitting.rest(0.5)
    for byte in "\u{1B}P1$r0;48:2::1:2:3m\u{1B}\\\u{1B}[?2026;2$y\u{1B}]11;rgb:ffff/ffff/ffff\u{1B}\\\u{1B}[?62;22c"
      .unicodeScalars
    {
      sitting.type(String(Character(byte)))
      sitting.rest(0.04)
    }
    #expect(sitting.wait(for: "\u{1B}[38;2;"), "true colour was not taken")
    // What nobody asked for is nothing either.
    sitting.type("\u{1B}[I\u{1B}[<0;3;3M\u{1B}[M !!\u{1B}[113;3u\u{1B}[200~q?P\u{1B}[201~\u{1B}_q\u{1B}\\")
    sitting.rest(1)
    #expect(sitting.process.isRunning && !sitting.text.contains("play or pause") && !sitting.text.contains("PHANTOM"))
    sitting.type("?")
    #expect(sitting.wait(for: "play or pause"))
    // One closes the page, the other the program.
    sitting.type("qq")
    #expect(sitting.end() == 0)
  }

  @Test func theCellIsMeasuredAgainWhenTheWindowChanges() throws {
    defer { clean() }
    let sitting = try Sitting([study], home: home, environment: Self.usual)
    #expect(sitting.wait(for: "\u{1B}[c"))
    sitting.type("\u{1B}[6;20;10t\u{1B}[?62;4c")
    #expect(sitting.wait(for: "q\"1;1;"), "no sixels")
    // Paused, or sixels would come faster than a test reads them.
    sitting.type(" ")
    sitting.rest(0.5)
    var before = sitting.sent.count
    sitting.resize(rows: 30, columns: 101)
    #expect(sitting.wait(for: "\u{1B}[16t", from: before), "not asked after a resize")
    sitting.type("\u{1B}[6;40;20t\u{1B}[?62;4c")
    sitting.rest(0.5)
    before = sitting.sent.count
    sitting.type("\u{C}")
    #expect(sitting.wait(for: "\u{1B}[16t", from: before), "not asked after Ctrl-L")
    sitting.type("q")
    #expect(sitting.end() == 0)
  }

  /// Ghostty's name without its description, a locale that is nowhere installed, colours by COLORTERM.
  @Test func namesThatAreNotKnownHereOpen() throws {
    defer { clean() }
    let sitting = try Sitting(
      [study], home: home,
      environment: ["TERM": "xterm-nowhere", "LC_ALL": "xx_XX.UTF-8", "COLORTERM": "truecolor"])
    #expect(sitting.wait(for: "\u{1B}[38;2;") && sitting.wait(for: "▀"))
    sitting.type("q")
    #expect(sitting.end() == 0)
    let doctor = try Sitting(["doctor"], home: home, environment: ["TERM": "xterm-nowhere", "LC_ALL": "xx_XX.UTF-8"])
    doctor.type("\u{1B}[?62c")
    #expect(doctor.wait(for: "\u{1B}[c\u{1B}[c"))
    doctor.type("\u{1B}[?62c")
    #expect(doctor.wait(for: "xx_XX.UTF-8 is not installed here: C.UTF-8 stands for it"))
    #expect(doctor.text.contains("TERM=xterm-nowhere is taken for xterm-256color"))
    #expect(doctor.end() == 0)
    for words in ["device attributes", "there and back", "kitty graphics        no answer", "greys      \u{1B}["] {
      #expect(doctor.text.contains(words), "\(words)")
    }
  }

  @Test(arguments: ["dumb", "teletype", ""]) func aRefusalNamesTheTerminal(_ term: String) throws {
    defer { clean() }
    let sitting = try Sitting([study], home: home, environment: ["TERM": term, "LANG": "C.UTF-8"])
    #expect(sitting.end() == 3)
    #expect(
      sitting.text.contains("TERM is \(term.isEmpty ? "not set" : "'\(term)'")") && sitting.text.contains("set TERM to")
    )
  }

  /// Grey half blocks where terminfo knows eight colours and the locale no half block.
  @Test func greysThatAreAskedForAreDrawn() throws {
    defer { clean() }
    let sitting = try Sitting(
      [study, "--graphics", "grey"], home: home, environment: ["TERM": "xterm", "LC_ALL": "C"])
    #expect(sitting.wait(for: "[48;5;2") && sitting.wait(for: "▀"))
    sitting.type("q")
    #expect(sitting.end() == 0)
  }

  /// As `head` does it.
  @Test func aClosedPipeEndsTheProgramWithoutAWord() throws {
    defer { clean() }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
      .appendingPathComponent("cinecor")
    process.arguments = ["--help"]
    let (out, err) = (Pipe(), Pipe())
    process.standardOutput = out
    process.standardError = err
    try out.fileHandleForReading.close()
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationReason == .uncaughtSignal && process.terminationStatus == SIGPIPE)
    #expect(try err.fileHandleForReading.readToEnd() ?? Data() == Data())
  }
}
