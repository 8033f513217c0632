import Glibc

/// Both ventricles at one moment, as radii from the long axis on a fine grid of heights and angles. Built once a phase and
/// shared by all planes.
struct HeartShape {
  static let step: Float = 1.5
  static let top: Float = -7.5

  /// mm from the end-diastolic mitral plane along the axis: mitral plane, tricuspid plane, ends of the cavities.
  let base: Double
  let rightBase: Double
  let cavityEnd: Double
  let rightEnd: Double
  let contraction: Double
  let rows: Int
  /// [rows, angles]: left cavity, left outer wall, right cavity, whole heart with its layer; mm.
  private(set) var radii: [SIMD4<Float>]
  /// [rows]: cosines of the surfaces' slopes, which turn radial differences into distances.
  private(set) var slopes: [SIMD4<Float>]
  /// ml
  private(set) var rightVolume: Double

  init(_ a: Anatomy, at time: Double) { self.init(Ventricles(a), at: time) }

  /// `sac` is the shape whose outermost layer is kept: in fluid the heart beats within a sac that stays.
  init(_ ventricles: Ventricles, at time: Double, sac: HeartShape? = nil) {
    let a = ventricles.a
    let n = Ventricles.angles
    let c = ventricles.beat.contraction(time)
    let cs = ventricles.contractions(at: time)
    let flat = ventricles.flattening(c)
    contraction = c
    base = a.descent * c
    cavityEnd = ventricles.cavityEnd(c, a.squeeze)
    // The tricuspid valve sits nearer to the apex and moves further.
    rightBase = 6 + a.descent * c * (0.6 + 1.2 * a.rightSqueeze)
    rightEnd = 0.94 * a.outerLength
    let end = a.outerLength + a.fluid + 12
    rows = Int(((end - Double(Self.top)) / Double(Self.step)).rounded(.up)) + 1
    var table = [SIMD4<Float>](repeating: .zero, count: rows * n)
    var volume = 0.0
    let stretch = a.outerLength / (a.outerLength - base)
    for row in 0..<rows {
      let u = Double(Self.top + Float(row) * Self.step)
      let levelIn = (u - base) / (cavityEnd - base)
      let levelOut = (u - base) / (a.outerLength - base)
      let original = min(max(levelOut, 0), 1) * a.outerLength / a.length
      let profileIn = Ventricles.profile(levelIn)
      let profileOut = Ventricles.profile(levelOut)
      let profileOriginal = original < 1 ? Ventricles.profile(original) : 0
      let level = min(max(levelIn, 0), 1) * Double(Ventricles.levels)
      let i = min(Int(level), Ventricles.levels - 1)
      let f = level - Double(i)
      let v = (u - rightBase) / (rightEnd - rightBase)
      let depthProfile =
        v < 1 ? pow(max(1 - pow(max(v, 0), 1.7), 0), 0.75) * (0.72 + 0.28 * HeartBeat.smooth((v + 0.05) / 0.25)) : 0
      let beyondIn = max(u - cavityEnd, 0)
      let beyondOut = max(u - a.outerLength, 0)
      for j in 0..<n {
        let k = i * n + j
        let motion = ventricles.motion[k] * (1 - f) + ventricles.motion[k + n] * f
        let wall = ventricles.wall[k] * (1 - f) + ventricles.wall[k + n] * f
        let free = max(a.radius * profileIn * (1 - a.squeeze * motion * cs[j]), 0)
        let inner = free * flat[j]
        // Trabeculae: no volume of their own on the whole.
        let around = Ventricles.angle(j)
        let rough = a.roughness * min(inner / 10, 1) * (sin(11 * around + 0.2 * u) + sin(7 * around - 0.27 * u + 2))
        // Muscle does not shrink: its cross-section grows as the chamber shortens.
        let outside = (a.radius + wall) * profileOut
        let inside = a.radius * profileOriginal
        let area = max(outside * outside - inside * inside, 0) * stretch
        let outer = (inner * inner + area).squareRoot()
        let lost = max((free * free + area).squareRoot() - outer, 0)
        var right = -10.0
        let shape = ventricles.crescent[j]
        if shape > 0, depthProfile > 0 {
          let bulge = a.bulging * 0.5 * max(0, cos(2.4 * (Ventricles.angle(j) - 0.7)))
          let moved = 1 - a.rightSqueeze * c * (1 - bulge * 2.6)
          right = outer - 2 + shape * (depthProfile * a.rightDepth * moved + lost + 2)
          if v > 0 { volume += max(right * right - outer * outer, 0) }
        }
        let skin = max(outer, right + (right > outer ? a.rightWall : 0))
        let groove = exp(-pow((u - base - 2) / 9, 2))
        let wave = max(
          0, 0.3 + 0.6 * cos(Ventricles.angle(j) - 0.5) + 0.35 * sin(3 * Ventricles.angle(j) + 0.07 * u + 1.3))
        let low = 0.75 + 0.25 * cos(Ventricles.angle(j) + 2.2)
        let layer =
          a.fluid > 0 ? a.fluid * low * (0.75 + 0.25 * min(max(levelOut + 0.3, 0), 1)) : a.fat * (wave + 1.8 * groove)
        // Above the valves the layer closes over round shoulders.
        let above = max(1 - pow(max(base - u, 0) / 11, 2), 0).squareRoot()
        table[row * n + j] = SIMD4(
          Float(levelIn < 1 ? inner + rough * (1 - profileIn * 0.4) : -beyondIn),
          Float(levelOut < 1 ? outer : -beyondOut),
          Float(v < 1 ? right : min(right, outer - 2)),
          Float(levelOut < 1 ? (skin + layer) * above : layer - beyondOut))
      }
      if levelOut < 1 { Self.bridge(&table, row * n) }
    }
    if let sac, sac.rows == rows { for i in table.indices { table[i].w = sac.radii[i].w } }
    radii = table
    // What lies in the outflow tract comes on top.
    rightVolume = 1.12 * 0.5 * volume * (2 * .pi / Double(n)) * Double(Self.step) / 1000
    slopes = Self.slopes(table, rows: rows)
  }

  /// The layer passes over the grooves between the ventricles.
  private static func bridge(_ table: inout [SIMD4<Float>], _ start: Int) {
    let n = Ventricles.angles
    let skin = (0..<n).map { table[start + $0].w }
    for j in 0..<n {
      var sum: Float = 0
      for k in -4...4 { sum += skin[(j + k + n) % n] }
      table[start + j].w = max(skin[j], sum / 9)
    }
  }

  private static func slopes(_ table: [SIMD4<Float>], rows: Int) -> [SIMD4<Float>] {
    let n = Ventricles.angles
    let means = (0..<rows).map { row in
      (0..<n).reduce(SIMD4<Float>.zero) { $0 + table[row * n + $1] } / Float(n)
    }
    return (0..<rows).map { row in
      let (before, after) = (max(row - 1, 0), min(row + 1, rows - 1))
      let d = (means[after] - means[before]) / (step * Float(max(after - before, 1)))
      let slope = (d * d + 1).squareRoot()
      return SIMD4<Float>(repeating: 1) / slope
    }
  }
}
