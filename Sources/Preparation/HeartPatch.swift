import Cine

/// A square of 120 mm around a place in one clip, in pixels of 2.5 mm: on it the beat is judged.
struct HeartPatch {
  /// mm a pixel
  static let pitch = 2.5
  /// Pixels a side.
  static let side = 48
  static let area = side * side

  let frames: Int
  /// [frames, side, side]; 0 where the picture ends.
  let values: [Float]
  /// Pixels at which there is a picture.
  let isInside: [Bool]

  init(_ plane: Plane, centre: (row: Double, column: Double)) {
    let (clip, g) = (plane.clip, plane.geometry)
    frames = clip.frames
    let (rows, columns) = (clip.rows, clip.columns)
    // Every pixel of the patch is the mean of the source's pixels in it; where those are larger, the one at its middle.
    func span(_ k: Int, _ centre: Double, _ spacing: Double, _ count: Int) -> Range<Int> {
      let low = centre + (Double(k) - Double(Self.side) / 2) * Self.pitch / spacing
      let high = low + Self.pitch / spacing
      guard low > -1e6, high < 1e6 else { return 0..<0 }
      let (first, end) = (Int(low.rounded(.up)), Int(high.rounded(.up)))
      let at = first < end ? first..<end : Int(((low + high) / 2).rounded())..<Int(((low + high) / 2).rounded()) + 1
      return at.clamped(to: 0..<count)
    }
    let down = (0..<Self.side).map { span($0, centre.row, g.rowSpacing, rows) }
    let across = (0..<Self.side).map { span($0, centre.column, g.columnSpacing, columns) }
    isInside = down.flatMap { i in across.map { !i.isEmpty && !$0.isEmpty } }
    var values = [Float](repeating: 0, count: clip.frames * Self.area)
    clip.pixels.withUnsafeBufferPointer { pixels in
      for t in 0..<clip.frames {
        for i in 0..<Self.side {
          for j in 0..<Self.side {
            var (sum, n): (Float, Float) = (0, 0)
            for y in down[i] {
              for x in across[j] {
                let v = pixels[(t &* rows &+ y) &* columns &+ x]
                if v.isFinite { (sum, n) = (sum + v, n + 1) }
              }
            }
            // No number here: as it was the moment before.
            let at = (t * Self.side + i) * Self.side + j
            values[at] = n > 0 ? sum / n : t > 0 ? values[at - Self.area] : 0
          }
        }
      }
    }
    self.values = values
  }

  /// Averaged over 3 × 3 pixels: noise that neighbours do not share goes, tissue that moves stays.
  func smoothed() -> [Float] {
    var all: [Float] = []
    all.reserveCapacity(values.count)
    for t in 0..<frames {
      let frame = Array(values[t * Self.area..<(t + 1) * Self.area])
      all += BoxBlur.mean(frame, Self.side, Self.side, radius: 1)
    }
    return all
  }
}
