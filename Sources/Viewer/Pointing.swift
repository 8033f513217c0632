import Cine
import Terminal

/// The mouse.
extension ViewerModel {
  mutating func point(_ mouse: Mouse) -> [Effect] {
    guard page == nil else {
      if mouse.kind == .wheelUp { scroll(by: -3) }
      if mouse.kind == .wheelDown { scroll(by: 3) }
      return []
    }
    let layout = Layout(rows: size.rows, columns: size.columns, isFull: isFull)
    if let area = worklistArea(layout), area.contains(mouse.row, mouse.column) { return point(mouse, list: area) }
    guard let index = places.firstIndex(where: { $0.contains(mouse.row, mouse.column) }) else { return [] }
    return point(mouse, picture: index)
  }

  /// Where the worklist is drawn.
  func worklistArea(_ layout: Layout) -> CellRectangle? {
    layout.worklist ?? (panel == .worklist || mode == .prompt(.filter) ? layout.side : nil)
  }

  private mutating func point(_ mouse: Mouse, list area: CellRectangle) -> [Effect] {
    touched = true
    switch mouse.kind {
    case .wheelUp: return move(study: -1)
    case .wheelDown: return move(study: 1)
    case .press where mouse.button == .left:
      let rows = WorklistRows(self, area)
      let row = mouse.row - area.row - 1 + rows.first
      return (rows.first..<rows.first + rows.count).contains(row) ? open(row: row) : []
    default: return []
    }
  }

  private mutating func point(_ mouse: Mouse, picture index: Int) -> [Effect] {
    touched = true
    let place = places[index]
    // A strip comes after its picture and is none; before all pictures are here nobody knows which is which.
    guard viewports.indices.contains(index), places.count >= viewports.count, view.strip == nil || index == 0 else {
      return []
    }
    switch mouse.kind {
    case .wheelUp: return mode == .ruler ? [] : move(slice: view.slice - 1) ?? []
    case .wheelDown: return mode == .ruler ? [] : move(slice: view.slice + 1) ?? []
    case .press where mouse.button == .left && index != active && mode != .ruler:
      active = index
      selectedFile = nil
      return want()
    case .press where mouse.button == .left && mode == .ruler && index == active:
      movePoint(to: mouse, in: place, nearest: true)
    case .drag where mode == .ruler && index == active: movePoint(to: mouse, in: place, nearest: false)
    default: break
    }
    return []
  }

  /// The point that is active, or the nearest one, which is active from then on.
  private mutating func movePoint(to mouse: Mouse, in place: CellRectangle, nearest: Bool) {
    guard var ruler, let crop = shownCrop, !place.isEmpty else { return }
    let picture = Projection(crop, rows: place.rows, columns: place.columns, turn: view.framing.turn)
    let at = picture.image(SIMD2(Double(mouse.row - place.row), Double(mouse.column - place.column)))
    if nearest {
      func distance(_ k: Int) -> Double {
        let way = ruler.measure.points[k] - at
        return (way * way).sum()
      }
      ruler.point = ruler.measure.points.indices.min { distance($0) < distance($1) } ?? ruler.point
    }
    ruler.measure.points[ruler.point] = SIMD2(
      min(max(at.x.rounded(), crop.row.rounded(.up)), (crop.row + crop.rows - 1).rounded(.down)),
      min(max(at.y.rounded(), crop.column.rounded(.up)), (crop.column + crop.columns - 1).rounded(.down)))
    self.ruler = ruler
  }
}

extension CellRectangle {
  func contains(_ row: Int, _ column: Int) -> Bool {
    (self.row..<self.row + rows).contains(row) && (self.column..<self.column + columns).contains(column)
  }
}
