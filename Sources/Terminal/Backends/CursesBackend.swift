import CCurses
import Glibc
import Plain

/// The real terminal: text through curses, pictures that are not made of cells straight to it afterwards, and bytes from it
/// through our own parser. curses has the description of the terminal, its settings and what the screen shows.
public final class CursesBackend: Backend {
  private let kind: TerminalKind
  public private(set) var abilities: TerminalAbilities
  public private(set) var mode: GraphicsMode
  private let wanted: GraphicsMode?
  private let colour: Bool
  private let theme: Theme?
  private var shown: Screen?
  private var output: PictureOutput
  private var log: Int32 = -1
  /// The terminal is ours, not the shell's.
  private var isHeld = false
  private var hasMouse = false

  private var input: TerminalInput
  private var events: [TerminalEvent] = []
  private var asked = 0.0
  /// Seconds that the terminal took to answer; nil until it has.
  private var roundTrip: Double?
  /// The size changed while answers were due.
  private var askAgain = false

  /// `mode` and `theme` nil ask the terminal. Everything that libraries write to stderr goes to `log` while this lives.
  public init(mode wanted: GraphicsMode?, colour: Bool, theme: Theme? = nil, log path: String?) throws(TerminalError) {
    guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1 else { throw .noTerminal }
    Foreground.takeFromTimeout()
    let (kind, known) = try Probe.known()
    self.kind = kind
    abilities = known
    self.wanted = wanted
    self.theme = theme
    mode = wanted ?? known.bestMode
    output = PictureOutput(mode, palette: known.hasDots, isAnswered: false)
    self.colour = colour && known.colours >= 8
    input = TerminalInput(InputParser(utf8: known.utf8, keys: .terminfo()))
    Rescue.install()
    guard ccurses_start() != 0 else { throw .unknown(kind.asked) }
    isHeld = true
    ccurses_fit()
    if let path { divertErrors(to: path) }
    TerminalWriter.write(Self.pasteOn)
    ask(Probe.questions(kind), patience: Probe.slowestAnswer)
    let end = Monotonic.now() + Probe.patience
    while input.isExpecting, !input.isGone, Monotonic.now() < end {
      for event in input.wait(seconds: end - Monotonic.now(), waker: -1) { take(event) }
    }
    events.removeAll { $0 == .changed }
  }

  deinit { stop() }

  /// Bracketed paste (mode 2004): pasted text comes between marks, and is no keys.
  private static let pasteOn = "\u{1B}[?2004h"
  private static let pasteOff = "\u{1B}[?2004l"

  /// Gives the terminal back.
  public func stop() {
    release()
    if log >= 0 {
      dup2(log, STDERR_FILENO)
      close(log)
      log = -1
    }
  }

