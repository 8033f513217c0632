import Glibc

/// The whole heart at one moment, asked point by point. Coordinates are the heart's own, mm: `u` along the long axis from
/// the end-diastolic mitral plane to the apex, `s` towards the septum and right ventricle, `p` towards the front.
struct HeartState {
  let shape: HeartShape
  let papillaries: [Papillary]
  let base: BaseState
  let things: ThingState

  /// Muscle that stands in the left cavity: its centre and radius by row.
  struct Papillary {
    var s: Float
    var p: Float
    var radius: Float
  }

  /// `head` is the way to the head in heart coordinates (u, s, p).
  init(_ ventricles: Ventricles, at time: Double, head: SIMD3<Float>, sac: HeartShape? = nil) {
    let a = ventricles.a
    shape = HeartShape(ventricles, at: time, sac: sac)
    let n = Ventricles.angles
    var columns: [Papillary] = []
    for row in 0..<shape.rows {
      let u = Double(HeartShape.top + Float(row) * HeartShape.step)
      let level = (u - shape.base) / (shape.cavityEnd - shape.base)
      for column in a.columns {
        let middle = 0.5 * (column.from + column.to)
        // From the wall near the apex to free tips towards the valve.
        let taper = max(0, 1 - pow((level - middle) / (column.to - middle), 2)).squareRoot()
        let size = column.size * a.papillary * (1 + 0.25 * shape.contraction) * taper
        let j = (Int((column.angle / (2 * .pi) * Double(n)).rounded()) + n) % n
        let r = max(shape.radii[row * n + j].x, 0)
        let radius = min(Float(size), r * (column.isFused ? 0.5 : 0.36))
        let free =
          column.isFused ? 0.35 : 0.4 + Float(column.size) * (0.35 + 1.4 * Float(max(middle + 0.06 - level, 0)))
        let reach = max(r - radius * free, 0)
        let (s, p) = (Float(cos(column.angle)), Float(sin(column.angle)))
        columns.append(Papillary(s: reach * s, p: reach * p, radius: radius))
      }
    }
    papillaries = columns
    base = BaseState(a, shape, ventricles.beat, time, head: head)
    things = ThingState(a, shape, ventricles.beat, time)
  }

  /// Tables as pointers, for the loop over pixels.
  struct View {
    let radii: UnsafePointer<SIMD4<Float>>
    let slopes: UnsafePointer<SIMD4<Float>>
    let papillaries: UnsafePointer<Papillary>
    let columnCount: Int
    let rows: Int
    let base: BaseState
    let things: ThingState
    let valve: Float
    let rightValve: Float
    let rightWall: Float
    let fluid: Bool
    let trabeculae: Float
    let rim: Float
    let rimFilling: Float
    let cavity: (top: Float, length: Float)
  }

  func withView(_ a: Anatomy, _ body: (View) -> Void) {
    shape.radii.withUnsafeBufferPointer { radii in
      shape.slopes.withUnsafeBufferPointer { slopes in
        papillaries.withUnsafeBufferPointer { columns in
          guard let r = radii.baseAddress, let s = slopes.baseAddress, let c = columns.baseAddress else { return }
          body(
            View(
              radii: r, slopes: s, papillaries: c, columnCount: a.columns.count, rows: shape.rows, base: base,
              things: things,
              valve: Float(shape.base), rightValve: Float(shape.rightBase),
              rightWall: Float(a.rightWall * (1 + 0.4 * a.rightSqueeze * shape.contraction)), fluid: a.fluid > 0,
              trabeculae: Float(a.trabeculae),
              // Muscle does not shrink: the rim deepens as the cavity narrows.
              rim: Float(a.rim * (1 + 1.2 * a.squeeze * shape.contraction)), rimFilling: Float(a.rimFilling),
              cavity: (Float(shape.base), Float(shape.cavityEnd - shape.base))))
        }
      }
    }
  }
}

extension HeartState.View {
  /// Every part of the heart at a point.
  @inline(__always)
  func paint<P: Painter>(u: Float, s: Float, p: Float, into painter: inout P) {
    let y = (u - HeartShape.top) * (1 / HeartShape.step)
    let radial = y >= 0 && y < Float(rows - 1) ? Radial(self, s, p, y) : nil
    if let radial { layer(u, radial, &painter) }
    if u < valve + 14 { base.paintBehind(u, s, p, &painter) }
    if let radial { ventricles(u, s, p, radial, &painter) }
    if u < valve + 34 { base.paintValves(u, s, p, &painter) }
    things.paint(u, s, p, &painter)
  }

  /// A point's distances from the surfaces around the long axis, mm: left cavity, left outer wall, right cavity, layer.
  struct Radial {
    let row: Int
    let angle: Float
    let radii: SIMD4<Float>
    let distances: SIMD4<Float>

