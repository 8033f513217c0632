import Cine
import Glibc

/// Finds the heart by its beat: the energy of the first harmonic, summed over parallel slices, drawn onto one grid of
/// two millimetres, and a mean shift to its centre.
struct HeartFinder {
  /// The centre in the coordinates of the plane, mm: along the rows, along the columns, along the normal.
  let x: Double
  let y: Double
  let z: Double
  /// Share of the energy within 40 mm of the centre, 0 to 1: low where nothing beats in one place.
  let confidence: Double

  private static let pitch = 2.0
  private static let window = 35.0

  /// Coordinates of a plane: its in-plane axes and its normal.
  static func plane(_ clip: CineClip) -> Geometry {
    clip.geometry
      ?? Geometry(
        origin: .zero, alongRow: Vector3(1, 0, 0), alongColumn: Vector3(0, 1, 0), rowSpacing: assumedSpacing,
        columnSpacing: assumedSpacing)
  }

  /// mm a pixel where the file does not say.
  static let assumedSpacing = 1.5

  /// `clips` are parallel. Nil where nothing moves.
  init?(_ clips: [CineClip]) {
    guard let first = clips.first else { return nil }
    let axes = Self.plane(first)
    var (minX, minY, maxX, maxY) = (Double.infinity, Double.infinity, -Double.infinity, -Double.infinity)
    for clip in clips {
      let g = Self.plane(clip)
      let x0 = g.origin.dot(axes.alongRow)
      let y0 = g.origin.dot(axes.alongColumn)
      (minX, minY) = (min(minX, x0), min(minY, y0))
      (maxX, maxY) = (max(maxX, x0 + Double(clip.columns) * g.columnSpacing), max(maxY, y0 + Double(clip.rows) * g.rowSpacing))
    }
    let (w, h) = (Int((maxX - minX) / Self.pitch) + 1, Int((maxY - minY) / Self.pitch) + 1)
    guard w > 1, h > 1, w < 2000, h < 2000 else { return nil }
    var grid = [Float](repeating: 0, count: w * h)
    var depth: [(z: Double, energy: Double)] = []
    for clip in clips {
      let g = Self.plane(clip)
      let energy = Harmonic.energy(clip)
      let (x0, y0) = (g.origin.dot(axes.alongRow) - minX, g.origin.dot(axes.alongColumn) - minY)
      // Each pixel's share is its area, so that the sum does not depend on the matrix.
      let area = Float(g.rowSpacing * g.columnSpacing)
      for i in 0..<clip.rows {
        let gy = min(Int((y0 + Double(i) * g.rowSpacing) / Self.pitch), h - 1)
        for j in 0..<clip.columns {
          let gx = min(Int((x0 + Double(j) * g.columnSpacing) / Self.pitch), w - 1)
          grid[gy * w + gx] += energy[i * clip.columns + j] * area
        }
      }
      depth.append((g.origin.dot(axes.normal), Double(energy.reduce(0, +))))
    }
    let total = Double(grid.reduce(0, +))
    guard total > 1e-9 else { return nil }
    let wide = Self.blurred(grid, w, h, radius: 12)
    var peak = 0
    for i in wide.indices where wide[i] > wide[peak] { peak = i }
    var (cx, cy) = (Double(peak % w), Double(peak / w))
    let reach = Self.window / Self.pitch
    for _ in 0..<20 {
      let (mx, my, _) = Self.mean(grid, w, h, cx, cy, reach)
      let moved = abs(mx - cx) + abs(my - cy)
      (cx, cy) = (mx, my)
      if moved < 0.01 { break }
    }
    x = minX + (cx + 0.5) * Self.pitch
    y = minY + (cy + 0.5) * Self.pitch
    let weights = depth.reduce(0) { $0 + $1.energy }
    z = depth.reduce(0) { $0 + $1.z * $1.energy } / max(weights, 1e-12)
    confidence = Self.mean(grid, w, h, cx, cy, 40 / Self.pitch).2 / total
  }

  private static func mean(
    _ grid: [Float], _ w: Int, _ h: Int, _ cx: Double, _ cy: Double, _ reach: Double
  ) -> (Double, Double, Double) {
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
    return s > 0 ? (sx / s, sy / s, s) : (cx, cy, 0)
  }

  /// A box blur, rows then columns.
  private static func blurred(_ grid: [Float], _ w: Int, _ h: Int, radius: Int) -> [Float] {
    func pass(_ x: [Float], _ n: Int, _ lines: Int, _ step: Int, _ jump: Int) -> [Float] {
      var y = x
      for line in 0..<lines {
        var sum: Float = 0
        for i in 0..<min(radius, n) { sum += x[line * jump + i * step] }
        for i in 0..<n {
          if i + radius < n { sum += x[line * jump + (i + radius) * step] }
          if i - radius - 1 >= 0 { sum -= x[line * jump + (i - radius - 1) * step] }
          y[line * jump + i * step] = sum
        }
      }
      return y
    }
    return pass(pass(grid, w, h, 1, w), h, w, w, 1)
  }
}
