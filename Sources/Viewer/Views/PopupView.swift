import Cine
import Terminal

/// A page over the picture: keys, or what the files say.
func drawPopup(_ popup: ViewerModel.Popup, _ model: ViewerModel, _ layout: Layout, _ screen: inout Screen) {
  let area = CellRectangle(row: 1, column: 0, rows: layout.rows - 2, columns: layout.columns)
  let rows = popup == .help ? helpRows() : infoRows(model, columns: layout.columns)
  let title = popup == .help ? "KEYS   Esc back" : "STUDY   Esc back"
  screen.put(title, area.row, 2, .dim)
  let height = max(area.rows - 2, 1)
  let width = (rows.map { TextWidth.of($0.0) }.max() ?? 8) + 2
  let columnWidth = popup == .help ? width + 38 : layout.columns
  let perPage = max(1, layout.columns / max(columnWidth, 1)) * height
  for (i, row) in rows.prefix(perPage).enumerated() {
    let column = 2 + (i / height) * columnWidth
    let line = area.row + 1 + i % height
    screen.put(row.0, line, column, .accent)
    screen.put(TextWidth.fit(row.1, min(columnWidth, layout.columns - column) - width - 2), line, column + width)
  }
}

private func helpRows() -> [(String, String)] {
  Keymap.rows.map { row in (row.keys.map(\.name).joined(separator: " "), row.help) }
}

private func infoRows(_ model: ViewerModel, columns: Int) -> [(String, String)] {
  var rows: [(String, String)] = []
  if let entry = model.current {
    let s = entry.study
    rows += [
      ("patient", model.hideNames ? "hidden" : SafeText("\(s.patientName)  \(s.patientID)").text),
      ("study", SafeText("\(s.date)  \(s.description)").text), ("UID", SafeText(s.instanceUID).text),
      ("folder", SafeText(s.path.text).text),
    ]
  }
  if let series = model.currentSeries {
    rows += [
      ("series", SafeText("\(series.number.map { "\($0)  " } ?? "")\(series.description)").text),
      ("view", "\(series.view.name), by \(series.viewRule.rawValue)"),
      ("order", "by \(series.orderRule), \(Count.of(series.ties, "tie"))"),
      ("size", "\(Count.of(series.slices.count, "slice")) × \(Count.of(series.phaseCount, "phase"))"),
    ]
  }
  if let slice = model.currentSlice {
    rows.append(("image", "\(slice.columns)×\(slice.rows)"))
    if let g = slice.geometry {
      rows.append(("pixel", "\(decimal(g.rowSpacing)) × \(decimal(g.columnSpacing)) mm"))
    }
    rows.append(("heartbeat", slice.heartbeat.map { "\(Int($0.value.rounded())) ms" } ?? "not in the file"))
  }
  for notice in model.notices {
    for (i, line) in TextWidth.wrap(SafeText(notice).text, max(columns - 15, 10)).enumerated() {
      rows.append((i == 0 ? "⚠" : "", line))
    }
  }
  for file in model.unreadable { rows.append(("⚠", SafeText(file.sentence).text)) }
  return rows
}
