import Cine
import Terminal

/// The heart, with its line above and strip and curve below.
func drawPicture(
  _ model: ViewerModel, _ layout: Layout, _ renderer: PictureRenderer, _ memory: PictureMemory,
  _ screen: inout Screen
) -> Picture? {
  var area = layout.picture
  guard !area.isEmpty else { return nil }
  if let file = model.currentFile {
    drawUnreadable(file, model, area, &screen)
    return nil
  }
  guard model.current != nil else {
    drawEmpty(model, area, &screen)
    return nil
  }
  if layout.worklist != nil, let line = pictureLine(model) {
    screen.put(centred(TextWidth.fit(line, area.columns), area.columns), area.row, area.column, .title)
    area.row += 1
    area.rows -= 1
  }
  if model.view.layers.contains(.overlays), area.rows >= 8 {
    let strips = area.rows >= 14 ? 2 : 1
    area.rows -= strips
    let below = area.row + area.rows
    if strips == 2 { drawStrip(model, below, area, &screen) }
    drawCurve(model, below + strips - 1, area, &screen)
  }
  if model.view.content == .montage { return montage(model, area, renderer, memory) }
  guard let id = model.currentID, let state = model.clips[id] else { return nil }
  switch state {
  case .loading: screen.put(centred("reading pixels…", area.columns), area.row + area.rows / 2, area.column, .dim)
  case .failed(let why):
    let lines = TextWidth.wrap("⚠ " + model.sentence(why), max(area.columns - 4, 8))
    for (i, line) in lines.prefix(area.rows).enumerated() {
      screen.put(line, area.row + max(area.rows / 2 - lines.count / 2, 0) + i, area.column + 2, .warning)
    }
  case .loaded(let clip, let motion):
    let crop = PictureRenderer.crop(clip, motion, model.view.framing)
    let fit = renderer.fit(crop, clip, in: area)
    let key = key(model, [model.phase], fit.place)
    return memory.picture(key) {
      let (low, high) = grey(model.view.window, motion)
      let image = PictureRenderer.image(
        clip, frame: model.phase, crop: crop, rows: fit.rows, columns: fit.columns, low: low, high: high,
        inverted: model.view.inverted)
      var marks = OutlineRaster.marks(
        model.outlines(id, model.phase, in: model.view), crop: crop, rows: fit.rows, columns: fit.columns,
        pitch: pitch(clip, crop, columns: fit.columns))
      if model.view.layers.contains(.overlays) {
        marks += RulerMarks.bar(clip.geometry, crop: crop, rows: fit.rows, columns: fit.columns)
      }
      if let caliper = model.caliper {
        marks += RulerMarks.caliper(caliper, crop: crop, rows: fit.rows, columns: fit.columns)
      }
      return Picture(place: fit.place, image: image, marks: marks, key: key)
    }
  }
  return nil
}

/// One name for what a picture shows.
private func key(_ model: ViewerModel, _ phases: [Int], _ place: CellRectangle) -> Int {
  var hasher = Hasher()
  model.view.combine(into: &hasher)
  hasher.combine(phases)
  hasher.combine(place)
  hasher.combine(model.caliper)
  hasher.combine(model.outlineRevision)
  return hasher.finalize()
}

/// Size of a pixel of the shown image, mm.
private func pitch(_ clip: CineClip, _ crop: PictureRenderer.Crop, columns: Int) -> Double {
  crop.columns * (clip.geometry?.columnSpacing ?? 1.5) / Double(max(columns, 1))
}

/// The grey values that are black and white.
func grey(_ w: Viewport.Window, _ motion: MotionMap) -> (Float, Float) {
  func at(_ percent: Double) -> Float {
    let i = min(Int(percent), 99)
    let fraction = Float(percent - Double(i))
    return motion.percentiles[i] + (motion.percentiles[i + 1] - motion.percentiles[i]) * fraction
  }
  return (at(w.low), at(w.high))
}

