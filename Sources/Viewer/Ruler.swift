import Cine
import Plain
import Terminal

/// What is being measured: its points, and which of them keys move.
struct Ruler: Hashable, Sendable {
  var measure: Measure
  var point = 0

  init(_ kind: Measure.Kind, in crop: PictureRenderer.Crop) {
    let middle = SIMD2(crop.row + (crop.rows - 1) / 2, crop.column + (crop.columns - 1) / 2)
    let side = min(crop.rows, crop.columns) / 3
    measure = Measure(kind, kind.start.map { (middle + $0 * side).rounded(.toNearestOrAwayFromZero) })
  }
}

extension ViewerModel {
  /// The part of the image that is shown.
  var shownCrop: PictureRenderer.Crop? {
    guard let clip = currentClip, let motion else { return nil }
    return PictureRenderer.crop(clip, motion, view.framing)
  }

  /// Puts points down around the middle of the picture, which stops.
  mutating func measureByHand(_ kind: Measure.Kind) {
    guard let crop = shownCrop else {
      said = Said("no picture here to measure", isWarning: true)
      return
    }
    ruler = Ruler(kind, in: crop)
    // The slice stays though more of the study may come.
    (playing, view.content, view.chosen) = (false, .slice, true)
    enter(.ruler)
  }

  /// Keys while something is measured: nothing else reacts but what the terminal itself needs.
  mutating func measure(_ action: Action) -> [Effect] {
    switch action {
    case .up: nudge(-1, 0)
    case .down: nudge(1, 0)
    case .left: nudge(0, -1)
    case .right: nudge(0, 1)
    case .farUp: nudge(-5, 0)
    case .farDown: nudge(5, 0)
    case .farLeft: nudge(0, -5)
    case .farRight: nudge(0, 5)
    case .other: if let r = ruler { ruler?.point = (r.point + 1) % r.measure.points.count }
    case .length: measureByHand(.length)
    case .angle: measureByHand(.angle)
    case .area: measureByHand(.area)
    case .addPoint: addPoint()
    case .accept: return keepMeasure()
    case .erase: return forgetMeasure()
    default: endMeasuring()
    }
    return []
  }

  mutating func endMeasuring() {
    ruler = nil
    leave(.ruler)
  }

  /// By pixels of the image in directions of the screen, and never out of sight.
  private mutating func nudge(_ down: Double, _ right: Double) {
    guard var ruler, let crop = shownCrop else { return }
    var point = ruler.measure.points[ruler.point] + view.framing.turn.undo(SIMD2(down, right))
    point.x = min(max(point.x, crop.row.rounded(.up)), (crop.row + crop.rows - 1).rounded(.down))
    point.y = min(max(point.y, crop.column.rounded(.up)), (crop.column + crop.columns - 1).rounded(.down))
    ruler.measure.points[ruler.point] = point
    self.ruler = ruler
  }

  /// Half way to the next point of an area.
  private mutating func addPoint() {
    guard var ruler, ruler.measure.kind == .area, ruler.measure.points.count < 32 else { return }
    let points = ruler.measure.points
    let next = points[(ruler.point + 1) % points.count]
    ruler.point += 1
    ruler.measure.points.insert(
      ((points[ruler.point - 1] + next) / 2).rounded(.toNearestOrAwayFromZero), at: ruler.point)
    self.ruler = ruler
  }

  private var framePlace: FramePlace? {
    currentSeries.map { FramePlace(seriesInstanceUID: $0.instanceUID, slice: view.slice, phase: phase) }
  }

  /// With the study, from now on.
  private mutating func keepMeasure() -> [Effect] {
    guard let ruler, let place = framePlace, let i = entries.firstIndex(where: { $0.study.id == selectedUID }) else {
      return []
    }
    let kept = KeptMeasure(ruler.measure, at: place, text: ruler.measure.text(currentClip?.geometry))
    entries[i].measures.append(kept)
    endMeasuring()
    said = Said("kept: \(kept.text); t lists it, x writes it", isWarning: false)
    return [.keepMeasures(hash: entries[i].study.hash, entries[i].measures)]
  }

  /// The last one that was kept on this picture.
  private mutating func forgetMeasure() -> [Effect] {
    guard let place = framePlace, let i = entries.firstIndex(where: { $0.study.id == selectedUID }),
      let last = entries[i].measures.lastIndex(where: { $0.place == place })
    else { return [] }
    let gone = entries[i].measures.remove(at: last)
    said = Said("\(gone.text) is no longer kept", isWarning: false)
    return [.keepMeasures(hash: entries[i].study.hash, entries[i].measures)]
  }

  /// Measures that are kept of one frame.
  func measures(_ viewport: Viewport, _ phase: Int) -> [Measure] {
    guard let entry = entry(viewport), !entry.measures.isEmpty, let series = series(viewport) else { return [] }
    let place = FramePlace(seriesInstanceUID: series.instanceUID, slice: viewport.slice, phase: phase)
    return entry.measures.filter { $0.place == place }.map(\.measure)
  }

  /// What is being measured, in the longest form that fits.
  func rulerLine(_ room: Int) -> String {
    guard let ruler, let clip = currentClip else { return "" }
    let text = ruler.measure.text(clip.geometry)
    let at = ruler.measure.points[ruler.point]
    let (row, column) = (Int(at.x.rounded()), Int(at.y.rounded()))
    var value = ""
    if (0..<clip.rows).contains(row), (0..<clip.columns).contains(column) {
      let k = (phase * clip.rows + row) * clip.columns + column
      value = " · value " + (JSON.fixed(Double(clip.pixels[k]), decimals: 1) ?? "none")
    }
    let count = ruler.measure.points.count
    let more = ruler.measure.kind == .area ? " · n adds a point" : ""
    let forms = [
      " · point \(ruler.point + 1) of \(count) · arrows · Tab the next\(more) · Enter keeps · a area · v angle · Esc",
      " · arrows · Tab · Enter keeps · a area · v angle · Esc", " · arrows Tab Enter Esc", "",
    ]
    return forms.map { text + value + $0 }.first { TextWidth.of($0) <= room } ?? TextWidth.fit(text, room)
  }
}
