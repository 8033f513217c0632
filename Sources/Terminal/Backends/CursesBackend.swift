import CCurses
import Glibc

public enum TerminalError: Error, Hashable {
  /// Not a terminal, or one that cannot move its cursor.
  case noTerminal
}

/// The real terminal: text through curses, pictures that are not made of cells straight to it afterwards.
public final class CursesBackend: Backend {
  public let abilities: TerminalAbilities
  public let mode: GraphicsMode
  private let colour: Bool
  private var shown: Screen?
  private var sent: (place: CellRectangle, key: Int)?
  private var encoded: [Int: String] = [:]
  private var encodedPlace: CellRectangle?
  private var gone = false
  private var log: Int32 = -1

  /// `mode` nil asks the terminal. Everything that libraries write to stderr goes to `log` while this lives.
  public init(mode wanted: GraphicsMode?, colour: Bool, log path: String?) throws(TerminalError) {
    guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1 else { throw .noTerminal }
    Foreground.takeFromTimeout()
    abilities = Probe.run()
    mode = wanted ?? abilities.bestMode
    self.colour = colour && abilities.colours >= 8
    Rescue.install()
    guard ccurses_start() != 0 else { throw .noTerminal }
    ccurses_fit()
    if let path { divertErrors(to: path) }
  }

  deinit { stop() }

  /// Gives the terminal back.
  public func stop() {
    ccurses_stop()
    if log >= 0 {
      dup2(log, STDERR_FILENO)
      close(log)
      log = -1
    }
  }

  private func divertErrors(to path: String) {
    let file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    guard file >= 0 else { return }
    log = dup(STDERR_FILENO)
    dup2(file, STDERR_FILENO)
    close(file)
  }

  public var rows: Int { max(Int(ccurses_rows()), 1) }
  public var columns: Int { max(Int(ccurses_columns()), 1) }
  public var isEnded: Bool { gone || Rescue.stopSignal != 0 }
  /// The signal that ended it, or 0.
  public var stopSignal: Int32 { Rescue.stopSignal }

  public var cell: (width: Int, height: Int) {
    if let w = abilities.cellWidth, let h = abilities.cellHeight { return (w, h) }
    var size = winsize()
    if ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0, size.ws_xpixel > 0,
      size.ws_ypixel > 0
    {
      return (max(Int(size.ws_xpixel / size.ws_col), 1), max(Int(size.ws_ypixel / size.ws_row), 1))
    }
    return (10, 20)
  }

  public func present(_ screen: Screen, picture: Picture?) {
    var screen = screen
    if let picture { CellPictures.draw(picture, mode, into: &screen) }
    let changed = shown != screen
    let direct = picture.flatMap { mode == .half || mode == .sixel ? $0 : nil }
    let fresh = direct.map { sent?.key != $0.key || sent?.place != $0.place } ?? false
    guard changed || fresh else { return }
    if abilities.synchronised { TerminalWriter.write("\u{1B}[?2026h") }
    if changed {
      // A picture that went or moved leaves pixels that curses knows nothing of.
      if mode == .sixel, let old = sent, old.place != direct?.place { ccurses_repaint() }
      send(screen)
      shown = screen
    }
    if let direct, fresh || changed { send(direct) }
    if direct == nil { sent = nil }
    if abilities.synchronised { TerminalWriter.write("\u{1B}[?2026l") }
  }

  private func send(_ screen: Screen) {
    ccurses_erase()
    for row in 0..<screen.rows {
      for column in 0..<screen.columns {
        let cell = screen[row, column]
        if cell.character == "\0" { continue }
        if let greys = cell.greys {
          ccurses_put(Int32(row), Int32(column), 0x2580, 0, Self.palette(greys.upper), Self.palette(greys.lower))
          continue
        }
        if cell.isPicture {
          // No plain blank, or curses would think that it may clear the line over it.
          ccurses_put(Int32(row), Int32(column), abilities.utf8 ? 0xA0 : 0x20, 0, -1, -1)
          continue
        }
        guard cell.character != " " || cell.role != .normal, let scalar = cell.character.unicodeScalars.first else {
          continue
        }
        let look = look(cell.role)
        let code = abilities.utf8 || scalar.isASCII ? scalar.value : Self.plain(scalar)
        ccurses_put(Int32(row), Int32(column), code, look.attributes, look.colour, -1)
      }
    }
    ccurses_update()
  }

  /// 24 greys of the 256-colour palette; the darkest stays black.
  private static func palette(_ grey: UInt8) -> Int32 { grey == 0 ? 16 : 231 + Int32(grey) }

