import Glibc

/// What a point of the chest is made of.
enum Tissue: UInt8 {
  case none, blood, muscle, fat, fluid, mass, leaflet, jet
}

/// The whole heart at one moment, asked point by point. Coordinates are the heart's own, mm: `u` along the long axis from
/// the mitral plane to the apex, `s` towards the septum and right ventricle, `p` towards the front.
struct HeartState {
  let a: Anatomy
  let lv: VentricleState
  private let rv: (depth: Float, wall: Float, height: Float, base: Float)
  private let la: (Float, Float, Float)
  private let ra: (Float, Float, Float)
  private let c: Float
  private let systolic: Bool

  init(_ a: Anatomy, contraction: Double, systolic: Bool) {
    self.a = a
    lv = VentricleState(a, contraction: contraction)
    c = Float(contraction)
    self.systolic = systolic
    rv = (
      Float(a.rvDepth * (1 - a.rvSqueeze * contraction)), Float(a.rvWall * (1 + 0.35 * a.rvSqueeze * contraction)),
      Float(1.18 - 0.12 * a.rvSqueeze * contraction), Float(1.25 * lv.base)
    )
    // Atria fill while the ventricles empty.
    let fill = 0.86 + 0.14 * contraction
    la = (Float(a.la * 1.25 * fill), Float(a.la * fill), Float(a.la * 1.15 * fill))
    ra = (Float(a.ra * 1.3 * fill), Float(a.ra * fill), Float(a.ra * 1.1 * fill))
  }

  /// A square bound beyond which there is no heart, mm from the axis and along it.
  static func bound(_ a: Anatomy) -> (radius: Float, top: Float, bottom: Float) {
    let radius = a.radius + a.wall + a.septalExtra + a.rvDepth + a.rvWall + a.fluid + 12
    return (Float(max(radius, 75)), -72, Float(a.length + a.fluid + 6))
  }

  @inline(__always)
  private static func ball(_ du: Float, _ ds: Float, _ dp: Float, _ r: (Float, Float, Float)) -> Float {
    let (x, y, z) = (du / r.0, ds / r.1, dp / r.2)
    return (x * x + y * y + z * z).squareRoot()
  }

  func tissue(u: Float, s: Float, p: Float) -> Tissue {
    let base = Float(lv.base)
    let rho = (s * s + p * p).squareRoot()
    let level = (u - base) / Float(lv.length)
    var outer: Float = 0
    if u > base - 1, level < 1 {
      let angle = fastAngle(p, s)
      let radii = lv.radii(level: level, angle: angle)
      outer = radii.outer
      if rho < radii.inner { return cavity(u, s, p, rho, level, angle, radii.inner) }
      if rho < radii.outer { return .muscle }
    } else if u >= base {
      outer = 0
    }
    if u > rv.base - 2, let tissue = rightVentricle(u, s, p, rho, outer, level) { return tissue }
    if u < base + 4, let tissue = above(u, s, p, base) { return tissue }
    return around(u, s, p, rho, outer, level)
  }

  /// Inside the left ventricular cavity: papillary muscles, trabeculae, thrombus, leaflets, jets.
  private func cavity(
    _ u: Float, _ s: Float, _ p: Float, _ rho: Float, _ level: Float, _ angle: Float, _ inner: Float
  ) -> Tissue {
    if level > 0.28, level < 0.68 {
      for centre in [Float(2.1), -2.3] {
        let (ps, pp) = (0.66 * inner * cosf(centre), 0.66 * inner * sinf(centre))
        if (s - ps) * (s - ps) + (p - pp) * (p - pp) < (3.4 + 0.08 * inner) * 2.6 { return .muscle }
      }
    }
    if a.trabeculae > 0, level > 0.3, rho > inner - Float(a.trabeculae) {
      let pattern = sinf(angle * 13) * sinf(u * 0.62) + 0.7 * sinf(angle * 7 + u * 0.3)
      if pattern > 0.05, fabsf(angle) > 0.9 { return .muscle }
    }
    if a.thrombus > 0 {
      let size = Float(a.thrombus)
      let centre = Float(a.length) - 0.8 * Float(a.wall) - size * 1.1
      if Self.ball(u - centre, s - 4, p - 3, (size, size * 0.85, size * 0.85)) < 1 { return .mass }
    }
    let depth = u - Float(lv.base)
    if depth < 26, fabsf(p - s) < 18 {
      // Along q the leaflets swing: from the aortic side (+) to the back (-).
      let q = (s + p) * 0.707
      let r = Float(a.radius) * 0.8
      if systolic {
        if a.systolicLeaflet > 0, fabsf(q - (r * 0.5 + depth * 0.45)) < 2.2, depth < 20 { return .leaflet }
        if depth < 2.4 { return .leaflet }
      } else {
        if fabsf(q - (r * 0.75 - depth * 0.25)) < 1.3, depth < 22 { return .leaflet }
        if fabsf(q + (r * 0.85 - depth * 0.2)) < 1.3, depth < 14 { return .leaflet }
      }
    }
    return .blood
  }