    /// Nil far outside.
    @inline(__always)
    init?(_ view: HeartState.View, _ s: Float, _ p: Float, _ y: Float) {
      let n = Ventricles.angles
      let rho = (s * s + p * p).squareRoot()
      if rho > 110 { return nil }
      angle = fastAngle(p, s)
      row = Int(y)
      let fy = y - Float(row)
      var x = angle * (Float(n) / (2 * .pi))
      if x < 0 { x += Float(n) }
      let left = Int(x)
      let fx = x - Float(left)
      let j = left & (n &- 1)
      let k = (j &+ 1) & (n &- 1)
      let line = view.radii + row &* n
      let above = line[j] + (line[k] - line[j]) * fx
      let below = line[n &+ j] + (line[n &+ k] - line[n &+ j]) * fx
      radii = above + (below - above) * fy
      let slope = view.slopes[row] + (view.slopes[row &+ 1] - view.slopes[row]) * fy
      distances = (SIMD4(repeating: rho) - radii) * slope
      if distances.w > 4 { return nil }
    }
  }

  /// Fluid or fat around the ventricles.
  @inline(__always)
  private func layer<P: Painter>(_ u: Float, _ radial: Radial, _ painter: inout P) {
    if fluid { painter.paint(.pericardium, radial.distances.w - 1.6) }
    painter.paint(fluid ? .fluid : .fat, radial.distances.w)
  }

  @inline(__always)
  private func ventricles<P: Painter>(_ u: Float, _ s: Float, _ p: Float, _ radial: Radial, _ painter: inout P) {
    let (r, d, row, angle) = (radial.radii, radial.distances, radial.row, radial.angle)
    let belowValve = valve - u
    if r.z > r.y {
      let wall = rightWall * min(1, (r.z - r.y) * 0.3)
      painter.paint(.rightWall, max(d.z - wall, rightValve - u))
      painter.paint(.rightBlood, max(d.z, rightValve - u))
      // Trabeculae and the moderator band.
      if d.z < 0, d.z > -6, u > rightValve + 22 {
        painter.paint(.rightTrabecula, 2.2 - (1.6 + sinf(u * 0.55 + 2 * sinf(p * 0.3)) * 1.8 + 0.25 * d.z))
      }
    }
    painter.paint(.leftWall, max(d.y, belowValve + 1))
    painter.paint(.leftBlood, max(d.x, belowValve))
    guard d.x < 2 else { return }
    if trabeculae > 0 { spongy(u, angle, d.x, &painter) }
    if rim > 0, d.x < 0, -d.x < rim + 1 {
      // Columns finer than a pixel or two, so that most of the rim is grey rather than striped; no two alike.
      let wander = 2.3 * sinf(angle * 3 + 0.11 * u) + 1.7 * sinf(angle * 7 - 0.23 * u)
      let pattern = sinf(angle * 17 + 0.35 * u + wander) + 0.8 * sinf(angle * 29 - 0.5 * u - 1.4 * wander)
      painter.paint(.trabecula, max(-d.x - rim, 1.2 * (pattern - 3.6 * rimFilling + 1.8)))
    }
    let columns = papillaries + row &* columnCount
    for i in 0..<columnCount where columns[i].radius > 0.6 {
      let (ds, dp) = (s - columns[i].s, p - columns[i].p)
      painter.paint(.papillary, (ds * ds + dp * dp).squareRoot() - columns[i].radius)
    }
  }

  /// Noncompaction: columns of muscle with blood between them, towards the apex and the side.
  @inline(__always)
  private func spongy<P: Painter>(_ u: Float, _ angle: Float, _ d: Float, _ painter: inout P) {
    let level = (u - cavity.top) / cavity.length
    let share = min(max((level - 0.25) * 5, 0), 1) * (abs(angle) > 0.8 || level > 0.7 ? 1 : 0)
    let depth = trabeculae * share
    guard depth > 1, -d < depth + 2 else { return }
    let pattern = sinf(angle * 15 + 0.12 * u) + 0.8 * sinf(u * 0.75 + 3 * sinf(angle * 5)) + 0.3
    painter.paint(.trabecula, max(-d - depth, -2 * pattern))
  }
}

/// atan2 to about 0.002 rad, without a library call.
@inline(__always)
func fastAngle(_ y: Float, _ x: Float) -> Float {
  let (ax, ay) = (abs(x), abs(y))
  let big = max(ax, ay)
  guard big > 0 else { return 0 }
  let t = min(ax, ay) / big
  let t2 = t * t
  var r = ((-0.046_496_5 * t2 + 0.159_314_2) * t2 - 0.327_622_8) * t2 * t + t
  if ay > ax { r = 1.570_796_4 - r }
  if x < 0 { r = 3.141_592_7 - r }
  return y < 0 ? -r : r
}
