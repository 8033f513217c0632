import Cine
import Terminal

/// Which pictures share the screen.
enum Arrangement: Hashable, Sendable {
  case one
  /// Two studies: the one that was there, and the one under the cursor.
  case pair
  /// The stack, and the long axes of the same study.
  case axes
}

extension ViewerModel {
  /// Studies on the screen, the one that keys are for first.
  var shownStudies: [String] {
    let others = viewports.compactMap(\.study)
    return ([selectedUID].compactMap { $0 } + others).reduce(into: []) { all, id in
      if !all.contains(id) { all.append(id) }
    }
  }

  /// Puts the next study of the list beside this one, or takes it away again.
  mutating func pair() -> [Effect] {
    endMeasuring()
    guard arrangement != .pair else { return showOne() }
    guard current != nil else { return [] }
    let row = cursorRow
    (viewports, active, arrangement) = ([view, view], 1, .pair)
    view.goal = nil
    let next = row.map { $0 + 1 < visible.count ? $0 + 1 : max($0 - 1, 0) } ?? 0
    return open(row: next)
  }

  /// Shows the long axes beside the stack, or takes them away again.
  mutating func axes() -> [Effect] {
    endMeasuring()
    guard arrangement != .axes else { return showOne() }
    guard current != nil else { return [] }
    arrangement = .axes
    arrangeAxes()
    if viewports.count == 1 {
      arrangement = .one
      said = Said("no long axis in this study", isWarning: true)
    }
    return want()
  }

  mutating func showOne() -> [Effect] {
    (viewports, active, arrangement) = ([view], 0, .one)
    return forgetPictures() + want()
  }

  /// The other picture has the keys.
  mutating func turnToOther() -> [Effect] {
    endMeasuring()
    active = (active + 1) % viewports.count
    (selectedFile, finding) = (nil, 0)
    return want()
  }

  /// The stack first, then a long axis a view.
  mutating func arrangeAxes() {
    guard let study = current?.study else { return }
    var main = view
    main.content = .slice
    if study.series.indices.contains(main.series), study.series[main.series].view.isLongAxis {
      (viewports, active) = ([main], 0)
      choose()
      main = view
    }
    let long = View.longAxes.compactMap { wanted -> Viewport? in
      let found = study.series.indices.filter { study.series[$0].view == wanted }
      guard let best = found.max(by: { study.series[$0].phaseCount < study.series[$1].phaseCount }),
        best != main.series
      else { return nil }
      var axis = main
      (axis.series, axis.slice, axis.chosen, axis.goal) = (best, study.series[best].slices.count / 2, true, nil)
      axis.framing = Framing()
      axis.framing.centre = heart(axis.id)
      return axis
    }
    (viewports, active) = ([main] + long, 0)
  }

  /// Only pictures of studies on the screen stay in memory.
  mutating func forgetPictures() -> [Effect] {
    let shown = shownStudies
    clips = clips.filter { shown.contains($0.key.study) }
    return shown.isEmpty ? [] : [.prioritise(studies: shown)]
  }
}

/// Rectangles side by side and under one another, as large as they can be for square pictures.
enum Panes {
  static func split(_ area: CellRectangle, into count: Int, cell: (width: Int, height: Int)) -> [CellRectangle] {
    guard count > 1 else { return [area] }
    func down(_ across: Int) -> Int { (count + across - 1) / across }
    func side(_ across: Int) -> Int {
      min((area.columns - across + 1) / across * cell.width, area.rows / down(across) * cell.height)
    }
    let across = (1...count).max { side($0) < side($1) } ?? 1
    let (columns, rows) = ((area.columns - across + 1) / across, area.rows / down(across))
    return (0..<count).map { k in
      CellRectangle(
        row: area.row + k / across * rows, column: area.column + k % across * (columns + 1), rows: rows,
        columns: columns)
    }
  }
}

extension ViewerModel {
  /// A plane that cuts another picture.
  struct Plane: Hashable {
    let geometry: Geometry
    let rows: Int
    let columns: Int
    let isActive: Bool
  }

  /// Planes of the other pictures of the same study.
  func planes(across index: Int) -> [Plane] {
    guard arrangement == .axes else { return [] }
    return viewports.indices.compactMap { i in
      let other = viewports[i]
      guard i != index, other.study == viewports[index].study, let slices = series(other)?.slices,
        slices.indices.contains(other.slice), let geometry = slices[other.slice].geometry
      else { return nil }
      return Plane(
        geometry: geometry, rows: slices[other.slice].rows, columns: slices[other.slice].columns,
        isActive: i == active)
    }
  }
}