  private func rightVentricle(
    _ u: Float, _ s: Float, _ p: Float, _ rho: Float, _ outer: Float, _ level: Float
  ) -> Tissue? {
    let v = (u - rv.base) / (Float(a.length) * 0.92 - rv.base)
    guard v < 1, v > -0.1, s > -4 else { return nil }
    let taper = max(1 - powf(max(v, 0), 2.2), 0).squareRoot()
    let septum = Float(a.radius + a.wall + a.septalExtra)
    let centre = septum * 0.25 * taper
    let halfS = (septum * 0.72 + rv.depth) * taper
    let halfP = septum * rv.height * (0.72 + 0.28 * taper) * taper
    guard halfS > 1, halfP > 1 else { return nil }
    let (x, y) = ((s - centre) / halfS, (p - 2) / halfP)
    let inside = (x * x + y * y).squareRoot()
    if inside < 1, s > 0, rho > outer {
      if v > 0.55, sinf(u * 0.8) * sinf(p * 0.7) > 0.72 { return .muscle }
      return .blood
    }
    let (xw, yw) = ((s - centre) / (halfS + rv.wall), (p - 2) / (halfP + rv.wall))
    return xw * xw + yw * yw < 1 ? .muscle : nil
  }

  /// Above the valve plane: great vessels and atria.
  private func above(_ u: Float, _ s: Float, _ p: Float, _ base: Float) -> Tissue? {
    let up = base - u
    let aorta = Float(a.aorta)
    // Aorta: from between the ventricles up and a little right.
    let (ds, dp) = (s - 8 - up * 0.12, p - 13 - up * 0.1)
    let fromAorta = (ds * ds + dp * dp).squareRoot()
    if up < 70, fromAorta < aorta + 1.6 {
      if fromAorta > aorta { return .muscle }
      if a.stenosis > 0, up < 5, fromAorta > aorta * 0.28 { return .leaflet }
      if a.stenosis > 0, systolic, up < 34, fromAorta < aorta * (0.3 + up * 0.012) { return .jet }
      if up < 2, !systolic { return .leaflet }
      return .blood
    }
    let pulmonary = Float(a.pulmonary)
    let (es, ep) = (s - 24 + up * 0.5, p - 30 - up * 0.05)
    let fromPulmonary = (es * es + ep * ep).squareRoot()
    if up < 62, fromPulmonary < pulmonary + 1.4 { return fromPulmonary > pulmonary ? .muscle : .blood }

    let laCentre = base - la.0 - 1
    let fromLA = Self.ball(u - laCentre, s + 5, p + 4, la)
    let raSide = Float(a.la + a.ra) * 0.92 - 2
    let fromRA = Self.ball(u - (rv.base - ra.0 - 2), s - raSide, p + 2, ra)
    if fromLA < 1 { return leftAtrium(u, s, p, base, laCentre) }
    if fromRA < 1 { return .blood }
    if a.septalGap > 0, s > -5, s < raSide, fabsf(p + 3) < Float(a.septalGap) * 0.6,
      fabsf(u - laCentre) < Float(a.septalGap) * 0.6
    {
      return .blood
    }
    if fromLA < 1 + 2.2 / la.1 || fromRA < 1 + 2 / ra.1 { return .muscle }
    return nil
  }

  private func leftAtrium(_ u: Float, _ s: Float, _ p: Float, _ base: Float, _ centre: Float) -> Tissue {
    if a.myxoma > 0 {
      let size = Float(a.myxoma)
      // On its stalk it falls towards the valve in diastole.
      let at = centre + (systolic ? 2 : la.0 * 0.55)
      if Self.ball(u - at, s - 3, p + 4, (size, size * 0.8, size * 0.8)) < 1 { return .mass }
    }
    if a.regurgitation > 0, systolic {
      let up = base - u
      let (ds, dp) = (s + 4 + up * 0.25, p + 4 + up * 0.15)
      if up < la.0 * 1.7, ds * ds + dp * dp < (3 + up * 0.16) * (3 + up * 0.16) * 2 { return .jet }
    }
    return .blood
  }

  /// The pericardium: fluid where there is some, a thin seam of fat otherwise.
  private func around(_ u: Float, _ s: Float, _ p: Float, _ rho: Float, _ outer: Float, _ level: Float) -> Tissue {
    let fluid = Float(a.fluid)
    guard level > -0.12 else { return .none }
    let v = min(max((u - rv.base) / (Float(a.length) * 0.92 - rv.base), 0), 1)
    let taper = max(1 - powf(v, 2.2), 0).squareRoot()
    let septum = Float(a.radius + a.wall + a.septalExtra)
    let layer = fluid > 0 ? fluid : Float(a.fat) * (0.5 + 0.8 * sinf(0.09 * u + 0.11 * p - 0.05 * s))
    let (hs, hp) = ((septum * 0.72 + rv.depth) * taper + rv.wall + layer, septum * rv.height * taper + rv.wall + layer)
    let (x, y) = ((s - septum * 0.25 * taper) / hs, (p - 2) / hp)
    let beyondApex = u - Float(a.length)
    let nearLeft = beyondApex < 0 ? rho < outer + layer : rho * rho + beyondApex * beyondApex * 4 < layer * layer * 4
    let nearRight = s > -4 && v < 1 && x * x + y * y < 1
    guard nearLeft || nearRight else { return .none }
    return fluid > 0 ? .fluid : .fat
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
