import Cine
import Plain
import Terminal

/// How a page over the picture is divided: lines under one another, in as many columns as fit.
struct PopupPage {
  let rows: [(String, String)]
  let height: Int
  let columnWidth: Int
  let columns: Int
  /// Width of the names.
  let width: Int

  /// Nothing where no page is open.
  init(_ model: ViewerModel) { self.init(model, rows: model.size.rows, columns: model.size.columns) }

  init(_ model: ViewerModel, rows lines: Int, columns all: Int) {
    var rows: [(String, String)]
    switch model.page {
    case .help: rows = model.keys.all.map { ($0.keys, $0.help) }
    case .study: rows = infoRows(model, columns: all)
    case .export: rows = exportRows(model)
    case .score: rows = model.scoreRows()
    case .card: rows = cardRows(model, columns: all)
    case nil: rows = []
    }
    let words = model.search.lowercased().split(separator: " ")
    if !words.isEmpty {
      rows = rows.filter { row in words.allSatisfy { "\(row.0) \(row.1)".lowercased().contains($0) } }
    }
    self.rows = rows
    height = max(lines - 4, 1)
    width = (rows.map { TextWidth.of($0.0) }.max() ?? 8) + 2
    columnWidth = model.page == .help ? width + 38 : all
    columns = max(1, all / max(columnWidth, 1))
  }

  /// Lines that can be above the screen.
  var furthest: Int { max(rows.count - columns * height, 0) }
}

/// A page over the picture: keys, or what the files say.
func drawPage(_ page: Page, _ model: ViewerModel, _ layout: Layout, _ screen: inout Screen) {
  let lines = PopupPage(model, rows: layout.rows, columns: layout.columns)
  let first = min(model.scroll, lines.furthest)
  let left = lines.furthest - first
  let more = lines.furthest == 0 ? "" : left > 0 ? "   ↓ \(left) more" : "   ↑ end"
  screen.put(
    "\(page.title)\(model.search.isEmpty ? "" : " with \(model.search)")   Esc back\(more)   / looks for", 1, 2, .dim)
  for (i, row) in lines.rows.dropFirst(first).prefix(lines.columns * lines.height).enumerated() {
    let column = 2 + (i / lines.height) * lines.columnWidth
    let line = 2 + i % lines.height
    screen.put(row.0, line, column, .accent)
    let room = min(lines.columnWidth, layout.columns - column) - lines.width - 2
    screen.put(TextWidth.fit(row.1, room), line, column + lines.width)
  }
}

private func exportRows(_ model: ViewerModel) -> [(String, String)] {
  let rows = model.visible.count + model.visibleFiles.count
  return [
    ("p", "picture: this frame as PNG, with its contours"), ("a", "cine: the heartbeat as animated PNG"),
    ("c", "worklist: \(Count.of(rows, "row")) as CSV"), ("r", "report: this study on one page (HTML)"),
    ("m", "what was measured by hand, as CSV"), ("i", "impressions, as CSV"),
    ("y", "summary to the clipboard"), ("u", "study UID to the clipboard"), ("", ""),
    ("to", SafeText(model.exportFolder).text),
    ("names", model.hideNames ? "hidden: nothing of the patient is written" : "in worklist and report; P hides them"),
  ]
}

private func cardRows(_ model: ViewerModel, columns: Int) -> [(String, String)] {
  guard !model.card.isEmpty else { return [("model", SafeText(model.modelNote).text)] }
  return model.card.flatMap { name, text in
    TextWidth.wrap(SafeText(text).text, max(columns - 24, 10)).enumerated().map {
      ($0.offset == 0 ? name : "", $0.element)
    }
  }
}

private func infoRows(_ model: ViewerModel, columns: Int) -> [(String, String)] {
  var rows: [(String, String)] = []
  if let entry = model.current {
    let s = entry.study
    rows += [
      ("patient", SafeText("\(s.patientName)  \(s.patientID)").text),
      ("study", SafeText("\(s.date)  \(s.description)").text), ("UID", SafeText(s.instanceUID).text),
      ("folder", SafeText(s.path.text).text),
    ].map { ($0.0, model.hideNames ? "hidden" : $0.1) }
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
      if let first = model.currentSeries?.slices.first?.geometry, model.view.slice > 0 {
        let way = (g.origin - first.origin).dot(first.normal)
        rows.append(("position", "\(JSON.aligned(abs(way), decimals: 1)) mm from the first slice"))
      }
      rows.append(("pixel", "\(decimal(g.rowSpacing)) × \(decimal(g.columnSpacing)) mm"))
    }
    rows.append(("heartbeat", slice.heartbeat.map { "\(Int($0.value.rounded())) ms" } ?? "not in the file"))
  }
  if let analysis = model.current?.status.analysis, !analysis.views.isEmpty {
    let weights = analysis.views.map { "\($0.view.rawValue) \($0.slice + 1) \(decimal($0.weight))" }
    for (i, line) in TextWidth.wrap(weights.joined(separator: " · "), max(columns - 15, 10)).enumerated() {
      rows.append((i == 0 ? "weights" : "", line))
    }
  }
  for (i, near) in model.nearest.enumerated() {
    rows.append((i == 0 ? "nearest" : "", "\(decimal(near.likeness)) \(near.name)"))
  }
  for kept in model.current?.measures ?? [] {
    let series = model.series(of: kept.place).flatMap { model.current?.study.series[$0].view.rawValue } ?? "series"
    let place = "\(series) \(kept.place.slice + 1), phase \(kept.place.phase + 1)"
    rows.append((kept.measure.kind.rawValue, "\(SafeText(kept.text).text) on \(place)"))
  }
  for notice in model.notices {
    for (i, line) in TextWidth.wrap(SafeText(notice).text, max(columns - 15, 10)).enumerated() {
      rows.append((i == 0 ? "⚠" : "", line))
    }
  }
  for file in model.unreadable { rows.append(("⚠", model.sentence(file))) }
  return rows
}
