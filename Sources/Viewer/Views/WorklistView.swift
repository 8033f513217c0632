import Cine
import Terminal

/// The studies, and below them the series of the one on the screen.
func drawWorklist(_ model: ViewerModel, _ area: CellRectangle, _ screen: inout Screen) {
  var row = area.row
  let list = model.visible
  let isSorted = model.order != .urgency || list.contains { $0.urgency > 0 }
  let sorted = isSorted ? "  by \(model.order.rawValue)" : ""
  let title = model.filter.isEmpty ? "WORKLIST" + sorted : "WORKLIST  /\(model.filter)"
  screen.put(TextWidth.fit(title, area.columns - 8), row, area.column + 1, .dim)
  screen.put("LVEF", row, area.column + area.columns - 6, .dim)
  row += 1
  let rows = WorklistRows(model, area)
  let files = model.visibleFiles
  let count = list.count + files.count
  if count == 0 {
    screen.put(model.entries.isEmpty ? "no study yet" : "nothing matches; Esc shows all", row, area.column + 1, .dim)
  }
  for i in rows.first..<rows.first + rows.count {
    if i < list.count {
      drawEntry(list[i], model, row, area, &screen)
    } else {
      drawFile(files[i - list.count], model, row, area, &screen)
    }
    row += 1
  }
  var below = area.row + area.rows - rows.below + 1
  if below > row { drawSeries(model, area, &below, &screen) }
}

/// Which rows of the list are in sight.
struct WorklistRows {
  let first: Int
  let count: Int
  /// Lines that series take below them.
  let below: Int

  init(_ model: ViewerModel, _ area: CellRectangle) {
    below = min((model.current?.study.series.count ?? 0) + 2, max(area.rows / 2, 3))
    let room = max(area.rows - 1 - below, 1)
    let all = model.visible.count + model.visibleFiles.count
    // The row under the cursor stays in sight.
    first = max(0, min((model.cursorRow ?? 0) - room / 2, all - room))
    count = min(room, all - first)
  }
}

private func drawEntry(
  _ entry: ViewerModel.Entry, _ model: ViewerModel, _ row: Int, _ area: CellRectangle, _ screen: inout Screen
) {
  let isCurrent = model.selectedFile == nil && entry.study.id == model.selectedUID
  let isHidden = model.isHidden(entry)
  // Names tell rows apart: where it is narrow, blanks go first.
  let width = area.columns < 30 ? 4 : 5
  var right = isHidden ? "" : middle(entry, area.columns) + pad(result(entry), width) + " "
  if model.order == .likeness, let near = model.question?.similarity[entry.study.id] {
    right = decimal(near) + " " + (isHidden ? "" : pad(result(entry), 5) + " ")
  }
  let name = (isCurrent ? "▸ " : "  ") + model.label(entry)
  let room = area.columns - TextWidth.of(right) - 1
  var line = TextWidth.fit(name, room - 1)
  line += String(repeating: " ", count: max(room - TextWidth.of(line), 0)) + right
  screen.put(line, row, area.column, isCurrent ? .selected : .normal, width: area.columns)
  // Filled where it was not looked at yet; a dot where it was, without a mark.
  let flags = entry.flags
  guard flags.marked || flags.read else { return }
  let sign = flags.marked ? (flags.read ? "◇" : "◆") : "·"
  screen.put(sign, row, area.column + 1, isCurrent ? .selected : flags.marked ? .accent : .dim)
}

/// A file that could not be read, and why in a word.
private func drawFile(
  _ file: UnreadableFile, _ model: ViewerModel, _ row: Int, _ area: CellRectangle, _ screen: inout Screen
) {
  let isCurrent = model.selectedFile == file.path
  let reason = SafeText(String(file.reason.map { $0 == "_" ? " " : $0 })).text
  let right = TextWidth.fit(reason, area.columns / 2) + " ⚠  "
  let room = area.columns - TextWidth.of(right) - 1
  var line = TextWidth.fit((isCurrent ? "▸ " : "  ") + model.label(file), room - 1)
  line += String(repeating: " ", count: max(room - TextWidth.of(line), 0)) + right
  screen.put(line, row, area.column, isCurrent ? .selected : .dim, width: area.columns)
}

/// The gravest finding; before there are results, when the study was made and how large its stack is.
private func middle(_ entry: ViewerModel.Entry, _ columns: Int) -> String {
  if let reason = Reason.of(entry.measured, entry.status.analysis, units: columns >= 31) {
    return SafeText(reason).text
  }
  guard entry.measured == nil, entry.status.analysis == nil else { return "" }
  let stack = entry.study.series.max { $0.slices.count < $1.slices.count }
  let size = stack.map { "\($0.slices.count)×\($0.phaseCount)" } ?? "–"
  let year = String(SafeText(entry.study.date).text.prefix(4))
  return (columns >= 30 ? year + "  " : "") + pad(size, 5)
}

/// LVEF by contours, with "?" where there are reasons to doubt it, else the learned one; or how far the study has come.
private func result(_ entry: ViewerModel.Entry) -> String {
  func whole(_ lvef: EjectionFraction) -> String { "\(Int(lvef.percent.rounded()))" }
  if let measured = entry.measured {
    switch measured.quality.grade {
    case .none: return "none"
    case .green: if let lvef = measured.lvef { return whole(lvef) + " " }
    case .amber: return (measured.lvef.map(whole) ?? "–") + "?"
    }
  }
  switch entry.status {
  case .pending: return "· "
  case .running: return "… "
  case .failed: return "⚠ "
  case .done(let a): return a.lvef.map { whole($0) + " " } ?? (a.refusal == nil ? "– " : "none")
  }
}

/// The series of the study, with by what each got its view.
func drawSeries(_ model: ViewerModel, _ area: CellRectangle, _ row: inout Int, _ screen: inout Screen) {
  screen.put("SERIES", row, area.column + 1, .dim)
  row += 1
  let end = area.row + area.rows
  for (i, series) in (model.current?.study.series ?? []).enumerated() where row < end {
    let name = series.view == .unknown ? SafeText(series.description).text : series.view.name
    let size = "\(series.slices.count)×\(series.phaseCount)"
    let rule = area.columns >= 36 && series.viewRule != .none ? "  by \(series.viewRule.rawValue)" : ""
    let right = pad(size, 6) + rule + " "
    let room = area.columns - TextWidth.of(right) - 3
    let left = (i == model.view.series ? "▸ " : "  ") + TextWidth.fit(name.isEmpty ? "series \(i + 1)" : name, room)
    screen.put(left, row, area.column, i == model.view.series ? .accent : .normal)
    screen.put(right, row, area.column + area.columns - TextWidth.of(right), .dim)
    row += 1
  }
}

/// Right-aligned in so many columns.
func pad(_ text: String, _ width: Int) -> String {
  String(repeating: " ", count: max(width - TextWidth.of(text), 0)) + text
}
