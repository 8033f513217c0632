import Cine
import Glibc

/// Finds the heart by its beat: the energy of the first harmonic, summed over parallel slices, drawn onto one grid of
/// two millimetres, and a mean shift to its centre. In a short-axis stack the round cavity near it, the left ventricle,
/// is the centre.
struct HeartFinder {
  /// The centre in the coordinates of the plane, mm: along the rows, along the columns, along the normal.
  let x: Double
  let y: Double
  let z: Double
  /// Share of the energy within 40 mm of the centre, 0 to 1: low where nothing beats in one place.
  let confidence: Double
  /// Mean energy there, over the slices: near zero where only noise changes.
  let strength: Double

  /// `confidence` beyond the share that evenly spread energy would have there: 0 for noise, 1 where nothing else moves.
  /// Nil where the picture is hardly larger than the circle.
  let compactness: Double?

  private static let pitch = 2.0
  private static let window = 35.0
  /// How far from the centre of all motion the left ventricle's middle can lie, mm.
  private static let cavityReach = 75.0

  /// `planes` are parallel; `acrossVentricle` says that they cut the left ventricle in circles. Nil where nothing moves.
  init?(_ planes: [Plane], acrossVentricle: Bool) {
    guard let axes = planes.first?.geometry else { return nil }
    var (minX, minY, maxX, maxY) = (Double.infinity, Double.infinity, -Double.infinity, -Double.infinity)
    for plane in planes {
      let (g, clip) = (plane.geometry, plane.clip)
      let x0 = g.origin.dot(axes.alongRow)
      let y0 = g.origin.dot(axes.alongColumn)
      (minX, minY) = (min(minX, x0), min(minY, y0))
      maxX = max(maxX, x0 + Double(clip.columns) * g.columnSpacing)
      maxY = max(maxY, y0 + Double(clip.rows) * g.rowSpacing)
    }
    // Slices further apart than any body is wide belong together in name only.
    guard maxX - minX < 4000, maxY - minY < 4000 else { return nil }
    let (w, h) = (Int((maxX - minX) / Self.pitch) + 1, Int((maxY - minY) / Self.pitch) + 1)
    guard w > 1, h > 1 else { return nil }
    var grid = [Float](repeating: 0, count: w * h)
    var depth: [(z: Double, energy: Double)] = []
    for plane in planes {
      let (g, clip) = (plane.geometry, plane.clip)
      let energy = Harmonic.energy(clip)
      let (x0, y0) = (g.origin.dot(axes.alongRow) - minX, g.origin.dot(axes.alongColumn) - minY)
      // Each pixel's share is its area, so that the sum does not depend on the matrix.
      let area = Float(g.rowSpacing * g.columnSpacing)
      let across = (0..<clip.columns).map { min(Int((x0 + Double($0) * g.columnSpacing) / Self.pitch), w - 1) }
      for i in 0..<clip.rows {
        let gy = min(Int((y0 + Double(i) * g.rowSpacing) / Self.pitch), h - 1)
        for j in 0..<clip.columns { grid[gy * w + across[j]] += energy[i * clip.columns + j] * area }
      }
      depth.append((g.origin.dot(axes.normal), Double(energy.reduce(0, +))))
    }
    let total = Double(grid.reduce(0, +))
    guard total > 1e-9 else { return nil }
    let wide = BoxBlur.sum(grid, w, h, radius: 12)
    var peak = 0
    for i in wide.indices where wide[i] > wide[peak] { peak = i }
    var (cx, cy) = (Double(peak % w), Double(peak / w))
    let reach = Self.window / Self.pitch
    for _ in 0..<20 {
      let (mx, my) = Self.mean(grid, w, h, cx, cy, reach).place
      let moved = abs(mx - cx) + abs(my - cy)
      (cx, cy) = (mx, my)
      if moved < 0.01 { break }
    }
    let near = Self.mean(grid, w, h, cx, cy, 40 / Self.pitch).energy
    confidence = near / total
    strength = near / (Double.pi * 40 * 40) / Double(planes.count)
    let even = Self.mean([Float](repeating: 1, count: w * h), w, h, cx, cy, 40 / Self.pitch).energy / Double(w * h)
    compactness = even < 0.6 ? (confidence - even) / (1 - even) : nil
    if acrossVentricle {
      var votes = [Float](repeating: 0, count: w * h)
      for plane in planes {
        let origin = plane.geometry.origin
        RoundCavity.vote(
          plane, x0: origin.dot(axes.alongRow) - minX, y0: origin.dot(axes.alongColumn) - minY, pitch: Self.pitch,
          into: &votes, width: w, height: h)
      }
      if let cavity = Self.peak(votes, w, h, cx, cy, Self.cavityReach / Self.pitch) { (cx, cy) = cavity }
    }
    x = minX + (cx + 0.5) * Self.pitch
    y = minY + (cy + 0.5) * Self.pitch
    let weights = depth.reduce(0) { $0 + $1.energy }
    z = depth.reduce(0) { $0 + $1.z * $1.energy } / max(weights, 1e-12)
  }

  /// Where most votes meet, within `reach` of a cell: the middle of the best 10 mm. Nil where nobody voted.
  private static func peak(
    _ votes: [Float], _ w: Int, _ h: Int, _ cx: Double, _ cy: Double, _ reach: Double
  ) -> (Double, Double)? {
    let smooth = BoxBlur.sum(BoxBlur.sum(votes, w, h, radius: 3), w, h, radius: 3)
    var best: (value: Float, x: Int, y: Int) = (0, 0, 0)
    for i in 0..<h {
      for j in 0..<w {
        let (dx, dy) = (Double(j) - cx, Double(i) - cy)
        guard smooth[i * w + j] > best.value, dx * dx + dy * dy <= reach * reach else { continue }
        best = (smooth[i * w + j], j, i)
      }
    }
    guard best.value > 0 else { return nil }
    return mean(smooth.map { max($0 - 0.9 * best.value, 0) }, w, h, Double(best.x), Double(best.y), 10 / pitch).place
  }

  /// The centre in pixels of a plane parallel to `axes`.
  func pixel(in g: Geometry, axes: Geometry) -> (row: Double, column: Double) {
    (
      row: (y - g.origin.dot(axes.alongColumn)) / g.rowSpacing,
      column: (x - g.origin.dot(axes.alongRow)) / g.columnSpacing
    )
  }

  /// Centre of gravity and energy within a circle, all in cells of the grid.
  private static func mean(
    _ grid: [Float], _ w: Int, _ h: Int, _ cx: Double, _ cy: Double, _ reach: Double
  ) -> (place: (Double, Double), energy: Double) {
    var (sx, sy, s) = (0.0, 0.0, 0.0)
    for i in max(0, Int(cy - reach))...max(0, min(h - 1, Int(cy + reach) + 1)) {
      for j in max(0, Int(cx - reach))...max(0, min(w - 1, Int(cx + reach) + 1)) {
        let (dx, dy) = (Double(j) - cx, Double(i) - cy)
        guard dx * dx + dy * dy <= reach * reach else { continue }
        let e = Double(grid[i * w + j])
        sx += e * Double(j)
        sy += e * Double(i)
        s += e
      }
    }
    return s > 0 ? ((sx / s, sy / s), s) : ((cx, cy), 0)
  }
}
