import Terminal

/// What a key does: first what browsing knows, then what modes add.
enum Action: String, Hashable, CaseIterable {
  case play, nextPhase, previousPhase, nextSlice, previousSlice, endDiastole, endSystole, slower, faster
  case nextSeries, previousSeries, nextStudy, previousStudy, firstStudy, lastStudy, panel, findings
  case preset1, preset2, preset3, preset4, preset5, window, invert, larger, smaller, place, full
  case montage, axes, pair, otherPicture, match, motionStrip, contours, overlays, ruler
  case study, card, names, hideFindings, commitFirst, impression, score, filter, command, ask, sort, mark, mouse,
    export, help,
    repaint, close, quit, suspend
  case up, down, left, right, farUp, farDown, farLeft, farRight, pageUp, pageDown, other, accept, erase
  case length, angle, area, addPoint, rotate, mirror, reset
  case exportPicture, exportCine, exportWorklist, exportReport, exportMeasures, exportImpressions
  case copyIdentifier, copySummary, find

  /// As it is typed: "next-slice".
  var name: String {
    rawValue.reduce(into: "") { name, letter in
      if letter.isUppercase { name += "-" }
      name += letter.lowercased()
    }
  }
}

/// Keys and what they do. One table serves the keyboard and the help page.
struct Keymap: Sendable {
  struct Row: Sendable {
    let action: Action
    let keys: [Key]
    let help: String

    init(_ action: Action, _ keys: [Key], _ help: String) {
      (self.action, self.keys, self.help) = (action, keys, help)
    }
  }

  let rows: [Row]
  private let byKey: [Key: Action]

  /// Of two rows with one key the first has it.
  init(_ rows: [Row]) {
    self.rows = rows
    byKey = Dictionary(rows.flatMap { row in row.keys.map { ($0, row.action) } }) { first, _ in first }
  }

  func action(_ key: Key) -> Action? { byKey[key] }

  static let browsing = Keymap([
    Row(.play, [.character(" "), .character("p")], "play or pause"),
    Row(.nextPhase, [.right], "next phase"),
    Row(.previousPhase, [.left], "previous phase"),
    Row(.nextSlice, [.down], "next slice"),
    Row(.previousSlice, [.up], "previous slice"),
    Row(.endDiastole, [.character("d")], "end-diastole"),
    Row(.endSystole, [.character("s")], "end-systole"),
    Row(.slower, [.character("[")], "slower"),
    Row(.faster, [.character("]")], "faster"),
    Row(.nextSeries, [.pageDown], "next series"),
    Row(.previousSeries, [.pageUp], "previous series"),
    Row(.nextStudy, [.character("j"), .character("n"), .enter], "next study"),
    Row(.previousStudy, [.character("k"), .character("N")], "previous study"),
    Row(.firstStudy, [.character("g"), .home], "first study"),
    Row(.lastStudy, [.character("G"), .end], "last row: unreadable files"),
    Row(.panel, [.tab], "findings, worklist or series"),
    Row(.findings, [.character("f"), .character("a")], "all findings: arrows, Enter shows"),
    Row(.preset1, [.character("1")], "window: usual"),
    Row(.preset2, [.character("2")], "window: brighter"),
    Row(.preset3, [.character("3")], "window: softer"),
    Row(.preset4, [.character("4")], "window: hard"),
    Row(.preset5, [.character("5")], "window: all values"),
    Row(.window, [.character("w")], "window by hand: arrows, Esc ends"),
    Row(.invert, [.character("i")], "invert"),
    Row(.larger, [.character("+"), .character("=")], "closer to the heart"),
    Row(.smaller, [.character("_"), .character("-")], "further away"),
    Row(.place, [.character("r")], "move, rotate, mirror the picture"),
    Row(.full, [.character("z")], "the picture alone"),
    Row(.montage, [.character("v")], "all slices in phase"),
    Row(.axes, [.character("l")], "long axes beside the stack"),
    Row(.pair, [.character("b")], "two studies side by side"),
    Row(.otherPicture, [.character("e")], "the other picture"),
    Row(.match, [.character("M")], "hearts in step, or at their own rates"),
    Row(.motionStrip, [.character("y")], "a line over time (M-mode)"),
    Row(.contours, [.character("o")], "contours on or off"),
    Row(.ruler, [.character("c")], "measure: length, area, angle, value"),
    Row(.overlays, [.character("h")], "overlays on or off"),
    Row(.study, [.character("t")], "what the files say"),
    Row(.card, [.character("T")], "what the model is"),
    Row(.names, [.character("P")], "hide or show names"),
    Row(.filter, [.character("/")], "filter: name, lvef<35, done, 4ch"),
    Row(.ask, [.character("\\")], "ask with a sentence: ranks the list"),
    Row(.command, [.character(":")], "command by name: Tab completes"),
    Row(.hideFindings, [.character("H")], "hide or show findings"),
    Row(.commitFirst, [.character("B")], "commit first, then see findings"),
    Row(.impression, [.character("I")], "your impression: d 30"),
    Row(.score, [.character("Q")], "how often you agreed"),
    Row(.sort, [.character("S")], "sort: urgency, name, LVEF, status"),
    Row(.mark, [.character("m")], "mark the study, or unmark it"),
    Row(.mouse, [.character("u")], "mouse on or off (off selects text)"),
    Row(.export, [.character("x")], "export: picture, worklist, report"),
    Row(.help, [.character("?"), .function(1)], "this page"),
    Row(.close, [.escape], "back"),
    Row(.repaint, [.control("l")], "repaint"),
    Row(.suspend, [.control("z")], "suspend"),
    Row(.quit, [.character("q"), .control("c")], "quit"),
  ])
}