/// All slices of the series at the same moment of the beat, side by side.
private func montage(
  _ model: ViewerModel, _ area: CellRectangle, _ renderer: PictureRenderer, _ memory: PictureMemory
) -> Picture? {
  guard let series = model.currentSeries, let uid = model.selectedUID, !series.slices.isEmpty, !area.isEmpty else {
    return nil
  }
  let n = series.slices.count
  let cell = renderer.cell
  func down(_ across: Int) -> Int { (n + across - 1) / across }
  /// Pixels of a square tile's side.
  func side(_ across: Int) -> Int {
    min(area.columns / across * cell.width, area.rows / down(across) * cell.height)
  }
  let across = (1...n).max { side($0) < side($1) } ?? 1
  let down = down(across)
  let per = renderer.mode == .sixel ? (rows: 12, columns: 6) : renderer.mode.pixelsPerCell
  // No wider or higher than square, so that the tiles lie side by side.
  let tileRows = min(area.rows / down, (side(across) + cell.height - 1) / cell.height)
  let tileColumns = min(area.columns / across, (side(across) + cell.width - 1) / cell.width)
  guard tileRows > 0, tileColumns > 0 else { return nil }
  let place = CellRectangle(
    row: area.row + (area.rows - tileRows * down) / 2, column: area.column + (area.columns - tileColumns * across) / 2,
    rows: tileRows * down, columns: tileColumns * across)
  let shown = (0..<n).map { slice -> (id: ClipID, clip: CineClip, motion: MotionMap, phase: Int)? in
    let id = ClipID(study: uid, series: model.view.series, slice: slice)
    guard case .loaded(let clip, let motion) = model.clips[id] else { return nil }
    return (id, clip, motion, ViewerModel.phase(of: clip, beat: model.view.beat))
  }
  let key = key(model, shown.map { $0?.phase ?? -1 }, place)
  return memory.picture(key) {
    let (rows, columns) = (place.rows * per.rows, place.columns * per.columns)
    var pixels = [UInt8](repeating: 0, count: rows * columns)
    var marks: [Mark] = []
    for (slice, one) in shown.enumerated() {
      guard let (id, clip, motion, phase) = one else { continue }
      let tile = CellRectangle(row: 0, column: 0, rows: tileRows, columns: tileColumns)
      let crop = PictureRenderer.crop(clip, motion, model.view.framing)
      let place = renderer.fit(crop, clip, in: tile).place
      let (low, high) = grey(model.view.window, motion)
      let image = PictureRenderer.image(
        clip, frame: phase, crop: crop, rows: place.rows * per.rows, columns: place.columns * per.columns, low: low,
        high: high, inverted: model.view.inverted)
      let top = (slice / across * tileRows + place.row) * per.rows
      let left = (slice % across * tileColumns + place.column) * per.columns
      for i in 0..<image.rows {
        for j in 0..<image.columns { pixels[(top + i) * columns + left + j] = image.pixels[i * image.columns + j] }
      }
      marks += OutlineRaster.marks(
        model.outlines(id, phase, in: model.view), crop: crop, rows: image.rows, columns: image.columns,
        pitch: pitch(clip, crop, columns: image.columns), top: top, left: left, stride: columns)
    }
    return Picture(
      place: place, image: GreyImage(rows: rows, columns: columns, pixels: pixels), marks: marks, key: key)
  }
}

/// One mark a slice: the one on the screen, and those that the model saw.
private func drawStrip(_ model: ViewerModel, _ row: Int, _ area: CellRectangle, _ screen: inout Screen) {
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
private func drawCurve(_ model: ViewerModel, _ row: Int, _ area: CellRectangle, _ screen: inout Screen) {
  guard let motion = model.motion, motion.curve.count > 1 else { return }
  var (curve, label) = (motion.curve, "  ED \(motion.endDiastole + 1) · ES \(motion.endSystole + 1)")
  if let volumes = model.current?.measured?.curve, let top = volumes.left.max(), top > 0 {
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

private func drawEmpty(_ model: ViewerModel, _ area: CellRectangle, _ screen: inout Screen) {
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
private func drawUnreadable(
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
