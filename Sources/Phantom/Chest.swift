import Glibc

/// Everything around the heart that does not move: chest wall, lungs, diaphragm and what lies below, spine, descending
/// aorta. Places in mm from the middle of the left ventricle, patient directions (x left, y back, z head).
struct Chest {
  private let look: Appearance
  private let middle: SIMD2<Float>
  private let body: SIMD2<Float>
  private let rim: Float
  private let dome: Float
  private let lung: Float
  private let vessel: Float
  private let liver: Float
  private let spleen: Float
  private let gut: Float
  private let marrow: Float
  private let flesh: Float
  private let pad: Float
  private let phase: SIMD4<Float>
  private let organs: [SIMD4<Float>]
  private let stomach: (at: SIMD3<Float>, size: SIMD3<Float>, signal: Float)
  private let wires: Bool
  private let coarseness: Float

  init(_ look: Appearance, wires: Bool, _ r: inout Random) {
    func f(_ low: Double, _ high: Double) -> Float { Float(r.uniform(low, high)) }
    self.look = look
    self.wires = wires
    middle = [f(-50, -25), f(20, 45)]
    body = [f(140, 195), f(92, 128)]
    rim = f(6, 32)
    dome = f(-52, -36)
    lung = f(0.01, 0.1)
    vessel = look.blood * f(0.3, 0.9)
    liver = f(0.08, 0.55)
    spleen = f(0.08, 0.6)
    gut = f(0.1, 0.9)
    marrow = f(0.1, 0.5)
    flesh = look.muscle * f(0.7, 1.3)
    pad = f(0, 16)
    phase = [f(0, 6.3), f(0, 6.3), f(0, 6.3), f(0, 6.3)]
    coarseness = f(0.02, 0.18)
    let fat = look.fat
    organs = (0..<30).map { _ in
      let fatty = r.chance(0.25)
      return SIMD4(f(-60, 140), f(-90, 110), f(-150, -30), fatty ? fat * f(0.5, 1.1) : f(0.03, 0.9))
    }
    stomach = ([f(30, 80), f(-40, 20), f(-105, -70)], [f(28, 55), f(25, 45), f(22, 40)], f(0.02, 1.2))
  }

  /// Signal at a place: what is there, with a grain of its own.
  func signal(_ p: SIMD3<Float>) -> Float {
    let grain = sinf(p.x * 0.21 + 3 * sinf(p.y * 0.09 + phase.x)) + sinf(p.y * 0.17 + 2.4 * sinf(p.z * 0.11 + phase.z))
    return smooth(p) * (1 + coarseness * grain)
  }

