import Cine

/// Which part of the picture is shown, and which way up.
extension ViewerModel {
  /// Closer to the heart, or away from it: about the middle of its contours where there are some and nobody moved it.
  mutating func zoom(_ by: Int) {
    if view.framing.centre == nil { view.framing.centre = heart(view.id) }
    view.framing.zoom(by)
  }

  mutating func place(_ action: Action) {
    switch action {
    case .up: look(-1, 0)
    case .down: look(1, 0)
    case .left: look(0, -1)
    case .right: look(0, 1)
    case .rotate: view.framing.turn.rotate()
    case .mirror: view.framing.turn.mirror()
    case .reset: view.framing = Framing()
    default: leave(.place)
    }
  }

  /// By an eighth of what is shown, in directions of the screen.
  private mutating func look(_ down: Double, _ right: Double) {
    guard let crop = shownCrop else { return }
    let size = SIMD2(crop.rows, crop.columns)
    let middle = SIMD2(crop.row, crop.column) + size / 2
    view.framing.centre = middle + view.framing.turn.undo(SIMD2(down, right)) * size / 8
    // What is shown ends with the image, and so does the way there.
    if let now = shownCrop { view.framing.centre = SIMD2(now.row + now.rows / 2, now.column + now.columns / 2) }
  }

  /// The middle of what contours are around, over the whole beat, of all parts or of the left ventricle; nil without
  /// contours.
  func heart(_ id: ClipID?, leftOnly: Bool = false) -> SIMD2<Double>? {
    guard let id, let frames = contours[id]?.frames else { return nil }
    var (low, high) = (SIMD2<Float>(repeating: .infinity), SIMD2<Float>(repeating: -.infinity))
    for outline in frames.joined() where !leftOnly || outline.structure == .leftEpicardium {
      for point in outline.points {
        low = pointwiseMin(low, point)
        high = pointwiseMax(high, point)
      }
    }
    guard low.x <= high.x, low.y <= high.y else { return nil }
    let middle = (low + high) / 2
    return SIMD2(Double(middle.x), Double(middle.y))
  }

  /// Puts a line through the heart, or takes it away.
  mutating func toggleStrip() {
    guard view.strip == nil, let crop = shownCrop else {
      view.strip = nil
      leave(.strip)
      return
    }
    let middle = SIMD2(crop.row + crop.rows / 2, crop.column + crop.columns / 2)
    view.strip = MotionStrip(centre: heart(view.id, leftOnly: true) ?? heart(view.id) ?? middle)
    view.content = .slice
    enter(.strip)
  }

  mutating func moveStrip(_ action: Action) {
    guard let crop = shownCrop else { return }
    let step = max(crop.rows / 40, 1)
    switch action {
    case .up: view.strip?.shift(-step, in: crop)
    case .down: view.strip?.shift(step, in: crop)
    case .left: view.strip?.rotate(1)
    case .right: view.strip?.rotate(-1)
    default: leave(.strip)
    }
  }
}
