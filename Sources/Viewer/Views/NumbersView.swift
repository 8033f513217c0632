import Cine
import Terminal

/// More percentage points between both estimates than this is said.
private let disagreement = 10.0

/// LVEF: by contours with what is to be thought of it, and the learned estimate beneath; alone where nothing was measured.
func drawNumbers(
  _ entry: ViewerModel.Entry, _ model: ViewerModel, _ pen: inout Pen, _ screen: inout Screen
) {
  let width = pen.area.columns - 2
  func lines(_ text: String, _ role: Role) {
    for line in TextWidth.wrap(SafeText(text).text, width).prefix(4) { pen.line(line, role, &screen) }
  }
  func short(_ code: String, _ text: String) -> String { width >= 34 ? text : Warnings.short(code, else: text) }
  let analysis = entry.status.analysis
  guard let measured = entry.measured else {
    guard let analysis else { return }
    if let why = analysis.refusal {
      pen.line("NO RESULT", .title, &screen)
      lines(short(why.code, why.text), .warning)
    } else if let lvef = analysis.lvef {
      drawLVEF(lvef, &pen, &screen)
    } else {
      pen.line("LVEF   no result", .dim, &screen)
    }
    return
  }
  let reason = measured.quality.reasons.first.map { short($0.code, $0.text) }
  if measured.quality.grade == .none {
    // Neither of the two: one judgement holds for the study.
    pen.line("NO NUMBER", .title, &screen)
    lines(reason ?? "no reason is known", .warning)
    return
  }
  if let lvef = measured.lvef {
    drawLVEF(lvef, &pen, &screen)
    pen.line("by contours", .dim, &screen)
  } else {
    pen.line("LVEF   none by contours", .dim, &screen)
  }
  if measured.quality.grade == .amber { lines("⚠ in doubt: \(reason ?? "no reason is known")", .warning) }
  if let why = analysis?.refusal { lines("no learned estimate: \(short(why.code, why.text))", .dim) }
  guard let second = analysis?.lvef else { return }
  let label = model.isSynthetic ? "learned on synthetic hearts" : "learned estimate"
  lines("\(label): \(Int(second.percent.rounded())) %", .dim)
  if let first = measured.lvef, abs(first.percent - second.percent) > disagreement {
    lines("⚠ contours and learned estimate disagree", .warning)
  }
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
  // By contours the number need not lie within an interval that was measured on other hearts.
  let share = high > low ? min(max((lvef.percent - lvef.low) / (lvef.high - lvef.low), 0), 1) : 0
  let at = Int((share * Double(width - 1)).rounded())
  let track = String((0..<width).map { $0 == at ? "●" : "─" })
  screen.put("\(low) ├\(track)┤ \(high)", pen.row, pen.area.column + 14, .bar)
  pen.line(value, .title, &screen)
}
