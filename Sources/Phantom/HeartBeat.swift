import Glibc

/// The left ventricle at one moment: its radii on a grid of levels and angles, and its volume.
struct VentricleState {
  static let levels = 32
  static let angles = 48
  /// 0 at end-diastole, 1 at end-systole.
  let contraction: Double
  /// Where the mitral plane stands on the long axis, mm from its end-diastolic place.
  let base: Double
  let length: Double
  /// Inner and outer radius [levels + 1, angles], mm.
  private(set) var inner: [Float]
  private(set) var outer: [Float]
  /// ml
  private(set) var volume: Double

  init(_ a: Anatomy, contraction c: Double) {
    contraction = c
    base = a.descent * c
    length = a.length - base
    inner = [Float](repeating: 0, count: (Self.levels + 1) * Self.angles)
    outer = inner
    var sum = 0.0
    // The apex has a wall too: the cavity ends above it.
    let cavity = (a.length - 0.8 * a.wall * (1 + 0.3 * c) - base) / length
    for i in 0...Self.levels {
      let level = Double(i) / Double(Self.levels)
      for j in 0..<Self.angles {
        let angle = 2 * .pi * Double(j) / Double(Self.angles)
        let (r0, w, motion) = Self.wall(a, level: level, angle: angle)
        let flat = 1 - a.flattening * (0.22 + 0.16 * c) * pow(max(cos(angle), 0), 2)
        let profile0 = Self.profile(level)
        let before = r0 * Self.profile(min(level / max(cavity, 0.1), 1))
        let ri = max(before * (1 - a.squeeze * motion * c) * flat, 0)
        // Muscle does not shrink: its cross-section grows as the chamber shortens.
        let outer0 = (r0 + w) * profile0
        let area = max(outer0 * outer0 - before * before, w * w * 0.3 * profile0)
        let ro = (ri * ri + area * a.length / length).squareRoot()
        inner[i * Self.angles + j] = Float(ri)
        outer[i * Self.angles + j] = Float(ro)
        let weight = i == 0 || i == Self.levels ? 0.5 : 1.0
        sum += weight * 0.5 * ri * ri * (2 * .pi / Double(Self.angles))
      }
    }
    volume = sum * length / Double(Self.levels) / 1000
  }

  /// Half an ellipse, a little fuller.
  private static func profile(_ level: Double) -> Double { pow(max(1 - pow(level, 2.3), 0), 0.5) * (0.94 + 0.06 * level) }

  /// Radius at the base, wall and share of the motion at one place.
  private static func wall(_ a: Anatomy, level: Double, angle: Double) -> (Double, Double, Double) {
    let septal = pow(max(cos(angle * 0.5), 0), 4)
    var w = a.wall + a.septalExtra * septal * (1 - 0.4 * level)
    var motion = 1 - (a.septalExtra > 5 ? 0.15 * septal : 0)
    if let infarct = a.infarct, level >= infarct.from, level <= infarct.to {
      var d = abs(angle - infarct.angle)
      d = min(d, abs(2 * .pi - d))
      let share = max(0, min(1, (infarct.halfWidth - d) / 0.25))
      motion *= 1 - infarct.stillness * share
      w *= 1 - infarct.thinning * share
    }
    return (a.radius, w, motion)
  }

  /// Radii at a level (0 base … 1 apex) and an angle, interpolated.
  @inline(__always)
  func radii(level: Float, angle: Float) -> (inner: Float, outer: Float) {
    let y = min(max(level, 0), 1) * Float(Self.levels)
    let i = min(Int(y), Self.levels - 1)
    let fy = y - Float(i)
    var x = angle * (Float(Self.angles) / (2 * .pi))
    if x < 0 { x += Float(Self.angles) }
    let j = Int(x) % Self.angles
    let fx = x - x.rounded(.down)
    let k = (j &+ 1) % Self.angles
    let row = i &* Self.angles
    @inline(__always) func mix(_ p: UnsafeBufferPointer<Float>) -> Float {
      let top = p[row &+ j] + (p[row &+ k] - p[row &+ j]) * fx
      let next = row &+ Self.angles
      let bottom = p[next &+ j] + (p[next &+ k] - p[next &+ j]) * fx
      return top + (bottom - top) * fy
    }
    return (inner.withUnsafeBufferPointer(mix), outer.withUnsafeBufferPointer(mix))
  }

  /// Contraction over the beat: systole, rapid filling, diastasis, atrial kick. `time` in [0, 1) of the R-R interval.
  static func contraction(at time: Double, systole: Double) -> Double {
    func smooth(_ x: Double) -> Double {
      let x = min(max(x, 0), 1)
      return x * x * (3 - 2 * x)
    }
    let filled = systole + 0.24
    if time < systole { return smooth(time / systole) }
    if time < filled { return 1 - 0.82 * smooth((time - systole) / 0.24) }
    if time < 0.86 { return 0.18 - 0.04 * (time - filled) / max(0.86 - filled, 0.01) }
    return 0.14 * (1 - smooth((time - 0.86) / 0.13))
  }
}

extension Anatomy {
  /// Finds the squeeze that gives the ejection fraction asked for, as near as this heart can; the truth is then
  /// measured from the two volumes.
  mutating func solveSqueeze() -> (edv: Double, esv: Double, lvef: Double) {
    let edv = VentricleState(self, contraction: 0).volume
    func lvef(_ s: Double, _ a: inout Anatomy) -> Double {
      a.squeeze = s
      return 100 * (1 - VentricleState(a, contraction: 1).volume / edv)
    }
    var (low, high) = (-0.05, 0.85)
    for _ in 0..<18 {
      let middle = (low + high) / 2
      if lvef(middle, &self) < targetLVEF { low = middle } else { high = middle }
    }
    let measured = lvef((low + high) / 2, &self)
    return (edv, edv * (1 - measured / 100), measured)
  }
}
