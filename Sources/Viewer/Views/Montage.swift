import Cine
import Terminal

/// All slices of the series at the same moment of the beat, side by side.
func montage(
  _ model: ViewerModel, _ viewport: Viewport, _ area: CellRectangle, _ renderer: PictureRenderer,
  _ memory: PictureMemory
) -> Picture? {
  guard let series = model.series(viewport), let study = viewport.study, !series.slices.isEmpty, !area.isEmpty else {
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
  let per = renderer.mode.isPixels ? (rows: 12, columns: 6) : renderer.mode.pixelsPerCell
  // No wider or higher than square, so that the tiles lie side by side.
  let tileRows = min(area.rows / down, (side(across) + cell.height - 1) / cell.height)
  let tileColumns = min(area.columns / across, (side(across) + cell.width - 1) / cell.width)
  guard tileRows > 0, tileColumns > 0 else { return nil }
  let place = CellRectangle(
    row: area.row + (area.rows - tileRows * down) / 2, column: area.column + (area.columns - tileColumns * across) / 2,
    rows: tileRows * down, columns: tileColumns * across)
  let shown = (0..<n).map { slice -> (id: ClipID, clip: CineClip, motion: MotionMap, phase: Int)? in
    let id = ClipID(study: study, series: viewport.series, slice: slice)
    guard case .loaded(let clip, let motion) = model.clips[id] else { return nil }
    return (id, clip, motion, ViewerModel.phase(of: clip, beat: viewport.beat))
  }
  var hasher = Hasher()
  hasher.combine(place)
  viewport.combine(into: &hasher)
  hasher.combine(shown.map { $0?.phase ?? -1 })
  hasher.combine(model.outlineRevision)
  let key = hasher.finalize()
  return memory.picture(key) {
    let (rows, columns) = (place.rows * per.rows, place.columns * per.columns)
    var pixels = [UInt8](repeating: 0, count: rows * columns)
    var marks: [Mark] = []
    let turn = viewport.framing.turn
    for (slice, one) in shown.enumerated() {
      guard let (id, clip, motion, phase) = one else { continue }
      let tile = CellRectangle(row: 0, column: 0, rows: tileRows, columns: tileColumns)
      let crop = PictureRenderer.crop(clip, motion, viewport.framing)
      let inner = renderer.fit(crop, clip.geometry, turn, in: tile).place
      let projection = Projection(crop, rows: inner.rows * per.rows, columns: inner.columns * per.columns, turn: turn)
      let (low, high) = grey(viewport.window, motion)
      let image = PictureRenderer.image(
        clip, frame: phase, projection, low: low, high: high, inverted: viewport.inverted)
      let top = (slice / across * tileRows + inner.row) * per.rows
      let left = (slice % across * tileColumns + inner.column) * per.columns
      for i in 0..<image.rows {
        for j in 0..<image.columns { pixels[(top + i) * columns + left + j] = image.pixels[i * image.columns + j] }
      }
      var drawn = OutlineRaster.marks(
        model.outlines(id, phase, in: viewport), projection, pitch: projection.pitch(clip.geometry))
      // The slice that keys are for has a corner.
      if slice == viewport.slice { drawn += corner(projection) }
      marks += drawn.map { mark in
        let (i, j) = (mark.pixel / image.columns, mark.pixel % image.columns)
        return Mark(pixel: (top + i) * columns + left + j, ink: mark.ink)
      }
    }
    return Picture(
      place: place, image: GreyImage(rows: rows, columns: columns, pixels: pixels), marks: marks, key: key)
  }
}

private func corner(_ picture: Projection) -> [Mark] {
  let reach = max(2, min(picture.rows, picture.columns) / 8)
  return (0..<reach).flatMap { k in
    [k, k * picture.columns].filter { $0 < picture.rows * picture.columns && (k < picture.rows && k < picture.columns) }
      .map { Mark(pixel: $0, ink: .green) }
  }
}
