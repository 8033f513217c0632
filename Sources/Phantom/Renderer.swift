import Cine
import Glibc

/// Cuts the beating heart into planes and makes pixels of it.
struct Renderer {
  let anatomy: Anatomy
  let look: Appearance
  let chest: Chest
  let scan: Scan
  let states: [HeartState]
  /// mm by row of the shape tables: how far the heart reaches from its axis in the whole beat.
  private let reach: [Float]

  /// `times` are shares of the R-R interval.
  init(_ anatomy: Anatomy, _ look: Appearance, _ chest: Chest, _ scan: Scan, times: [Double]) {
    self.anatomy = anatomy
    self.look = look
    self.chest = chest
    self.scan = scan
    let ventricles = Ventricles(anatomy)
    let head = scan.heart(Vector3(0, 0, 1))
    let sac = anatomy.fluid > 0 ? HeartShape(ventricles, at: 0) : nil
    states = times.map { HeartState(ventricles, at: $0, head: head, sac: sac) }
    var reach = [Float](repeating: 0, count: states.first?.shape.rows ?? 0)
    for state in states {
      for (i, r) in state.shape.radii.enumerated() {
        let row = i / Ventricles.angles
        reach[row] = max(reach[row], r.w + 4)
      }
    }
    self.reach = reach
  }

  /// Where a pixel lies in the heart's coordinates: a corner and two steps.
  struct Frame {
    let corner: Point
    let row: Point
    let column: Point

    init(_ plane: Scan.Plane, _ scan: Scan, offset: Vector3) {
      let g = plane.geometry
      corner = scan.heart(g.origin + offset - scan.origin)
      row = scan.heart(g.rowSpacing * g.alongColumn)
      column = scan.heart(g.columnSpacing * g.alongRow)
    }

    @inline(__always) func at(_ r: Int, _ c: Int) -> Point { corner + Float(r) * row + Float(c) * column }
  }

  /// The tissue of every pixel at one phase [rows, columns], without noise or blur; `breath` is the offset, mm, with which
  /// a clip of it was made.
  func labels(_ plane: Scan.Plane, phase: Int, breath: Vector3 = .zero) -> [Tissue] {
    let frame = Frame(plane, scan, offset: breath)
    var out = [Tissue](repeating: .background, count: plane.rows * plane.columns)
    states[phase].withView(anatomy) { view in
      for i in 0..<plane.rows {
        for j in 0..<plane.columns {
          let q = frame.at(i, j)
          var painter = LabelPainter()
          view.paint(u: q.x, s: q.y, p: q.z, into: &painter)
          out[i * plane.columns + j] = painter.tissue
        }
      }
    }
    return out
  }

  /// Each slice is a breath-hold of its own: the diaphragm takes the heart along, mm.
  static func breath(_ r: inout Random) -> Vector3 { Vector3(r.around(0, 0.8), r.around(0, 1), r.around(0, 2)) }

  /// One slice over the beat [phases, rows, columns], whole numbers as a scanner stores them.
  func clip(_ plane: Scan.Plane, _ r: inout Random) -> [Float] { clip(plane, breath: Self.breath(&r), &r) }

  func clip(_ plane: Scan.Plane, breath: Vector3, _ r: inout Random) -> [Float] {
    let normal = plane.geometry.normal
    let frames = [-0.33, 0, 0.33].map { Frame(plane, scan, offset: breath + ($0 * scan.thickness) * normal) }
    let still = background(plane, offset: breath)
    let near = nearHeart(plane, frames[1])
    let width = Float(plane.geometry.columnSpacing)
    let n = plane.rows * plane.columns
    var pixels = [Float](repeating: 0, count: states.count * n)
    var image = still.signal
    var scratch = image
    let waves = (0..<4).map { _ in Float(r.uniform(0, 6.28)) }
    let (f0, f1, f2) = (frames[0], frames[1], frames[2])
    for (phase, state) in states.enumerated() {
      image = still.signal
      let turn = Float(phase) / Float(states.count) * 2 * .pi
      look.signals.withUnsafeBufferPointer { signals in
        guard let table = signals.baseAddress else { return }
        state.withView(anatomy) { view in
          image.withUnsafeMutableBufferPointer { out in
            for c in 0..<near.count {
              let k = Int(near[c])
              let (i, j) = (k / plane.columns, k % plane.columns)
              var painter = SignalPainter(signals: table, sharpness: 0.9 / width, value: out[k])
              let ground = out[k]
              let q = f1.at(i, j)
              view.paint(u: q.x, s: q.y, p: q.z, into: &painter)
              var sum = painter.value
              let q0 = f0.at(i, j)
              painter.value = ground
              view.paint(u: q0.x, s: q0.y, p: q0.z, into: &painter)
              sum += painter.value
              let q2 = f2.at(i, j)
              painter.value = ground
              view.paint(u: q2.x, s: q2.y, p: q2.z, into: &painter)
              sum = (sum + painter.value) * (1 / 3)
              if sum > 0.6 * look.blood {
                let a =
                  sinf(q.x * 0.09 + q.y * 0.16 + waves[0] + turn) * sinf(q.z * 0.17 - q.x * 0.07 + waves[1] - turn)
                sum *= 1 + look.swirl * a
              }
              out[k] = sum
            }
          }
        }
      }
      Self.blur(plane, 0.25 * look.blur.columns, 0.25 * look.blur.rows, &image, &scratch)
      finish(image, still.shading, &r, &pixels, at: phase * n)
    }
    return pixels
  }

