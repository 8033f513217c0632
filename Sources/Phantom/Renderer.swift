import Cine
import Glibc

/// Cuts the beating heart into planes and makes pixels of it.
struct Renderer {
  let anatomy: Anatomy
  let chest: Chest
  let scan: Scan
  let states: [HeartState]

  /// `times` in [0, 1) of the R-R interval.
  init(_ anatomy: Anatomy, _ chest: Chest, _ scan: Scan, times: [Double], systole: Double) {
    self.anatomy = anatomy
    self.chest = chest
    self.scan = scan
    states = times.map {
      HeartState(
        anatomy, contraction: VentricleState.contraction(at: $0, systole: systole), systolic: $0 > 0.03 && $0 < systole)
    }
  }

  /// Where a pixel lies in the heart's coordinates: a corner and two steps.
  private struct Frame {
    let corner: (Float, Float, Float)
    let row: (Float, Float, Float)
    let column: (Float, Float, Float)

    init(_ g: Geometry, _ scan: Scan, offset: Vector3) {
      func along(_ v: Vector3) -> (Float, Float, Float) {
        (Float(v.dot(scan.axis)), Float(v.dot(scan.septal)), Float(v.dot(scan.front)))
      }
      corner = along(g.origin + offset - scan.origin)
      row = along(g.rowSpacing * g.alongColumn)
      column = along(g.columnSpacing * g.alongRow)
    }

    @inline(__always) func at(_ r: Int, _ c: Int) -> (u: Float, s: Float, p: Float) {
      let (y, x) = (Float(r), Float(c))
      return (corner.0 + y * row.0 + x * column.0, corner.1 + y * row.1 + x * column.1, corner.2 + y * row.2 + x * column.2)
    }
  }

  /// The tissue of every pixel at one phase, without noise or blur: what tests count.
  func labels(_ plane: Scan.Plane, phase: Int) -> [Tissue] {
    let frame = Frame(plane.geometry, scan, offset: .zero)
    let state = states[phase]
    return (0..<plane.size * plane.size).map { i in
      let q = frame.at(i / plane.size, i % plane.size)
      return state.tissue(u: q.u, s: q.s, p: q.p)
    }
  }

  /// One slice over the beat [phases, size, size], 12-bit numbers.
  func clip(_ plane: Scan.Plane, _ r: inout Random) -> [Float] {
    let n = plane.size
    // Each slice is a breath-hold of its own.
    let breath = r.around(0, 1.4) * scan.axis + r.around(0, 1.6) * scan.septal + r.around(0, 1.2) * scan.front
    let normal = plane.geometry.normal
    let depths = [-0.25 * scan.thickness, 0.25 * scan.thickness].map { d in
      Frame(plane.geometry, scan, offset: breath + d * normal)
    }
    let background = still(plane)
    let shading = coils(plane, &r)
    let bound = HeartState.bound(anatomy)
    let noise = Float(r.uniform(0.008, 0.045)) * chest.blood
    let gain = Float(r.uniform(500, 1600))
    let masked = r.chance(0.12)
    var pixels = [Float](repeating: 0, count: states.count * n * n)
    var image = [Float](repeating: 0, count: n * n)
    var blurred = image
    for (phase, state) in states.enumerated() {
      for i in 0..<n {
        for j in 0..<n {
          let k = i &* n &+ j
          let still = background[k]
          var sum: Float = 0
          for frame in depths {
            let q = frame.at(i, j)
            guard abs(q.s) < bound.radius, abs(q.p) < bound.radius, q.u > bound.top, q.u < bound.bottom else {
              sum += still
              continue
            }
            let tissue = state.tissue(u: q.u, s: q.s, p: q.p)
            sum += tissue == .none ? still : chest.brightness(of: tissue)
          }
          image[k] = sum * 0.5
        }
      }
      Self.blur(n, &image, &blurred)
      let start = phase &* n &* n
      for k in 0..<n &* n {
        let signal = image[k] * shading[k]
        let (a, b) = (signal + noise * r.noise(), noise * r.noise())
        var value = (a * a + b * b).squareRoot() * gain
        if masked {
          let (y, x) = (Float(k / n) - Float(n) / 2, Float(k % n) - Float(n) / 2)
          if x * x + y * y > Float(n * n) / 4 { value = 0 }
        }
        pixels[start &+ k] = min(value.rounded(), 4095)
      }
    }
    return pixels
  }

  /// What does not move, once a slice.
  private func still(_ plane: Scan.Plane) -> [Float] {
    let n = plane.size
    let g = plane.geometry
    let corner = g.origin - scan.origin
    var image = [Float](repeating: 0, count: n * n)
    for i in 0..<n {
      let line = corner + (Double(i) * g.rowSpacing) * g.alongColumn
      for j in 0..<n {
        let q = line + (Double(j) * g.columnSpacing) * g.alongRow
        image[i &* n &+ j] = chest.brightness(Float(q.x), Float(q.y), Float(q.z))
      }
    }
    return image
  }

  /// Surface coils: brighter near a point on one side.
  private func coils(_ plane: Scan.Plane, _ r: inout Random) -> [Float] {
    let n = plane.size
    let (cy, cx) = (Float(r.uniform(-0.2, 1.2)), Float(r.uniform(-0.2, 1.2)))
    let strength = Float(r.uniform(0, 1.1))
    return (0..<n * n).map { k in
      let (y, x) = (Float(k / n) / Float(n) - cy, Float(k % n) / Float(n) - cx)
      return 0.7 + strength * expf(-3 * (x * x + y * y))
    }
  }

  /// A point spread of about a pixel, so that borders are partial volumes.
  private static func blur(_ n: Int, _ image: inout [Float], _ scratch: inout [Float]) {
    image.withUnsafeMutableBufferPointer { a in
      scratch.withUnsafeMutableBufferPointer { b in
        for i in 0..<n {
          let row = i &* n
          for j in 0..<n {
            let left = a[row &+ max(j &- 1, 0)]
            let right = a[row &+ min(j &+ 1, n &- 1)]
            b[row &+ j] = 0.5 * a[row &+ j] + 0.25 * (left + right)
          }
        }
        for i in 0..<n {
          let (above, below) = (max(i &- 1, 0) &* n, min(i &+ 1, n &- 1) &* n)
          for j in 0..<n { a[i &* n &+ j] = 0.5 * b[i &* n &+ j] + 0.25 * (b[above &+ j] + b[below &+ j]) }
        }
      }
    }
  }
}
