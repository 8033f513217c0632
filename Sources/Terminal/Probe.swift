import CCurses
import Glibc

/// What the terminal can do, found by asking it once.
public struct TerminalAbilities: Hashable, Sendable {
  /// Primary device attributes hold 4.
  public var sixel = false
  /// 24-bit colours were understood.
  public var trueColour = false
  /// Synchronised output (mode 2026) is known.
  public var synchronised = false
  /// Colours by terminfo.
  public var colours = 0
  public var utf8 = false
  /// Size of a cell in pixels, where the terminal told.
  public var cellWidth: Int?
  public var cellHeight: Int?

  public init() {}

  /// The best of what there is.
  public var bestMode: GraphicsMode {
    if sixel { return .sixel }
    guard utf8 else { return .ascii }
    if trueColour { return .half }
    return colours >= 256 ? .grey : .ascii
  }
}

/// Asks a terminal what it can do. All questions go out at once, the device attributes last: every terminal answers those,
/// so their answer ends the wait, and a quarter of a second does where none comes.
enum Probe {
  /// Set a colour and ask for it back (DECRQSS), the cell size (XTWINOPS 16), mode 2026 (DECRQM), then DA1.
  static let questions = "\u{1B}[48;2;1;2;3m\u{1B}P$qm\u{1B}\\\u{1B}[0m\u{1B}[16t\u{1B}[?2026$p\u{1B}[c"
  static let patience = 0.25

  static func run() -> TerminalAbilities {
    var abilities = TerminalAbilities()
    abilities.utf8 = ccurses_is_utf8() != 0
    abilities.colours = Int(ccurses_colours())
    // A terminal without colours by its own name is taken at its word: it may show questions as text.
    guard abilities.colours >= 8, isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1 else { return abilities }
    var saved = termios()
    guard tcgetattr(STDIN_FILENO, &saved) == 0 else { return abilities }
    var quiet = saved
    cfmakeraw(&quiet)
    tcsetattr(STDIN_FILENO, TCSANOW, &quiet)
    defer {
      // What comes late must not be taken for keys.
      tcsetattr(STDIN_FILENO, TCSAFLUSH, &saved)
    }
    TerminalWriter.write(questions)
    read(answersBy: Self.now() + patience, into: &abilities)
    return abilities
  }

  private static func read(answersBy deadline: Double, into abilities: inout TerminalAbilities) {
    var answer: [UInt8] = []
    while true {
      let left = deadline - now()
      guard left > 0 else { break }
      var poller = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
      guard poll(&poller, 1, Int32(left * 1000) + 1) > 0 else { break }
      var buffer = [UInt8](repeating: 0, count: 256)
      let n = Glibc.read(STDIN_FILENO, &buffer, buffer.count)
      guard n > 0 else { break }
      answer += buffer[..<n]
      if parse(answer, into: &abilities) { break }
    }
  }

  /// Takes what is known so far from the answers; true once the device attributes have come.
  static func parse(_ answer: [UInt8], into abilities: inout TerminalAbilities) -> Bool {
    let text = String(decoding: answer, as: UTF8.self)
    for report in text.split(separator: "\u{1B}") {
      if report.hasPrefix("P1$r") {
        abilities.trueColour = report.contains("48:2:") || report.contains("48;2;1;2;3")
      } else if report.hasPrefix("[6;"), let end = report.firstIndex(of: "t") {
        let numbers = report[..<end].dropFirst(3).split(separator: ";").compactMap { Int($0) }
        if numbers.count == 2, (1...200).contains(numbers[0]), (1...200).contains(numbers[1]) {
          (abilities.cellHeight, abilities.cellWidth) = (numbers[0], numbers[1])
        }
      } else if report.hasPrefix("[?2026;"), let value = report.dropFirst(7).first {
        abilities.synchronised = value == "1" || value == "2"
      } else if report.hasPrefix("[?"), let end = report.firstIndex(of: "c") {
        abilities.sixel = report[..<end].dropFirst(2).split(separator: ";").dropFirst().contains("4")
        return true
      }
    }
    return false
  }

  static func now() -> Double {
    var t = timespec()
    clock_gettime(CLOCK_MONOTONIC, &t)
    return Double(t.tv_sec) + Double(t.tv_nsec) * 1e-9
  }
}

/// Bytes to the terminal, all of them or none more.
enum TerminalWriter {
  static func write(_ text: String) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let n = bytes.withUnsafeBytes { Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
      if n > 0 {
        bytes = bytes.dropFirst(n)
      } else if errno == EAGAIN {
        var poller = pollfd(fd: STDOUT_FILENO, events: Int16(POLLOUT), revents: 0)
        guard poll(&poller, 1, 1000) > 0 else { return }
      } else if errno != EINTR {
        return
      }
    }
  }
}

extension TerminalAbilities {
  /// Asks the terminal on stdin and stdout; takes a quarter of a second at most.
  public static func ask() -> TerminalAbilities { Probe.run() }
}
