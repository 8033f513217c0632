import CCurses
import Glibc

/// What the terminal can do, as far as it is known: its description and the environment say something at once, its answers
/// the rest, whenever they come.
public struct TerminalAbilities: Hashable, Sendable {
  /// The kitty graphics protocol was answered.
  public var kitty = false
  /// Primary device attributes hold 4.
  public var sixel = false
  /// 24-bit colours were understood, or are promised by COLORTERM.
  public var trueColour = false
  /// Synchronised output (mode 2026) is known.
  public var synchronised = false
  /// Colours by terminfo.
  public var colours = 0
  public var utf8 = false
  /// Size of a cell in pixels, where the terminal told.
  public var cellWidth: Int?
  public var cellHeight: Int?
  /// Whether writing is light on dark, where the terminal told.
  public var isDark: Bool?

  public init() {}

  /// Dots can be made light on dark, or are no text here.
  var hasDots: Bool { colours >= 256 || !utf8 }

  /// Before anything is asked. `colours` by terminfo; COLORTERM says what terminfo has no word for.
  init(_ kind: TerminalKind, utf8: Bool, colours: Int, colorTerm: String?) {
    self.utf8 = utf8
    self.colours = colours
    trueColour = kind.isDirect || colorTerm == "truecolor" || colorTerm == "24bit"
  }

  /// The best of what there is.
  public var bestMode: GraphicsMode {
    if kitty { return .kitty }
    if sixel { return .sixel }
    guard utf8 else { return .ascii }
    if trueColour { return .half }
    return colours >= 256 ? .grey : .ascii
  }

  mutating func take(_ report: TerminalReport) {
    switch report {
    case .attributes(let numbers): sixel = numbers.dropFirst().contains(4)
    case .cellSize(let width, let height): (cellWidth, cellHeight) = (width, height)
    case .mode(2026, let state): synchronised = state == 1 || state == 2
    case .mode: break
    // A terminal that does not give the colour back may know it all the same.
    case .rendition(let text): if text.contains("48:2:") || text.contains("48;2;1;2;3") { trueColour = true }
    case .background(let brightness): isDark = brightness < 0.5
    case .kitty(Probe.kittyNumber, let isWell): kitty = isWell
    case .kitty, .ready: break
    }
  }
}

/// What is asked. All questions go out at once, the device attributes last: every terminal answers those, so their answer
/// ends the wait, and a quarter of a second does where none comes. What comes later is taken when it comes.
enum Probe {
  /// Set a colour and ask for it back (DECRQSS), the cell size (XTWINOPS 16), mode 2026 (DECRQM), the background (OSC 11),
  /// a picture of one pixel where the terminal may know kitty's protocol, whether it is there (DSR 5), then DA1. Colours
  /// and cursor are kept around it.
  static func questions(_ kind: TerminalKind) -> String {
    "\u{1B}7\u{1B}[48;2;1;2;3m\u{1B}P$qm\u{1B}\\\u{1B}[0m\u{1B}8\u{1B}[16t\u{1B}[?2026$p\u{1B}]11;?\u{1B}\\"
      + (asksForKitty(kind) ? kittyQuestion : "") + readyQuestion
      + "\u{1B}[c"
  }
  static func asksForKitty(_ kind: TerminalKind) -> Bool { kind.mayKnowKitty && Environment.value("TMUX") == nil }
  /// Answered once all before it is done (DSR 5).
  static let readyQuestion = "\u{1B}[5n"
  /// a=q: looked at and not kept.
  private static let kittyQuestion = "\u{1B}_Gi=\(kittyNumber),s=1,v=1,a=q,t=d,f=24;AAAA\u{1B}\\"
  /// Of a picture that there never is.
  static let kittyNumber = 999_999
  /// What another window size may have changed.
  static let sizeQuestions = "\u{1B}[16t\u{1B}[c"
  /// Seconds that the first picture waits for answers.
  static let patience = 0.25
  /// Seconds in which a first answer may come at all: until then a lone ESC may be the beginning of it.
  static let slowestAnswer = 6.0

  /// What is known of the terminal before it is asked.
  static func known() throws(TerminalError) -> (TerminalKind, TerminalAbilities) {
    let locale = TerminalLocale.current
    let kind = try TerminalKind.choose(Environment.value("TERM"))
    let abilities = TerminalAbilities(
      kind, utf8: locale.utf8, colours: Int(ccurses_colours()), colorTerm: Environment.value("COLORTERM"))
    return (kind, abilities)
  }
}

/// Bytes to the terminal, all of them or none more.
enum TerminalWriter {
  static func write(_ text: String) { write(Array(text.utf8)) }

  static func write(_ all: [UInt8]) {
    var bytes = all[...]
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
