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

/// What the model makes of the study.
func drawFindings(_ model: ViewerModel, _ area: CellRectangle, _ screen: inout Screen) {
  var pen = Pen(area)
  let titled = "FINDINGS  \(SafeText(model.modelNote).text)"
  pen.line(TextWidth.of(titled) < area.columns ? titled : "FINDINGS", .dim, &screen)
  guard let entry = model.current else { return }
  switch entry.status {
  case .pending: pen.line("pending", .dim, &screen)
  case .running(let done, let total):
    pen.line("running", .accent, &screen)
    pen.line(
      bar(total > 0 ? Double(done) / Double(total) : 0, width: max(area.columns - 14, 4))
        + "  \(done)/\(Count.of(total, "clip"))",
      .bar, &screen)
  case .failed(let why):
    for line in TextWidth.wrap("⚠ failed: " + SafeText(why.sentence).text, area.columns - 2) {
      pen.line(line, .warning, &screen)
    }
  case .done(let analysis): drawAnalysis(analysis, model, &pen, &screen)
  }
}

private func drawAnalysis(_ a: Analysis, _ model: ViewerModel, _ pen: inout Pen, _ screen: inout Screen) {
  let width = pen.area.columns
  let roomy = pen.area.rows >= 26
  if let why = a.refusal {
    pen.line("NO RESULT", .title, &screen)
    for line in TextWidth.wrap(
      SafeText(width >= 36 ? why.text : Warnings.short(why.code, else: why.text)).text, width - 2
    ).prefix(4) {
      pen.line(line, .warning, &screen)
    }
  } else if let lvef = a.lvef {
    drawLVEF(lvef, &pen, &screen)
  } else {
    pen.line("LVEF   no result", .dim, &screen)
  }
  if roomy { pen.row += 1 }
  // What must be said keeps its place: findings take the rows that sentences, views and warnings leave.
  let warnings = ((model.current?.study.warnings ?? []) + a.warnings.filter { $0.code != a.refusal?.code }).flatMap {
    w in
    TextWidth.wrap("⚠ " + SafeText(width >= 36 ? w.text : Warnings.short(w.code, else: w.text)).text, width - 2).prefix(
      width >= 36 ? 3 : 1)
  }
  let sentenceCount =
    model.allFindings ? 0 : roomy ? min(a.sentences.count, pen.area.rows >= 40 ? 5 : 3) : min(a.sentences.count, 1)
  let sentences = a.sentences.prefix(sentenceCount).map { s in
    (decimal(s.similarity), TextWidth.wrap(SafeText(s.text).text, width - 6))
  }
  let sentenceRows = sentences.reduce(0) { $0 + $1.1.count } + (sentences.isEmpty ? 0 : roomy ? 2 : 0)
  let perFinding = roomy && width >= 36 && !model.allFindings ? 2 : 1
  let room = pen.left - sentenceRows - warnings.count - 2 - (roomy ? 1 : 0)
  // The line that says how many more there are takes one of its own.
  let isWhole = a.findings.count * perFinding <= room
  let count = isWhole ? a.findings.count : max(0, (room - 1) / perFinding)
  for finding in a.findings.prefix(count) { drawFinding(finding, lines: perFinding, &pen, &screen) }
  if a.findings.count > count { pen.line("… \(a.findings.count - count) more  (f)", .dim, &screen) }
  if !sentences.isEmpty {
    if roomy {
      pen.row += 1
      pen.line("NEAREST SENTENCES", .dim, &screen)
    }
    for (similarity, lines) in sentences {
      for (i, line) in lines.enumerated() {
        if i == 0 { screen.put(similarity, pen.row, pen.area.column + 1, .bar) }
        pen.line(line, i == 0 ? .normal : .normal, indent: 5, &screen)
      }
    }
  }
  if roomy { pen.row += 1 }
  drawSeen(a, &pen, &screen)
  for line in warnings { pen.line(line, .warning, &screen) }
}

/// Percent, and the interval as a bar between its ends.
private func drawLVEF(_ lvef: EjectionFraction, _ pen: inout Pen, _ screen: inout Screen) {
  let (low, high) = (Int(lvef.low.rounded()), Int(lvef.high.rounded()))
  let value = "LVEF  \(Int(lvef.percent.rounded())) %"
  guard pen.area.columns >= 36 else {
    pen.line("\(value)  (\(low)–\(high))", .title, &screen)
    return
  }
  let width = 12
  let at = high > low ? Int(((lvef.percent - lvef.low) / (lvef.high - lvef.low) * Double(width - 1)).rounded()) : 0
  let track = String((0..<width).map { $0 == at ? "●" : "─" })
  screen.put("\(low) ├\(track)┤ \(high)", pen.row, pen.area.column + 14, .bar)
  screen.put("", pen.row, pen.area.column)
  pen.line(value, .title, &screen)
}

/// A bar before the number, the number before the words; trust beside it.
private func drawFinding(_ f: Finding, lines: Int, _ pen: inout Pen, _ screen: inout Screen) {
  guard pen.left >= lines else { return }
  let width = pen.area.columns
  // A label that was no better than chance where it was measured is greyed.
  let trusted = (f.aucLow ?? 1) > 0.5
  let role: Role = !trusted ? .dim : f.positive ? .title : .normal
  let mark = f.positive ? "▸" : " "
  if lines == 2 {
    pen.line(mark + " " + ConditionNames.long(f.condition), role, indent: 0, &screen)
    let trust = f.auc.map { "  AUC \(decimal($0))" } ?? ""
    screen.put(bar(f.probability, width: width - 20), pen.row, pen.area.column + 2, trusted ? .bar : .dim)
    screen.put(decimal(f.probability) + trust, pen.row, pen.area.column + width - 17, role)
    pen.row += 1
    return
  }
  let name = width >= 50 ? ConditionNames.long(f.condition) : ConditionNames.short(f.condition)
  let number = decimal(f.probability)
  let trust = width >= 36 ? f.auc.map { " AUC \(pad(decimal($0), 4))" } ?? "" : ""
  let right = "\(number)\(trust)"
  screen.put(right, pen.row, pen.area.column + width - 1 - right.count, role)
  if width >= 50 {
    screen.put(
      bar(f.probability, width: 10), pen.row, pen.area.column + width - 12 - right.count, trusted ? .bar : .dim)
  }
  screen.put(mark, pen.row, pen.area.column, .accent)
  let room = width - 3 - right.count - (width >= 50 ? 11 : 0)
  screen.put(TextWidth.fit(name, room), pen.row, pen.area.column + 1, role)
  pen.row += 1
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
