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
  /// Lengths, areas and angles.
  case ruler
  /// The picture is moved, turned and mirrored.
  case place
  /// The line of the strip is moved.
  case strip
}

/// A page over the picture.
enum Page: Hashable, Sendable {
  case help, study, export
  /// What the model is, and what it was measured to do.
  case card
  /// Impressions beside what is true.
  case score

  var title: String {
    switch self {
    case .help: "KEYS"
    case .study: "STUDY"
    case .export: "EXPORT"
    case .card: "MODEL"
    case .score: "SCORE"
    }
  }
}

/// What is typed in the last line.
enum Prompt: Hashable, Sendable {
  case filter
  /// A command, by name.
  case command
  /// A sentence that studies are ranked by.
  case question
  /// One's own impression of a study.
  case impression
  /// Words that lines of a page must have.
  case search

  /// What stands before the text.
  var sign: String {
    switch self {
    case .filter: "/"
    case .command: ":"
    case .question: "\\"
    case .impression: "impression "
    case .search: "/"
    }
  }
}

extension Mode {
  /// Its own keys.
  var keymap: Keymap {
    switch self {
    case .findings: Self.findingKeys
    case .page(.export): Self.exportKeys
    case .page(.help), .page(.study), .page(.card), .page(.score): Self.pageKeymap
    case .prompt: Self.promptKeys
    case .window: Self.windowKeys
    case .ruler: Self.rulerKeys
    case .place: Self.placeKeys
    case .strip: Self.stripKeys
    }
  }

  /// Keys that it has no use for go to the mode below.
  var isTransparent: Bool {
    switch self {
    case .findings, .window, .place, .strip: true
    case .page, .prompt, .ruler: false
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
      Keymap.Row(.card, [.character("T")], "what the model is"),
      Keymap.Row(.find, [.character("/")], "lines with a word"),
    ]

  private static let pageKeymap = Keymap(pageKeys)
  private static let exportKeys = Keymap(
    [
      Keymap.Row(.exportPicture, [.character("p")], "picture: this frame as PNG, with its contours"),
      Keymap.Row(.exportCine, [.character("a")], "the heartbeat as animated PNG"),
      Keymap.Row(.copyIdentifier, [.character("u")], "study UID to the clipboard"),
      Keymap.Row(.copySummary, [.character("y")], "summary to the clipboard"),
      Keymap.Row(.exportWorklist, [.character("c")], "worklist as CSV"),
      Keymap.Row(.exportReport, [.character("r")], "report: this study on one page (HTML)"),
      Keymap.Row(.exportMeasures, [.character("m")], "what was measured by hand, as CSV"),
      Keymap.Row(.exportImpressions, [.character("i")], "impressions, as CSV"),
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

  private static let rulerKeys = Keymap(
    always + [
      Keymap.Row(.up, [.up, .character("k")], "the point up"),
      Keymap.Row(.down, [.down, .character("j")], "the point down"),
      Keymap.Row(.left, [.left, .character("h")], "the point to the left"),
      Keymap.Row(.right, [.right, .character("l")], "the point to the right"),
      Keymap.Row(.farUp, [.character("K")], "five pixels up"),
      Keymap.Row(.farDown, [.character("J")], "five pixels down"),
      Keymap.Row(.farLeft, [.character("H")], "five pixels to the left"),
      Keymap.Row(.farRight, [.character("L")], "five pixels to the right"),
      Keymap.Row(.other, [.tab], "the next point"),
      Keymap.Row(.length, [.character("c")], "a length"),
      Keymap.Row(.area, [.character("a")], "an area"),
      Keymap.Row(.angle, [.character("v")], "an angle"),
      Keymap.Row(.addPoint, [.character("n")], "one more point of an area"),
      Keymap.Row(.accept, [.enter], "keep it with the study"),
      Keymap.Row(.erase, [.backspace, .delete], "forget the last one kept here"),
      Keymap.Row(.close, [.escape, .character("q")], "end"),
    ])

  private static let placeKeys = Keymap([
    Keymap.Row(.up, [.up], "look further up"),
    Keymap.Row(.down, [.down], "look further down"),
    Keymap.Row(.left, [.left], "look further left"),
    Keymap.Row(.right, [.right], "look further right"),
    Keymap.Row(.rotate, [.character("r")], "a quarter turn"),
    Keymap.Row(.mirror, [.character("f")], "mirror"),
    Keymap.Row(.reset, [.character("0")], "as it was"),
    Keymap.Row(.close, [.escape, .enter, .character("q")], "end"),
  ])

  private static let stripKeys = Keymap([
    Keymap.Row(.up, [.up], "the line one way"),
    Keymap.Row(.down, [.down], "the line the other way"),
    Keymap.Row(.left, [.left], "turn the line"),
    Keymap.Row(.right, [.right], "turn the line back"),
    Keymap.Row(.close, [.escape, .enter, .character("q"), .character("y")], "end"),
  ])

  /// All other keys are text.
  private static let promptKeys = Keymap(
    always + [
      Keymap.Row(.accept, [.enter], "done"),
      Keymap.Row(.close, [.escape], "take it back"),
      Keymap.Row(.erase, [.backspace], "erase a letter"),
      Keymap.Row(.other, [.tab], "complete the word"),
    ])
}
