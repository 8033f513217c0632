import Cine
import Terminal

/// A column that is filled line by line from above.
struct Pen {
  let area: CellRectangle
  var row: Int

  init(_ area: CellRectangle) {
    self.area = area
    row = area.row
  }

  var left: Int { area.row + area.rows - row }

  mutating func line(_ text: String = "", _ role: Role = .normal, indent: Int = 1, _ screen: inout Screen) {
    guard left > 0 else { return }
    screen.put(TextWidth.fit(text, area.columns - indent), row, area.column + indent, role)
    row += 1
  }
}

/// What contours measure, and what the learned model makes of the study.
func drawFindings(_ model: ViewerModel, _ area: CellRectangle, _ screen: inout Screen) {
  var pen = Pen(area)
  let hint = model.isListing ? "FINDINGS  ↑↓ Enter shows · Esc" : "FINDINGS  \(SafeText(model.modelNote).text)"
  pen.line(TextWidth.of(hint) < area.columns ? hint : "FINDINGS", .dim, &screen)
  guard let entry = model.current else { return }
  if let lesson = model.lesson(entry) {
    for line in TextWidth.wrap(SafeText(lesson.text).text, area.columns - 2).prefix(6) {
      pen.line(line, .accent, &screen)
    }
  }
  if model.isHidden(entry) {
    let text = model.hideFindings ? "hidden: H shows them" : "your impression first: I"
    pen.line(text, .dim, &screen)
    return
  }
  if entry.impression != nil {
    for line in TextWidth.wrap(model.verdict(entry), area.columns - 2).prefix(3) { pen.line(line, .accent, &screen) }
  }
  drawNumbers(entry, model, &pen, &screen)
  switch entry.status {
  case .pending: if entry.measured == nil { pen.line("pending", .dim, &screen) }
  case .running(let done, let total):
    pen.line("running", .accent, &screen)
    pen.line(
      bar(total > 0 ? Double(done) / Double(total) : 0, width: max(area.columns - 14, 4))
        + "  \(done)/\(Count.of(total, "clip"))",
      .bar, &screen)
  case .failed(let why):
    for line in TextWidth.wrap("⚠ failed: " + model.sentence(why), area.columns - 2) {
      pen.line(line, .warning, &screen)
    }
  case .done: break
  }
  if entry.measured != nil || entry.status.analysis != nil { drawResults(entry, model, &pen, &screen) }
}

private func drawResults(
  _ entry: ViewerModel.Entry, _ model: ViewerModel, _ pen: inout Pen, _ screen: inout Screen
) {
  let width = pen.area.columns
  let roomy = pen.area.rows >= 26
  let a = entry.status.analysis
  if roomy { pen.row += 1 }
  // What must be said keeps its place: findings take the rows that sentences, views and warnings leave.
  let warnings = (entry.study.warnings + (a?.warnings ?? []).filter { $0.code != a?.refusal?.code }).flatMap { w in
    TextWidth.wrap("⚠ " + SafeText(width >= 36 ? w.text : Warnings.short(w.code, else: w.text)).text, width - 2).prefix(
      width >= 36 ? 3 : 1)
  }
  let all = a?.sentences ?? []
  let sentences = all.prefix(model.isListing ? 0 : !roomy ? 1 : pen.area.rows >= 40 ? 5 : 3).map { s in
    (decimal(s.similarity), TextWidth.wrap(SafeText(s.text).text, width - 6))
  }
  let sentenceRows = sentences.reduce(0) { $0 + $1.1.count } + (sentences.isEmpty ? 0 : roomy ? 2 : 0)
  let seenRows = a == nil ? 0 : 2 + (roomy ? 1 : 0)
  let list = FindingRows(model, width: width, roomy: roomy)
  list.draw(rows: pen.left - sentenceRows - warnings.count - seenRows, &pen, &screen)
  if !sentences.isEmpty {
    if roomy {
      pen.row += 1
      pen.line("NEAREST SENTENCES", .dim, &screen)
    }
    for (similarity, lines) in sentences {
      for (i, line) in lines.enumerated() {
        if i == 0 { screen.put(similarity, pen.row, pen.area.column + 1, .bar) }
        pen.line(line, indent: 5, &screen)
      }
    }
  }
  if let a {
    if roomy { pen.row += 1 }
    drawSeen(a, &pen, &screen)
  }
  for line in warnings { pen.line(line, .warning, &screen) }
}

private func drawSeen(_ a: Analysis, _ pen: inout Pen, _ screen: inout Screen) {
  guard !a.views.isEmpty else { return }
  let slices = a.views.filter { $0.view == .shortAxis }.map { "\($0.slice + 1)" }
  var seen = slices.isEmpty ? "" : "SAX " + slices.joined(separator: " ")
  for v in a.views where v.view != .shortAxis { seen += (seen.isEmpty ? "" : " ") + v.view.rawValue }
  pen.line("SEEN  " + seen, .dim, &screen)
  let missing = [View.shortAxis, .twoChamber, .threeChamber, .fourChamber].filter { v in
    !a.views.contains { $0.view == v }
  }
  if !missing.isEmpty { pen.line("MISSING  " + missing.map(\.rawValue).joined(separator: " "), .warning, &screen) }
}

/// A share as filled blocks.
func bar(_ share: Double, width: Int) -> String {
  let filled = Int((min(max(share, 0), 1) * Double(width)).rounded())
  return String(repeating: "█", count: max(filled, 0)) + String(repeating: "░", count: max(width - filled, 0))
}

/// Two decimals without a leading zero, as tables of probabilities have them.
func decimal(_ x: Double) -> String {
  let hundredths = Int((min(max(x, -9.99), 9.99) * 100).rounded())
  let digits = abs(hundredths) % 100
  let whole = abs(hundredths) / 100
  return (hundredths < 0 ? "-" : "") + (whole > 0 ? "\(whole)" : "") + "." + (digits < 10 ? "0" : "") + "\(digits)"
}

/// Warnings in few words, for narrow columns.
enum Warnings {
  static func short(_ code: String, else text: String) -> String {
    switch code {
    case "synthetic_training": "synthetic training data"
    case "no_scale": "no pixel spacing, no result"
    case "no_heads": "no heads, no findings"
    case "missing_views": "views are missing"
    case "unlike_training": "unlike the training data"
    case "uneven_rr": "heartbeats differ by slice"
    case "few_slices": "few slices"
    case "heart_not_found": "no beating heart found"
    case "not_mr": "not MR"
    case "no_cine": "no cine that the model knows"
    case "not_cine": "not a cine"
    case "not_one_heartbeat": "longer than a heartbeat"
    case "no_regular_beat": "noise or flicker, no beat"
    case "beat_scattered": "no beat in one place"
    case "moves_as_a_whole": "the picture moves as a whole"
    case "no_ring": "no ventricle found"
    default: text
    }
  }
}
