import Cine
import Terminal

/// One mark a slice: the one on the screen, and those that the model saw.
func drawStrip(_ model: ViewerModel, _ row: Int, _ area: CellRectangle, _ screen: inout Screen) {
  guard let series = model.currentSeries, series.slices.count > 1 else { return }
  let seen = model.seen(model.view.series)
  let step = series.slices.count * 2 + 20 <= area.columns ? 2 : 1
  let width = series.slices.count * step
  guard width + 2 <= area.columns else { return }
  let legend = seen.isEmpty ? "" : "  ▪ seen by model"
  var at = area.column + max((area.columns - width - TextWidth.of(legend)) / 2, 0)
  for i in series.slices.indices {
    let isSeen = seen.contains(i)
    screen.put(
      i == model.view.slice ? "▣" : isSeen ? "▪" : "·", row, at, i == model.view.slice ? .accent : isSeen ? .bar : .dim)
    at += step
  }
  if at + TextWidth.of(legend) <= area.column + area.columns { screen.put(legend, row, at, .dim) }
}

/// The left ventricle's volume over the beat; without contours how far the heart is from rest. A bar a phase, with the
/// phase on the screen and both ends of the beat marked.
func drawCurve(_ model: ViewerModel, _ row: Int, _ area: CellRectangle, _ screen: inout Screen) {
  guard let motion = model.motion, motion.curve.count > 1 else { return }
  var (curve, label) = (motion.curve, "  ED \(motion.endDiastole + 1) · ES \(motion.endSystole + 1)")
  if let entry = model.current, !model.isHidden(entry), let volumes = entry.measured?.curve,
    let top = volumes.left.max(), top > 0
  {
    // From nothing at all, so that a heart that hardly moves looks it.
    curve = curve.indices.map { volumes.left[$0 * volumes.left.count / curve.count] / top }
    func end(_ name: String, _ phase: Int, _ moment: Int) -> String {
      let ml = volumes.left.indices.contains(moment) ? Int(volumes.left[moment].rounded()) : 0
      return "\(name) \(phase + 1): \(ml)"
    }
    label =
      "  " + end("ED", model.endDiastole ?? 0, volumes.endDiastole) + " · "
      + end("ES", model.endSystole ?? 0, volumes.endSystole) + " ml"
  }
  let bars = Array("▁▂▃▄▅▆▇█")
  let n = min(curve.count, max(area.columns - TextWidth.of(label) - 2, 1))
  var at = area.column + max((area.columns - n - TextWidth.of(label)) / 2, 0)
  for i in 0..<n {
    let frame = i * curve.count / n
    let bar = bars[min(max(Int(curve[frame] * 8), 0), 7)]
    let isNow = frame == model.phase
    let isEnd = frame == model.endDiastole || frame == model.endSystole
    screen.put(String(bar), row, at, isNow ? .accent : isEnd ? .title : .dim)
    at += 1
  }
  if at + TextWidth.of(label) <= area.column + area.columns { screen.put(label, row, at, .dim) }
}