  /// What stands for a character where only ASCII can be shown.
  private static func plain(_ s: Unicode.Scalar) -> UInt32 {
    switch s {
    case "┃", "│", "┆": UInt32(UInt8(ascii: "|"))
    case "─", "━", "…": UInt32(UInt8(ascii: "-"))
    case "▸", "►": UInt32(UInt8(ascii: ">"))
    case "█", "▓", "●", "▣": UInt32(UInt8(ascii: "#"))
    case "▆", "▇", "▅", "▪": UInt32(UInt8(ascii: "="))
    case "▄", "▃": UInt32(UInt8(ascii: "-"))
    case "▁", "▂", "░", "·": UInt32(UInt8(ascii: "."))
    case "⚠": UInt32(UInt8(ascii: "!"))
    case "×": UInt32(UInt8(ascii: "x"))
    case "–", "—": UInt32(UInt8(ascii: "-"))
    case "├", "┤", "┣", "┫", "┏", "┓", "┗", "┛", "╭", "╮", "╰", "╯": UInt32(UInt8(ascii: "+"))
    case "←": UInt32(UInt8(ascii: "<"))
    case "→": UInt32(UInt8(ascii: ">"))
    case "↑": UInt32(UInt8(ascii: "^"))
    case "↓": UInt32(UInt8(ascii: "v"))
    default: UInt32(UInt8(ascii: "?"))
    }
  }

  private func look(_ role: Role) -> (attributes: Int32, colour: Int32) {
    let bold = Int32(CCURSES_BOLD), dim = Int32(CCURSES_DIM), reverse = Int32(CCURSES_REVERSE)
    switch role {
    case .normal: return (0, -1)
    case .dim: return colour && abilities.colours >= 256 ? (0, 245) : (dim, -1)
    case .title: return (bold, -1)
    case .accent: return colour ? (bold, 6) : (bold, -1)
    case .warning: return colour ? (bold, 3) : (bold, -1)
    case .selected: return colour ? (reverse | bold, 6) : (reverse, -1)
    case .bar: return colour ? (0, 6) : (0, -1)
    }
  }

  private func send(_ picture: Picture) {
    let place = picture.place
    if encodedPlace != place || encoded.count > 400 {
      encoded = [:]
      encodedPlace = place
    }
    let text: String
    if let kept = encoded[picture.key] {
      text = kept
    } else {
      let body = mode == .sixel ? Sixel.encode(picture, cell: cell) : CellPictures.halfBlocks(picture)
      text = "\u{1B}7\u{1B}[\(place.row + 1);\(place.column + 1)H\(body ?? "")\u{1B}8"
      encoded[picture.key] = text
    }
    TerminalWriter.write(text)
    sent = (place, picture.key)
  }

  public func wait(seconds: Double) -> TerminalEvent? {
    if let event = pending() { return event }
    var pollers = [
      pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0),
      pollfd(fd: Rescue.wakeDescriptor, events: Int16(POLLIN), revents: 0),
    ]
    _ = poll(&pollers, 2, Int32(max(0, min(seconds, 60)) * 1000 + 0.5))
    if pollers[1].revents != 0 { Rescue.drain() }
    if pollers[0].revents & Int16(POLLHUP | POLLERR | POLLNVAL) != 0 { gone = true }
    return pending()
  }

  private func pending() -> TerminalEvent? {
    while true {
      switch ccurses_key() {
      case Int32(CCURSES_NONE): return nil
      case Int32(CCURSES_UP): return .key(.up)
      case Int32(CCURSES_DOWN): return .key(.down)
      case Int32(CCURSES_LEFT): return .key(.left)
      case Int32(CCURSES_RIGHT): return .key(.right)
      case Int32(CCURSES_PAGE_UP): return .key(.pageUp)
      case Int32(CCURSES_PAGE_DOWN): return .key(.pageDown)
      case Int32(CCURSES_HOME): return .key(.home)
      case Int32(CCURSES_END): return .key(.end)
      case Int32(CCURSES_BACKSPACE): return .key(.backspace)
      case Int32(CCURSES_DELETE): return .key(.delete)
      case Int32(CCURSES_F1): return .key(.function(1))
      case Int32(CCURSES_RESIZE):
        forget()
        return .resized
      case Int32(CCURSES_OTHER): continue
      case let code:
        if let key = Key(code: code) { return .key(key) }
      }
    }
  }

  public func wake() { Rescue.wake() }

  private func forget() {
    shown = nil
    sent = nil
    ccurses_repaint()
  }

  public func repaint() {
    ccurses_fit()
    encoded = [:]
    forget()
  }

  public func suspend() {
    ccurses_stop()
    raise(SIGTSTP)
    ccurses_fit()
    forget()
  }
}
