import Cine
import Terminal

/// The pictures, with their line above and strip and curve below.
func drawPictures(
  _ model: ViewerModel, _ layout: Layout, _ renderer: PictureRenderer, _ memory: PictureMemory,
  _ screen: inout Screen
) -> [Picture] {
  var area = layout.picture
  guard !area.isEmpty else { return [] }
  if let file = model.currentFile {
    drawUnreadable(file, model, area, &screen)
    return []
  }
  guard model.current != nil else {
    drawEmpty(model, area, &screen)
    return []
  }
  if layout.hasPictureLine, let line = pictureLine(model) {
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
  let panes = Panes.split(area, into: model.viewports.count, cell: renderer.cell)
  var pictures: [Picture] = []
  for (i, pane) in panes.enumerated() {
    var pane = pane
    if panes.count > 1, pane.rows > 3 {
      let isActive = i == model.active
      let title = (isActive ? "▸ " : "  ") + paneTitle(model, model.viewports[i])
      screen.put(TextWidth.fit(title, pane.columns), pane.row, pane.column, isActive ? .accent : .dim)
      pane.row += 1
      pane.rows -= 1
    }
    pictures += drawPane(model, i, pane, renderer, memory, &screen)
  }
  return pictures
}

/// What one of several pictures shows.
private func paneTitle(_ model: ViewerModel, _ viewport: Viewport) -> String {
  guard let series = model.series(viewport) else { return "" }
  let view = series.view == .unknown ? "series \(viewport.series + 1)" : series.view.rawValue
  let slices = series.slices.count > 1 ? " \(viewport.slice + 1)/\(series.slices.count)" : ""
  guard model.arrangement == .pair, let entry = model.entry(viewport) else { return view + slices }
  var parts = [model.label(entry), view + slices]
  if !model.isHidden(entry), let measured = entry.measured, measured.quality.grade != .none, let lvef = measured.lvef {
    parts.append("LVEF \(Int(lvef.percent.rounded())) %")
  }
  if let clip = model.clip(viewport.id), model.series(viewport)?.slices[viewport.slice].heartbeat != nil {
    parts.append("\(Int((60_000 / max(clip.heartbeat, 1)).rounded()))/min")
  }
  return parts.joined(separator: " · ")
}

private func drawPane(
  _ model: ViewerModel, _ index: Int, _ area: CellRectangle, _ renderer: PictureRenderer, _ memory: PictureMemory,
  _ screen: inout Screen
) -> [Picture] {
  guard !area.isEmpty else { return [] }
  let viewport = model.viewports[index]
  if viewport.content == .montage { return montage(model, viewport, area, renderer, memory).map { [$0] } ?? [] }
  guard let id = viewport.id, let state = model.clips[id] else { return [] }
  switch state {
  case .loading:
    screen.put(centred("reading pixels…", area.columns), area.row + area.rows / 2, area.column, .dim)
    return []
  case .failed(let why):
    let lines = TextWidth.wrap("⚠ " + model.sentence(why), max(area.columns - 4, 8))
    for (i, line) in lines.prefix(area.rows).enumerated() {
      screen.put(line, area.row + max(area.rows / 2 - lines.count / 2, 0) + i, area.column + 2, .warning)
    }
    return []
  case .loaded(let clip, let motion):
    var (place, below) = (area, area)
    if viewport.strip != nil, area.rows >= 12 {
      below.rows = area.rows / 3
      place.rows -= below.rows
      below.row += place.rows
    }
    let shown = Shown(model, index, id, clip, motion)
    let picture = shown.picture(in: place, renderer, memory)
    guard let strip = viewport.strip, area.rows >= 12 else { return [picture] }
    return [picture, shown.picture(of: strip, in: below, renderer, memory)]
  }
}

/// One viewport's clip at its moment.
private struct Shown {
  let model: ViewerModel
  let index: Int
  let viewport: Viewport
  let id: ClipID
  let clip: CineClip
  let motion: MotionMap
  let phase: Int
  let crop: PictureRenderer.Crop

  init(_ model: ViewerModel, _ index: Int, _ id: ClipID, _ clip: CineClip, _ motion: MotionMap) {
    (self.model, self.index, self.id, self.clip, self.motion) = (model, index, id, clip, motion)
    viewport = model.viewports[index]
    phase = ViewerModel.phase(of: clip, beat: viewport.beat)
    crop = PictureRenderer.crop(clip, motion, viewport.framing)
  }

  private var isActive: Bool { index == model.active }

  func picture(in area: CellRectangle, _ renderer: PictureRenderer, _ memory: PictureMemory) -> Picture {
    let turn = viewport.framing.turn
    let fit = renderer.fit(crop, clip.geometry, turn, in: area)
    let projection = Projection(crop, rows: fit.rows, columns: fit.columns, turn: turn)
    let planes = model.planes(across: index)
    var hasher = Hasher()
    hasher.combine(place: fit.place, viewport, phase: phase)
    hasher.combine(isActive ? model.ruler : nil)
    hasher.combine(model.outlineRevision)
    hasher.combine(planes)
    let measures = model.measures(viewport, phase)
    hasher.combine(measures)
    let key = hasher.finalize()
    return memory.picture(key) {
      let (low, high) = grey(viewport.window, motion)
      let image = PictureRenderer.image(
        clip, frame: phase, projection, low: low, high: high, inverted: viewport.inverted)
      var marks = OutlineRaster.marks(
        model.outlines(id, phase, in: viewport), projection, pitch: projection.pitch(clip.geometry))
      if let geometry = clip.geometry {
        for plane in planes {
          let line = PlaneMarks.line(geometry, cutBy: plane.geometry, rows: plane.rows, columns: plane.columns)
          if let line { marks += PlaneMarks.marks(line, projection, ink: plane.isActive ? .yellow : .green) }
        }
      }
      if viewport.layers.contains(.overlays) {
        marks += RulerMarks.bar(clip.geometry, projection)
        // Letters made of letters would be no help.
        if renderer.mode != .ascii { marks += OrientationMarks.marks(clip.geometry, projection) }
      }
      for measure in measures { marks += RulerMarks.marks(measure, projection, active: nil) }
      if isActive, let ruler = model.ruler {
        marks += RulerMarks.marks(ruler.measure, projection, active: ruler.point)
      }
      if let strip = viewport.strip { marks += PlaneMarks.marks(strip.ends(crop), projection, ink: .yellow) }
      return Picture(place: fit.place, image: image, marks: marks, key: key)
    }
  }

  /// Grey values along the line over two heartbeats, with the moment that is shown.
  func picture(
    of strip: MotionStrip, in area: CellRectangle, _ renderer: PictureRenderer, _ memory: PictureMemory
  ) -> Picture {
    let size = renderer.pixels(of: area)
    var hasher = Hasher()
    hasher.combine(place: area, viewport, phase: phase)
    let key = hasher.finalize()
    return memory.picture(key) {
      let (low, high) = grey(viewport.window, motion)
      let image = strip.image(
        clip, crop: crop, rows: size.rows, columns: size.columns, low: low, high: high, inverted: viewport.inverted)
      let now = viewport.beat / Double(MotionStrip.beats) * Double(size.columns)
      let column = min(Int(now), size.columns - 1)
      let marks = (0..<size.rows).map { Mark(pixel: $0 * size.columns + column, ink: .yellow) }
      return Picture(place: area, image: image, marks: marks, key: key)
    }
  }
}

extension Hasher {
  /// One name for what a picture shows.
  fileprivate mutating func combine(place: CellRectangle, _ viewport: Viewport, phase: Int) {
    combine(place)
    viewport.combine(into: &self)
    combine(phase)
  }
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
