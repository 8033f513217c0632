/// What shows screens and gives events.
public protocol Backend: AnyObject {
  var rows: Int { get }
  var columns: Int { get }
  /// The picture mode in use; a late answer of the terminal may change it.
  var mode: GraphicsMode { get }
  /// A cell's size in pixels, or a usual one.
  var cell: (width: Int, height: Int) { get }

  /// What the link leaves out of pictures.
  var loss: PictureLoss { get }

  /// Shows a frame, sending only what changed.
  func present(_ frame: Frame)
  /// Waits for an event, at most so many seconds; nil for none, or when woken.
  func wait(seconds: Double) -> TerminalEvent?
  /// Makes `wait` return; from any thread.
  func wake()
  /// The terminal is gone, or the program was told to stop.
  var isEnded: Bool { get }
  /// Sends everything anew, and asks the terminal again what it can do.
  func repaint()
  /// Gives the terminal back for a while (Ctrl-Z).
  func suspend()
  /// Asks the terminal to put a text on the clipboard, which it may refuse without a word. False where it cannot be asked:
  /// a terminal without such strings, or a text beyond `Clipboard.limit`.
  func copy(_ text: String) -> Bool
  /// Mouse events from now on, or none, as at first: then the terminal selects text by itself. A terminal without colours is
  /// not asked. Off whenever the terminal is given back.
  func mouse(_ on: Bool)
}

/// A screen without a terminal: for tests.
public final class MemoryBackend: Backend {
  public let rows: Int
  public let columns: Int
  public let mode: GraphicsMode
  public let cell = (width: 10, height: 20)
  public var loss = PictureLoss()
  public private(set) var shown: Frame?
  public var events: [TerminalEvent]

  public init(rows: Int, columns: Int, mode: GraphicsMode = .half, events: [TerminalEvent] = []) {
    self.rows = rows
    self.columns = columns
    self.mode = mode
    self.events = events
  }

  public func present(_ frame: Frame) { shown = frame }

  public func wait(seconds: Double) -> TerminalEvent? { events.isEmpty ? nil : events.removeFirst() }
  public func wake() {}
  /// Once all events were taken.
  public var isEnded: Bool { events.isEmpty }
  public func repaint() {}
  public func suspend() {}
  public private(set) var copied: String?
  public func copy(_ text: String) -> Bool {
    guard Clipboard.bytes(text) != nil else { return false }
    copied = text
    return true
  }
  public private(set) var hasMouse = false
  public func mouse(_ on: Bool) { hasMouse = on }
}
