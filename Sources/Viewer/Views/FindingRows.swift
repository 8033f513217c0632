import Cine
import Terminal

/// The list of findings as lines: measured ones, learned ones that are marked, a line, and the rest. Where all are shown
/// the one under the cursor is open, and in sight.
struct FindingRows {
  struct Line {
    var left = ""
    var role = Role.normal
    var indent = 1
    /// At the right edge.
    var right = ""
    /// A share as blocks before what stands at the right.
    var bar: Double?
  }

  private let width: Int
  /// Lines of each finding, or of a heading (nil in `owners`).
  private var blocks: [[Line]] = []
  private var owners: [Int?] = []
  private let cursor: Int?

  init(_ model: ViewerModel, width: Int, roomy: Bool) {
    self.width = width
    let (above, below) = model.listed
    cursor = model.isListing && !(above + below).isEmpty ? min(model.finding, above.count + below.count - 1) : nil
    let isLong = roomy && width >= 36 && !model.isListing
    let on = model.isSynthetic ? " on synthetic hearts" : ""
    var isLearnedTitled = false
    for (i, item) in (above + below).enumerated() {
      if case .learned = item, !isLearnedTitled {
        let title = width >= 36 ? "LEARNED  AUC\(model.isSynthetic ? on : " where it was measured")" : "LEARNED"
        add(nil, [Line(left: title, role: .dim)])
        isLearnedTitled = true
      }
      if i == above.count {
        add(nil, [Line(left: "── below the line " + String(repeating: "─", count: max(width - 20, 0)), role: .dim)])
      }
      switch item {
      case .measured(let finding):
        add(i, measured(finding, model, isLong: isLong, isOpen: i == cursor))
      case .learned(let finding):
        add(i, learned(finding, isLong: isLong && i < above.count, isBelow: i >= above.count))
        if i == cursor { blocks[blocks.count - 1] += open(finding, on) }
      }
    }
  }

  private mutating func add(_ owner: Int?, _ lines: [Line]) {
    blocks.append(lines)
    owners.append(owner)
  }

  private func mark(_ isPositive: Bool) -> String { isPositive ? "▸" : " " }

  private func wrapped(_ text: String, _ role: Role, most: Int) -> [Line] {
    TextWidth.wrap(SafeText(text).text, width - 4).prefix(most).map { Line(left: $0, role: role, indent: 3) }
  }

  private func measured(_ f: MeasuredFinding, _ model: ViewerModel, isLong: Bool, isOpen: Bool) -> [Line] {
    let m = model.current?.measured?.measurements.first { $0.name == f.measurement }
    let number = m.map { m in
      width >= 36
        ? Numbers.text(m)
        : ([Numbers.digits(m.value, unit: m.unit)] + [Numbers.passed(m)].compactMap { $0 })
          .joined(separator: " ")
    }
    let long = ConditionNames.long(f.condition)
    let fits = width >= 36 && TextWidth.of(long) + TextWidth.of(number ?? "") + 3 <= width
    let name = fits ? long : ConditionNames.short(f.condition)
    var lines = [Line(left: "▸" + name, role: .title, indent: 0, right: number ?? "")]
    if isOpen {
      lines += wrapped(f.why, .normal, most: 6)
      if let m, let low = m.low, let high = m.high {
        let ends = "\(Numbers.digits(low, unit: m.unit))–\(Numbers.digits(high, unit: m.unit))"
        lines += wrapped("90 % interval \(ends) \(m.unit)", .normal, most: 2)
      }
      if let limit = m?.limit, let m {
        let ends = [limit.low, limit.high].map { $0.map { Numbers.digits($0, unit: m.unit) } ?? "" }
        let range =
          ends[0].isEmpty ? "up to \(ends[1])" : ends[1].isEmpty ? "from \(ends[0])" : ends.joined(separator: "–")
        lines += wrapped("normal \(range) \(m.unit): \(limit.source)", .dim, most: 3)
      }
      if let place = model.place(of: f), let series = model.series(of: place),
        let view = model.current?.study.series[series].view
      {
        let at = "\(view.rawValue) \(place.slice + 1), phase \(place.phase + 1)"
        lines += wrapped("Enter: \(at)", .accent, most: 1)
      }
    } else if isLong {
      lines += wrapped(f.why, .dim, most: 2)
    }
    return lines
  }