  private func smooth(_ p: SIMD3<Float>) -> Float {
    let x = p.x + 6 * sinf(p.y * 0.045 + phase.x) + 3 * sinf(p.z * 0.1 + phase.y)
    let y = p.y + 5 * sinf(p.x * 0.04 + phase.z) + 3 * sinf(p.z * 0.08 + phase.w)
    let z = p.z
    let b = (SIMD2(x, y) - middle) / body
    let out = (b * b).sum().squareRoot()
    if out > 1 { return 0 }
    let front = max(-b.y, 0) * (b.x > -0.2 ? 1 : 0.6)
    let skin = (1 - out) * body.y
    let fatRim = rim * (0.6 + 0.8 * front * front)
    if skin < fatRim { return skin < 2 ? flesh : look.fat }
    if wires, metal(p) { return 0.01 }
    let wall: Float = 15
    if skin < fatRim + wall {
      let rib = sinf(z * 0.2 + y * 0.06 + x * 0.03 * (x < middle.x ? 1 : -1))
      let deep = (skin - fatRim) / wall
      if rib > 0.35 && deep > 0.35 && deep < 0.85 { return marrow }
      return deep > 0.9 ? look.fat * 0.8 : flesh
    }
    let (sx, sy) = (x - middle.x, y - (middle.y + body.y * 0.6))
    if sx * sx + sy * sy * 0.8 < 21 * 21 { return fmodf(abs(z) + 500, 32) < 6 ? marrow * 0.5 : marrow * 1.1 }
    if sy > -5, abs(sx) < 60 { return flesh }
    let (ax, ay) = (p.x - (middle.x + 24), p.y - (middle.y + body.y * 0.42))
    let aorta = ax * ax + ay * ay
    if aorta < 12 * 12 { return look.blood }
    if aorta < 14.5 * 14.5 { return look.fat * 0.6 }
    let right = x < middle.x + 10
    let diaphragm = dome + (right ? 9 : 0) - 0.0016 * (y - 20) * (y - 20) - 0.0005 * (x + 40) * (x + 40)
    if z < diaphragm { return below(x, y, z, diaphragm) }
    let hill = pad * (0.4 + 0.6 * sinf(x * 0.055 + phase.y) + 0.4 * sinf(y * 0.08 + phase.x))
    if z < diaphragm + hill, abs(x) < 70, y < 50 { return look.fat * 0.9 }
    // Around the great vessels and behind the heart.
    let mediastinum = abs(x - middle.x - 10) - 26 - 0.16 * max(z, 0)
    if mediastinum < 0, y > -30 || z > 40 {
      let seam = 3.5 + 4 * sinf(z * 0.05 + phase.z) + 2 * sinf(y * 0.09 + phase.w)
      return mediastinum > -seam ? look.fat * 0.9 : flesh * 0.9
    }
    // Vessels, denser towards the middle.
    let pattern =
      sinf(x * 0.19 + 2.3 * sinf(y * 0.07 + phase.y)) * sinf(y * 0.17 - z * 0.1 + 2 * sinf(z * 0.06 + phase.x))
      * sinf(z * 0.21 + 1.7 * sinf(x * 0.08 + phase.w))
    return lung + vessel * min(max((pattern - 0.62) * 3, 0), 1) * min(max(1.3 - mediastinum * 0.016, 0.2), 1)
  }

  /// Organs under the diaphragm.
  private func below(_ x: Float, _ y: Float, _ z: Float, _ diaphragm: Float) -> Float {
    if diaphragm - z < 2.5 { return flesh * 0.6 }
    let edge = x - 14 - 0.35 * (z + 60) - 10 * sinf(y * 0.03 + phase.z)
    if edge < 0 {
      if edge > -2 { return look.fat * 0.7 }
      let vein = sinf(x * 0.12 + 2 * sinf(z * 0.05)) * sinf(y * 0.13 + z * 0.07)
      return vein > 0.86 ? liver * 1.7 : liver
    }
    let q = (SIMD3(x, y, z) - stomach.at) / stomach.size
    let inside = (q * q).sum()
    if inside < 0.75 { return stomach.signal }
    if inside < 1 { return flesh }
    let (mx, my) = (x - 85, y - 45)
    if mx * mx * 0.6 + my * my < 38 * 38 { return spleen }
    var nearest = Float.infinity
    var second = Float.infinity
    var found: Float = 0
    for organ in organs {
      let d = SIMD3(organ.x, organ.y, organ.z) - SIMD3(x, y, z)
      let distance = (d * d).sum()
      if distance < nearest {
        second = nearest
        nearest = distance
        found = organ.w
      } else if distance < second {
        second = distance
      }
    }
    return second.squareRoot() - nearest.squareRoot() < 3 ? look.fat : found * (0.4 + 0.6 * gut)
  }

  /// What wires through the breastbone leave: holes in the picture.
  private func metal(_ p: SIMD3<Float>) -> Bool {
    let (dx, dy) = (p.x - middle.x, p.y - (middle.y - body.y + rim * 1.3 + 9))
    let dz = (p.z + 70).truncatingRemainder(dividingBy: 30)
    let z = abs(dz) > 15 ? 30 - abs(dz) : abs(dz)
    return dx * dx + dy * dy + z * z < 11 * 11
  }
}
