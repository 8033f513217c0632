import Cine
import Terminal

/// What stands where a picture would: how far reading is, or what to do.
func drawEmpty(_ model: ViewerModel, _ area: CellRectangle, _ screen: inout Screen) {
  let lines: [String]
  if let reading = model.reading {
    lines = [reading.total > 0 ? "reading…  \(reading.done) of \(Count.of(reading.total, "file"))" : "reading…"]
  } else {
    lines =
      ["No study here.", "cinecor demo  shows bundled ones."]
      + (model.unreadable.isEmpty ? [] : ["\(Count.of(model.unreadable.count, "file")) could not be read: press G"])
  }
  for (i, line) in lines.enumerated() {
    screen.put(
      centred(TextWidth.fit(line, area.columns), area.columns), area.row + area.rows / 2 - lines.count / 2 + i,
      area.column, i == 0 ? .title : .dim)
  }
}

/// A file that could not be read: its name, why, and what to do.
func drawUnreadable(
  _ file: UnreadableFile, _ model: ViewerModel, _ area: CellRectangle, _ screen: inout Screen
) {
  let width = max(area.columns - 4, 8)
  var lines = [(TextWidth.fit(model.label(file), width), Role.title), ("could not be read", .dim), ("", .normal)]
  lines += TextWidth.wrap("⚠ " + model.sentence(file), width).map { ($0, .warning) }
  for (i, line) in lines.prefix(area.rows).enumerated() {
    screen.put(line.0, area.row + max((area.rows - lines.count) / 2, 0) + i, area.column + 2, line.1)
  }
}

func centred(_ text: String, _ columns: Int) -> String {
  String(repeating: " ", count: max((columns - TextWidth.of(text)) / 2, 0)) + text
}