  private func learned(_ f: Finding, isLong: Bool, isBelow: Bool) -> [Line] {
    // A label that was no better than chance where it was measured is greyed.
    let trusted = (f.aucLow ?? 1) > 0.5
    let role: Role = isBelow || !trusted ? .dim : .title
    let auc = f.auc.map { "AUC \(pad(decimal($0), 4))" } ?? ""
    if isLong {
      return [
        Line(left: mark(f.positive) + " " + ConditionNames.long(f.condition), role: role, indent: 0),
        Line(role: role, indent: 2, right: decimal(f.probability) + "  " + auc, bar: f.probability),
      ]
    }
    let name = width >= 50 ? ConditionNames.long(f.condition) : ConditionNames.short(f.condition)
    let right = decimal(f.probability) + (width >= 36 && !auc.isEmpty ? " " + auc : "")
    return [
      Line(
        left: mark(f.positive) + name, role: role, indent: 0, right: right, bar: width >= 50 ? f.probability : nil)
    ]
  }

  private func open(_ f: Finding, _ on: String) -> [Line] {
    var text = "\(decimal(f.probability)), marked from \(decimal(f.threshold))"
    if let auc = f.auc {
      let ends = f.aucLow.flatMap { low in f.aucHigh.map { " (\(decimal(low))–\(decimal($0)))" } } ?? ""
      text += "; AUC \(decimal(auc))\(ends)\(on)"
    }
    return wrapped(text, .normal, most: 4)
  }

  /// As many whole findings as fit into `rows`, and how many there are beside them.
  func draw(rows: Int, _ pen: inout Pen, _ screen: inout Screen) {
    guard rows > 0 else { return }
    let total = blocks.reduce(0) { $0 + $1.count }
    var first = 0
    let room = total <= rows ? rows : rows - 1
    if let cursor, let at = owners.firstIndex(of: cursor) {
      func height(_ from: Int) -> Int { blocks[from...at].reduce(0) { $0 + $1.count } }
      while first < at, height(first) > room { first += 1 }
    }
    var left = room
    var shown = Set<Int>()
    for k in blocks.indices.dropFirst(first) {
      // The open finding is drawn as far as it goes; a heading never stands last.
      let needed = blocks[k].count + (owners[k] == nil && k + 1 < blocks.count ? blocks[k + 1].count : 0)
      guard needed <= left || (owners[k] != nil && owners[k] == cursor) else { break }
      for line in blocks[k].prefix(left) { draw(line, isCursor: owners[k] == cursor && cursor != nil, &pen, &screen) }
      left -= min(blocks[k].count, left)
      if let owner = owners[k] { shown.insert(owner) }
    }
    let hidden = Set(owners.compactMap { $0 }).subtracting(shown)
    guard !hidden.isEmpty else { return }
    pen.line("… \(hidden.count) more" + (cursor == nil ? "  (f)" : ""), .dim, &screen)
  }

  private func draw(_ line: Line, isCursor: Bool, _ pen: inout Pen, _ screen: inout Screen) {
    guard pen.left > 0 else { return }
    let (row, edge) = (pen.row, pen.area.column + width - 1)
    let rightWidth = TextWidth.of(line.right)
    let isHead = isCursor && line.indent == 0
    let role = isHead ? .selected : line.role
    if isHead { screen.put(String(repeating: " ", count: width), row, pen.area.column, .selected) }
    var room = width - line.indent - (rightWidth > 0 ? rightWidth + 2 : 1)
    if let share = line.bar {
      let long = line.left.isEmpty ? width - 18 - line.indent : 10
      if long > 0 {
        let at = line.left.isEmpty ? pen.area.column + line.indent : edge - rightWidth - 1 - long
        screen.put(bar(share, width: long), row, at, isHead ? .selected : role == .dim ? .dim : .bar)
      }
      room -= line.left.isEmpty ? 0 : 11
    }
    if rightWidth > 0 { screen.put(line.right, row, edge - rightWidth, role) }
    // The text may not go over what stands right of it.
    if !line.left.isEmpty {
      screen.put(TextWidth.fit(line.left, max(room, 0)), row, pen.area.column + line.indent, role)
    }
    pen.row += 1
  }
}
