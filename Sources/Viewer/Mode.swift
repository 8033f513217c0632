import Terminal

/// What keys are for. Modes lie on one another; the one on top is asked first.
enum Mode: Hashable, Sendable {
  /// The list of all findings.
  case findings
  case page(Page)
  /// Text is typed.
  case prompt(Prompt)
  /// The window is set by hand.
  case window
  case caliper
}

/// A page over the picture.
enum Page: Hashable, Sendable {
  case help, study, export

  var title: String {
    switch self {
    case .help: "KEYS"
    case .study: "STUDY"
    case .export: "EXPORT"
    }
  }
}

/// What is typed in the last line.
enum Prompt: Hashable, Sendable {
  case filter
}

extension Mode {
  /// Its own keys.
  var keymap: Keymap {
    switch self {
    case .findings: Self.findingKeys
    case .page(.export): Self.exportKeys
    case .page(.help): Self.helpKeys
    case .page(.study): Self.studyKeys
    case .prompt: Self.promptKeys
    case .window: Self.windowKeys
    case .caliper: Self.caliperKeys
    }
  }

  /// Keys that it has no use for go to the mode below.
  var isTransparent: Bool {
    switch self {
    case .findings, .window: true
    case .page, .prompt, .caliper: false
    }
  }

  /// What the terminal itself needs, wherever one is.
  private static let always = [
    Keymap.Row(.repaint, [.control("l")], "repaint"),
    Keymap.Row(.suspend, [.control("z")], "suspend"),
    Keymap.Row(.quit, [.control("c")], "quit"),
  ]

  private static let pageKeys =
    always + [
      Keymap.Row(.down, [.down, .character("j")], "further down"),
      Keymap.Row(.up, [.up, .character("k")], "further up"),
      Keymap.Row(.pageDown, [.pageDown, .character(" ")], "a page further down"),
      Keymap.Row(.pageUp, [.pageUp], "a page further up"),
      Keymap.Row(.close, [.escape, .character("q")], "close"),
      Keymap.Row(.help, [.character("?"), .function(1)], "keys"),
      Keymap.Row(.study, [.character("t")], "what the files say"),
    ]

  private static let helpKeys = Keymap(pageKeys)
  private static let studyKeys = Keymap(pageKeys)
  private static let exportKeys = Keymap(
    [
      Keymap.Row(.exportPicture, [.character("p")], "picture: this frame as PNG, with its contours"),
      Keymap.Row(.exportWorklist, [.character("c")], "worklist as CSV"),
      Keymap.Row(.exportReport, [.character("r")], "report: this study on one page (HTML)"),
      Keymap.Row(.close, [.character("x")], "close"),
    ] + pageKeys)

  private static let findingKeys = Keymap([
    Keymap.Row(.down, [.down], "next finding"),
    Keymap.Row(.up, [.up], "previous finding"),
    Keymap.Row(.accept, [.enter], "show the frame that it comes from"),
    Keymap.Row(.close, [.escape], "back to the shorter list"),
  ])

  private static let windowKeys = Keymap([
    Keymap.Row(.up, [.up], "white is brighter"),
    Keymap.Row(.down, [.down], "white is darker"),
    Keymap.Row(.right, [.right], "black is brighter"),
    Keymap.Row(.left, [.left], "black is darker"),
    Keymap.Row(.close, [.escape, .enter, .character("w")], "end"),
  ])

  private static let caliperKeys = Keymap(
    always + [
      Keymap.Row(.up, [.up, .character("k")], "the end up"),
      Keymap.Row(.down, [.down, .character("j")], "the end down"),
      Keymap.Row(.left, [.left, .character("h")], "the end to the left"),
      Keymap.Row(.right, [.right, .character("l")], "the end to the right"),
      Keymap.Row(.farUp, [.character("K")], "five pixels up"),
      Keymap.Row(.farDown, [.character("J")], "five pixels down"),
      Keymap.Row(.farLeft, [.character("H")], "five pixels to the left"),
      Keymap.Row(.farRight, [.character("L")], "five pixels to the right"),
      Keymap.Row(.other, [.tab], "the other end"),
      Keymap.Row(.close, [.escape], "end"),
    ])

  /// All other keys are text.
  private static let promptKeys = Keymap(
    always + [
      Keymap.Row(.accept, [.enter], "done"),
      Keymap.Row(.close, [.escape], "take it back"),
      Keymap.Row(.erase, [.backspace], "erase a letter"),
    ])
}