  /// Pixels that the heart ever reaches.
  private func nearHeart(_ plane: Scan.Plane, _ frame: Frame) -> [Int32] {
    var list: [Int32] = []
    var above: [Int32] = []
    let margin = Float(scan.thickness) * 0.4
    for i in 0..<plane.rows {
      for j in 0..<plane.columns {
        let q = frame.at(i, j)
        let k = Int32(i * plane.columns + j)
        let row = Int((q.x - HeartShape.top) / HeartShape.step)
        guard row < reach.count, q.x > -150 else { continue }
        if row >= 0, q.y * q.y + q.z * q.z < (reach[row] + margin) * (reach[row] + margin) {
          list.append(k)
        } else if q.x < 30, q.y > -70, q.y < 115, q.z > -98, q.z < 115 {
          above.append(k)
        }
      }
    }
    // Atria and vessels: no further from any pixel than they move between three moments of the beat.
    var close = [Bool](repeating: false, count: above.count)
    let moments = states.count > 4 ? [0, 0.2, 0.4].map { states[Int($0 * Double(states.count))] } : states
    for state in moments {
      state.withView(anatomy) { view in
        for (c, k) in above.enumerated() where !close[c] {
          let q = frame.at(Int(k) / plane.columns, Int(k) % plane.columns)
          var painter = ReachPainter()
          view.paint(u: q.x, s: q.y, p: q.z, into: &painter)
          close[c] = painter.nearest < 8
        }
      }
    }
    return list + zip(above, close).compactMap { $1 ? $0 : nil }
  }

  private func background(_ plane: Scan.Plane, offset: Vector3) -> (signal: [Float], shading: [Float]) {
    let g = plane.geometry
    let corner = g.origin + offset - scan.middle
    var signal = [Float](repeating: 0, count: plane.rows * plane.columns)
    var shading = signal
    let diagonal = 0.25 * (g.rowSpacing * g.alongColumn + 1.3 * g.columnSpacing * g.alongRow)
    let part = SIMD3(Float(diagonal.x), Float(diagonal.y), Float(diagonal.z))
    for i in 0..<plane.rows {
      let line = corner + (Double(i) * g.rowSpacing) * g.alongColumn
      for j in 0..<plane.columns {
        let q = line + (Double(j) * g.columnSpacing) * g.alongRow
        let p = SIMD3(Float(q.x), Float(q.y), Float(q.z))
        let k = i * plane.columns + j
        signal[k] = 0.5 * (chest.signal(p - part) + chest.signal(p + part))
        shading[k] = look.shading(p) * masked(i, j, plane)
      }
    }
    var scratch = signal
    Self.blur(plane, 0.2, 0.2, &signal, &scratch)
    return (signal, shading)
  }

  /// 0 where the scanner's correction of the field left nothing.
  private func masked(_ i: Int, _ j: Int, _ plane: Scan.Plane) -> Float {
    let y = 2 * Float(i) / Float(plane.rows - 1) - 1
    let x = 2 * Float(j) / Float(plane.columns - 1) - 1
    switch look.mask {
    case .none: return 1
    case .circle(let radius): return x * x + y * y < radius * radius ? 1 : 0
    case .waisted(let depth): return abs(x) < 1 - depth * (1 - y * y) ? 1 : 0
    }
  }

  /// The point spread of a matrix that was measured coarser than it is shown.
  private static func blur(
    _ plane: Scan.Plane, _ a: Float, _ b: Float, _ image: inout [Float], _ scratch: inout [Float]
  ) {
    let (rows, columns) = (plane.rows, plane.columns)
    image.withUnsafeMutableBufferPointer { x in
      scratch.withUnsafeMutableBufferPointer { y in
        for i in 0..<rows {
          let line = i &* columns
          y[line] = x[line]
          y[line &+ columns &- 1] = x[line &+ columns &- 1]
          for j in 1..<columns &- 1 {
            let k = line &+ j
            y[k] = (1 - 2 * a) * x[k] + a * (x[k &- 1] + x[k &+ 1])
          }
        }
        for i in 1..<rows &- 1 {
          let line = i &* columns
          for k in line..<line &+ columns {
            x[k] = (1 - 2 * b) * y[k] + b * (y[k &- columns] + y[k &+ columns])
          }
        }
      }
    }
  }

  /// Coils, noise in both channels of the receiver (Rician in the magnitude), and whole numbers.
  private func finish(
    _ image: [Float], _ shading: [Float], _ r: inout Random, _ pixels: inout [Float], at start: Int
  ) {
    let (noise, gain) = (look.noise, look.gain)
    image.withUnsafeBufferPointer { x in
      shading.withUnsafeBufferPointer { s in
        pixels.withUnsafeMutableBufferPointer { out in
          for k in 0..<x.count {
            let a = x[k] * s[k] + noise * r.noise()
            let b = noise * r.noise()
            let value = s[k] == 0 ? 0 : (a * a + b * b).squareRoot() * gain
            out[start &+ k] = min(value.rounded(), 4095)
          }
        }
      }
    }
  }
}
