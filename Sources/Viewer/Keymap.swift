import Terminal

/// What keys do. One table serves the keyboard and the help page.
enum Action: Hashable, CaseIterable {
  case play, nextPhase, previousPhase, nextSlice, previousSlice, endDiastole, endSystole, slower, faster
  case nextSeries, previousSeries, nextStudy, previousStudy, firstStudy, lastStudy, panel, findings
  case preset1, preset2, preset3, preset4, preset5, window, invert, larger, smaller, montage, contours, overlays,
    caliper
  case info, names, filter, sort, mark, export, help, repaint, back, quit, suspend
}

enum Keymap {
  struct Row {
    let action: Action
    let keys: [Key]
    let help: String
  }

  static let rows: [Row] = [
    Row(action: .play, keys: [.character(" "), .character("p")], help: "play or pause"),
    Row(action: .nextPhase, keys: [.right], help: "next phase"),
    Row(action: .previousPhase, keys: [.left], help: "previous phase"),
    Row(action: .nextSlice, keys: [.down], help: "next slice"),
    Row(action: .previousSlice, keys: [.up], help: "previous slice"),
    Row(action: .endDiastole, keys: [.character("d")], help: "end-diastole"),
    Row(action: .endSystole, keys: [.character("s")], help: "end-systole"),
    Row(action: .slower, keys: [.character("[")], help: "slower"),
    Row(action: .faster, keys: [.character("]")], help: "faster"),
    Row(action: .nextSeries, keys: [.pageDown], help: "next series"),
    Row(action: .previousSeries, keys: [.pageUp], help: "previous series"),
    Row(action: .nextStudy, keys: [.character("j"), .character("n"), .enter], help: "next study"),
    Row(action: .previousStudy, keys: [.character("k"), .character("N")], help: "previous study"),
    Row(action: .firstStudy, keys: [.character("g"), .home], help: "first study"),
    Row(action: .lastStudy, keys: [.character("G"), .end], help: "last row: unreadable files"),
    Row(action: .panel, keys: [.tab], help: "findings, worklist or series"),
    Row(action: .findings, keys: [.character("f"), .character("a")], help: "all findings: arrows, Enter shows"),
    Row(action: .preset1, keys: [.character("1")], help: "window: usual"),
    Row(action: .preset2, keys: [.character("2")], help: "window: brighter"),
    Row(action: .preset3, keys: [.character("3")], help: "window: softer"),
    Row(action: .preset4, keys: [.character("4")], help: "window: hard"),
    Row(action: .preset5, keys: [.character("5")], help: "window: all values"),
    Row(action: .window, keys: [.character("w")], help: "window by hand: arrows, Esc ends"),
    Row(action: .invert, keys: [.character("i")], help: "invert"),
    Row(action: .larger, keys: [.character("+"), .character("=")], help: "closer to the heart"),
    Row(action: .smaller, keys: [.character("_"), .character("-")], help: "further away"),
    Row(action: .montage, keys: [.character("v")], help: "all slices in phase"),
    Row(action: .contours, keys: [.character("o")], help: "contours on or off"),
    Row(action: .caliper, keys: [.character("c")], help: "caliper: arrows, Tab, Esc ends"),
    Row(action: .overlays, keys: [.character("h")], help: "overlays on or off"),
    Row(action: .info, keys: [.character("t")], help: "what the files say"),
    Row(action: .names, keys: [.character("P")], help: "hide or show names"),
    Row(action: .filter, keys: [.character("/")], help: "filter: name, lvef<35, done, 4ch"),
    Row(action: .sort, keys: [.character("S")], help: "sort: urgency, name, LVEF, status"),
    Row(action: .mark, keys: [.character("m")], help: "mark the study, or unmark it"),
    Row(action: .export, keys: [.character("x")], help: "export: picture, worklist, report"),
    Row(action: .help, keys: [.character("?"), .function(1)], help: "this page"),
    Row(action: .back, keys: [.escape], help: "back"),
    Row(action: .repaint, keys: [.control("l")], help: "repaint"),
    Row(action: .suspend, keys: [.control("z")], help: "suspend"),
    Row(action: .quit, keys: [.character("q"), .control("c")], help: "quit"),
  ]

  private static let byKey: [Key: Action] = {
    var map: [Key: Action] = [:]
    for row in rows { for key in row.keys { map[key] = row.action } }
    return map
  }()

  static func action(_ key: Key) -> Action? { byKey[key] }
}