  /// The terminal as the shell had it. Answers that are still due are waited for a moment, or the shell would get them.
  private func release() {
    guard isHeld else { return }
    isHeld = false
    TerminalWriter.write((hasMouse ? Mouse.off : "") + Self.pasteOff)
    TerminalWriter.write(output.close())
    if input.isExpecting || output.isWaiting, stopSignal == 0 {
      let end = Monotonic.now() + 0.5
      while input.isExpecting || output.isWaiting, !input.isGone, Monotonic.now() < end {
        for case .report(.ready) in input.wait(seconds: end - Monotonic.now(), waker: -1) {
          output.arrived(at: Monotonic.now())
        }
      }
      tcflush(STDIN_FILENO, TCIFLUSH)
    }
    ccurses_stop()
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
  public var isEnded: Bool { input.isGone || Rescue.stopSignal != 0 }
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

  public var loss: PictureLoss { output.loss(at: Monotonic.now()) }

  public func present(_ frame: Frame) {
    var screen = frame.screen
    for picture in frame.pictures { CellPictures.draw(picture, mode, isDirect: output.isDirect, into: &screen) }
    let changed = shown != screen
    // Pictures that went or moved may leave pixels that curses knows nothing of.
    let places = output.places
    if mode.isPixels || !abilities.utf8, !places.isEmpty, places != frame.pictures.map(\.place) {
      ccurses_repaint()
      output.forget()
    }
    let cell = cell
    let setting = PictureSetting(cellWidth: cell.width, cellHeight: cell.height, colour: colour)
    let bytes = output.show(frame.pictures, setting, at: Monotonic.now())
    guard changed || !bytes.isEmpty else { return }
    // A few bytes are one piece anyway.
    let isLarge = abilities.synchronised && (changed || bytes.count > 256)
    if isLarge { TerminalWriter.write("\u{1B}[?2026h") }
    if changed {
      send(screen)
      shown = screen
    }
    send(bytes)
    if isLarge { TerminalWriter.write("\u{1B}[?2026l") }
  }

  /// Pictures, with cursor and rendition as curses left them, and the question how fast they come.
  private func send(_ picture: [UInt8]) {
    guard !picture.isEmpty else { return }
    let start = Monotonic.now()
    let question = output.begin(picture.count, at: start) ? Array(Probe.readyQuestion.utf8) : []
    TerminalWriter.write(question + Array("\u{1B}7".utf8) + picture + Array("\u{1B}8".utf8) + question)
    output.sent(picture.count, from: start, to: Monotonic.now())
  }

  private func send(_ screen: Screen) {
    ccurses_erase()
    let colours = colour ? abilities.colours : 0
    var looks: [Look] = []
    for role in Role.allCases { looks.append(Look(role, colours: colours, isDark: abilities.isDark, theme: theme)) }
    for row in 0..<screen.rows {
      for column in 0..<screen.columns {
        let cell = screen[row, column]
        if cell.character == "\0" { continue }
        if cell.isPicture {
          // No plain blank, or curses would think that it may clear the line over it.
          put(abilities.utf8 ? "\u{A0}" : " ", row, column, Look())
        } else if cell.character != " " || cell.role != .normal {
          put(cell.character, row, column, looks[Int(cell.role.rawValue)])
        }
      }
    }
    ccurses_update()
  }

  private func put(_ c: Character, _ row: Int, _ column: Int, _ look: Look) {
    let scalars = c.unicodeScalars
    guard let first = scalars.first else { return }
    let isSingle = scalars.index(after: scalars.startIndex) == scalars.endIndex
    var code: (UInt32, UInt32) = (first.value, 0)
    if !abilities.utf8, !first.isASCII || !isSingle {
      let base = Composed.base(c) ?? first
      code.0 = base.isASCII ? base.value : Look.plain(base)
    } else if !isSingle {
      return Composed.scalars(c).withZero {
        ccurses_put(Int32(row), Int32(column), $0, look.attributes, look.colour, -1)
      }
    }
    withUnsafeBytes(of: &code) { bytes in
      guard let text = bytes.baseAddress?.assumingMemoryBound(to: UInt32.self) else { return }
      ccurses_put(Int32(row), Int32(column), text, look.attributes, look.colour, -1)
    }
  }

  public func wait(seconds: Double) -> TerminalEvent? {
    if events.isEmpty {
      let patience = min(seconds, 60, output.due.map { max($0 - Monotonic.now(), 0) } ?? 60)
      for event in input.wait(seconds: patience, waker: Rescue.wakeDescriptor) { take(event) }
      Rescue.drain()
      if isHeld { send(output.rest(at: Monotonic.now())) }
      if Rescue.tookResize() { resize() }
      if askAgain, !input.isExpecting { askForSize() }
    }
    return events.isEmpty ? nil : events.removeFirst()
  }

  private func take(_ event: InputEvent) {
    switch event {
    case .key(let key): events.append(.key(key))
    case .paste(let text): events.append(.paste(text))
    case .mouse(let mouse): if hasMouse { events.append(.mouse(mouse)) }
    case .report(.kitty(let number, let isWell)) where number != Probe.kittyNumber:
      output.take(number: number, isWell: isWell)
      // A terminal that takes no picture after all.
      if output.failures > 3, abilities.kitty {
        abilities.kitty = false
        chooseMode()
      }
      events.append(.changed)
    case .report(.ready):
      output.isAnswered = true
      output.arrived(at: Monotonic.now())
    case .report(let report):
      if case .attributes = report, roundTrip == nil { roundTrip = Monotonic.now() - asked }
      let before = abilities
      abilities.take(report)
      guard abilities != before else { return }
      chooseMode()
      events.append(.changed)
    }
  }

  private func chooseMode() {
    let best = wanted ?? abilities.bestMode
    if mode != best {
      TerminalWriter.write(output.close())
      mode = best
      output = PictureOutput(best, palette: abilities.hasDots, isAnswered: output.isAnswered)
    }
    forget()
  }

  private func ask(_ questions: String, patience: Double) {
    askAgain = false
    // A terminal without colours by its own name is taken at its word: it may show questions as text.
    guard abilities.colours >= 8 else { return }
    TerminalWriter.write(questions)
    asked = Monotonic.now()
    input.expectAnswers(patience: patience)
  }

  /// What a second answer takes at most; a terminal that never answered is not waited for.
  private var laterPatience: Double { roundTrip.map { 0.5 + 2 * $0 } ?? 0 }

  /// Once for all changes that come while the answer is on its way.
  private func askForSize() {
    if input.isExpecting { askAgain = true } else { ask(Probe.sizeQuestions, patience: laterPatience) }
  }

  private func resize() {
    ccurses_fit()
    forget()
    askForSize()
    events.append(.changed)
  }

  public func wake() { Rescue.wake() }

  public func copy(_ text: String) -> Bool {
    guard kind.takesStrings, let bytes = Clipboard.bytes(text) else { return false }
    TerminalWriter.write(bytes)
    return true
  }

  public func mouse(_ on: Bool) {
    guard on != hasMouse, abilities.colours >= 8 else { return }
    hasMouse = on
    if isHeld { TerminalWriter.write(on ? Mouse.on : Mouse.off) }
  }

  private func forget() {
    shown = nil
    output.forget()
    ccurses_repaint()
  }

  public func repaint() {
    ccurses_fit()
    forget()
    if !input.isExpecting { ask(Probe.questions(kind), patience: laterPatience) }
  }

  public func suspend() {
    release()
    raise(SIGTSTP)
    ccurses_fit()
    ccurses_resume()
    isHeld = true
    TerminalWriter.write(Self.pasteOn + (hasMouse ? Mouse.on : ""))
    forget()
  }
}

extension [UInt32] {
  /// As C has text: ended by 0.
  fileprivate func withZero(_ body: (UnsafePointer<UInt32>?) -> Void) {
    (self + [0]).withUnsafeBufferPointer { body($0.baseAddress) }
  }
}
