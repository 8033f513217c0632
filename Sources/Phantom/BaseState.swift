import Glibc

/// What lies at and above the valves at one moment: atria, septum between them, great vessels, leaflets, jets.
struct BaseState {
  /// Direction from the back leaflet to the aortic root in the (s, p) plane.
  static let aorticAngle = 0.76
  static let ca = Float(cos(aorticAngle))
  static let sa = Float(sin(aorticAngle))

  let valve: Float
  let rightValve: Float
  let leftAtrium: Ellipsoid
  let rightAtrium: Ellipsoid
  let septum: Float
  let auricles: (Ellipsoid, Ellipsoid)
  let aorta: (Tube, Tube, Tube)
  let outflow: (Tube, Tube, Tube)
  let veins: (Tube, Tube, Tube, Tube)
  let fatty: Float
  let gap: Float
  let lipoma: (Ellipsoid, Ellipsoid)
  let leaflets: Leaflets
  let aorticRadius: Float
  let aorticCentre: SIMD2<Float>

  /// Mitral, tricuspid and aortic leaflets and the jets through them.
  struct Leaflets {
    var frontTip: SIMD2<Float>
    var front: SIMD2<Float>
    var backTip: SIMD2<Float>
    var back: SIMD2<Float>
    var width: Float
    var rightOpening: Float
    var rightFrom: Float
    var rightTo: Float
    var aorticOpen: Float
    var stenosis: Float
    var mitralJet: Float
    var aorticJet: Float
    var tricuspidJet: Float
    var tractJet: Float
    var metalAortic: Bool
    var metalMitral: Bool
  }

  init(_ a: Anatomy, _ shape: HeartShape, _ beat: HeartBeat, _ time: Double, head: Point) {
    valve = Float(shape.base)
    rightValve = Float(shape.rightBase)
    let size = cbrt(a.bodySurface / 1.88)
    // Atria are fullest at end-systole; their roofs stay where they are while the valves come down.
    let kick = 1 - 0.07 * beat.atrialKick(time) * (1 - shape.contraction)
    func atrium(_ index: Double) -> Double { cbrt(3 * index * a.bodySurface * 1000 / (4 * .pi)) }
    let kl = atrium(a.leftAtriumIndex)
    let roof = a.descent - 2 * 0.95 * 1.12 * kl
    let ul = (shape.base - roof) / (2 * 0.95)
    let s = -3.0 * size
    leftAtrium = Ellipsoid(
      centre: Point(Float(shape.base - 0.95 * ul), Float(s), Float(-7 * size)),
      axes: Point(Float(ul), Float(0.93 * kl * kick), Float(0.96 * kl * kick)))
    let kr = atrium(a.rightAtriumIndex)
    let lowest = 6 + a.descent * (0.6 + 1.2 * a.rightSqueeze)
    let roofRight = lowest - 2 * 0.95 * 1.1 * kr
    let ur = (shape.rightBase - roofRight) / (2 * 0.95)
    let edge = s + 0.93 * kl
    septum = Float(edge - 2.5)
    rightAtrium = Ellipsoid(
      centre: Point(Float(shape.rightBase - 0.95 * ur), Float(edge - 5 + 0.93 * kr), Float(-5 * size)),
      axes: Point(Float(ur), Float(0.93 * kr * kick), Float(0.98 * kr * kick)))

    let (la, ra) = (leftAtrium, rightAtrium)
    auricles = (
      Ellipsoid(centre: la.centre + la.axes * Point(0.55, -0.72, 0.72), axes: Point(9, 9, 13)),
      Ellipsoid(centre: ra.centre + ra.axes * Point(0.4, 0.3, 0.9), axes: Point(11, 13, 13))
    )
    let b = Float(shape.base)
    let root = Float(a.radius * 0.56 + a.override)
    let wide = Float(a.aorta / 2)
    aorticRadius = min(wide * 0.8, Float(a.radius) * 0.6)
    aorticCentre = SIMD2(root * Self.ca, root * Self.sa)
    let start = Point(b + 3, aorticCentre.x, aorticCentre.y)
    let sinus = start + Point(-17, 3, 3)
    let junction = sinus + Point(-22, 2, 9)
    let far = junction + 60 * head
    aorta = (
      Tube(start, sinus, aorticRadius, wide * 1.03), Tube(sinus, junction, wide * 1.03, wide * 0.97),
      Tube(junction, far, wide * 0.97, wide * 0.9)
    )
    let rp = Float(a.pulmonary / 2)
    let broad = Float(a.outflow * (1 - 0.18 * shape.contraction))
    let tract = Point(Float(shape.rightBase) + 14, 34 + max(0, Float(a.rightDepth - 26)) * 0.4, 24)
    // The pulmonary trunk passes in front of the aorta, whatever the size of both.
    let front = aorticCentre.y + max(wide, 14) + max(rp, 11) + 4
    let annulus = Point(-12 + 0.5 * b, 16, front)
    let trunk = Point(-40, -8, front + 4)
    outflow = (
      Tube(tract, annulus, 13 * broad, 11.5 * broad), Tube(annulus, trunk, rp, rp),
      Tube(trunk, trunk + Point(-18, -30, -16), rp, rp * 0.75)
    )
    let backWall = Float(roof)
    veins = (
      Tube(Point(backWall + 12, -14, -12), Point(backWall - 8, -46, -14), 6, 5),
      Tube(Point(backWall + 12, 4, -20), Point(backWall - 14, 24, -42), 6, 5),
      Tube(rightAtrium.centre, rightAtrium.centre + Float(kr + 55) * head, 10, 9),
      Tube(rightAtrium.centre, rightAtrium.centre - Float(kr + 38) * head, 11, 11)
    )
    fatty = Float(1.5 + a.fat * 0.6)
    gap = Float(a.atrialGap / 2)
    // Fat in the septum between the atria, on both sides of the thin oval fossa.
    let thick = Float(a.atrialFat / 2)
    let middle = leftAtrium.centre.x
    let reach = leftAtrium.axes.x
    lipoma = (
      Ellipsoid(centre: Point(middle - 0.72 * reach, septum, -6), axes: Point(0.5 * reach, max(thick, 0.1), 15)),
      Ellipsoid(centre: Point(middle + 0.62 * reach, septum, -6), axes: Point(0.34 * reach, max(thick * 0.85, 0.1), 14))
    )
    let ejection = beat.ejection(time)
    let r = Float(a.radius * (1 - 0.25 * a.squeeze * shape.contraction))
    let open = Float(beat.mitralOpening(time))
    let closed = SIMD2<Float>(-0.22 * r, 4.5)
    func mix(_ x: SIMD2<Float>, _ y: SIMD2<Float>, _ f: Float) -> SIMD2<Float> { x + (y - x) * f }
    var frontTip = mix(closed, SIMD2(0.5 * r, 21), open)
    if a.systolicLeaflet > 0 {
      frontTip = mix(frontTip, SIMD2(0.86 * r, 17), Float(min(1, 1.4 * ejection) * a.systolicLeaflet))
    }
    leaflets = Leaflets(
      frontTip: frontTip, front: SIMD2(0.22 * r, 0), backTip: mix(closed, SIMD2(-0.7 * r, 13), open),
      back: SIMD2(-0.9 * r, 0), width: 0.72 * r, rightOpening: open,
      rightFrom: septum + 6, rightTo: rightAtrium.centre.y + 0.8 * rightAtrium.axes.y,
      aorticOpen: Float(ejection), stenosis: Float(a.stenosis),
      mitralJet: Float(a.regurgitation * min(1, ejection * 1.5)), aorticJet: Float(a.stenosis > 0.5 ? ejection : 0),
      tricuspidJet: Float(a.tricuspidJet * ejection), tractJet: Float(a.systolicLeaflet * ejection),
      metalAortic: a.prosthesis == .aortic, metalMitral: a.prosthesis == .mitral)
  }

  /// Atria and vessels: what the ventricles are drawn over.
  @inline(__always)
  func paintBehind<P: Painter>(_ u: Float, _ s: Float, _ p: Float, _ painter: inout P) {
    if s < -75 || s > 110 || p < -95 || p > 110 { return }
    let x = Point(u, s, p)
    // Auricles, and walls that are no ellipsoids.
    let wave = 1.6 * sinf(0.13 * s + 0.09 * p) * sinf(0.12 * u + 0.1 * p)
    let la = min(leftAtrium.distance(x), auricles.0.distance(x)) + wave
    let ra = min(rightAtrium.distance(x), auricles.1.distance(x)) - wave
    let below = u - valve
    let belowRight = u - rightValve
    if la < 12 || ra < 12 {
      painter.paint(.fat, max(min(la, ra) - fatty - 2, below - 6))
    }
    let v = min(min(veins.0.distance(x), veins.1.distance(x)), min(veins.2.distance(x), veins.3.distance(x)))
    painter.paint(.vesselWall, v - 1.2)
    painter.paint(.vein, v)
    if la < 6 || ra < 6 {
      painter.paint(.atrialWall, max(min(la, ra) - 2, below - 2))
      painter.paint(.rightAtrium, max(max(ra, belowRight), septum + 1.2 - s))
      painter.paint(.leftAtrium, max(max(la, below), s - septum + 1.2))
      if lipoma.0.axes.y > 2, abs(s - septum) < 18 {
        let inside = max(min(la, ra) - 3, below)
        painter.paint(.atrialFat, max(lipoma.0.distance(x), inside))
        painter.paint(.atrialFat, max(lipoma.1.distance(x), inside))
      }
      if gap > 0 {
        let (du, dp) = (u - leftAtrium.centre.x, p + 6)
        painter.paint(.leftAtrium, max((du * du + dp * dp).squareRoot() - gap, abs(s - septum) - 5))
      }
    }
    if p > 0 || u < -20 {
      let o = outflow.0.distance(x)
      painter.paint(.rightWall, o - 2.4)
      painter.paint(.rightBlood, o)
      let t = min(outflow.1.distance(x), outflow.2.distance(x))
      painter.paint(.vesselWall, t - 1.5)
      painter.paint(.pulmonary, t)
      let d = min(min(aorta.0.distance(x), aorta.1.distance(x)), aorta.2.distance(x))
      painter.paint(.vesselWall, max(d - 1.7, below - 3))
      painter.paint(.aorta, max(d, below - 1))
    }
  }

  /// Leaflets, jets and prostheses, over everything.
  @inline(__always)
  func paintValves<P: Painter>(_ u: Float, _ s: Float, _ p: Float, _ painter: inout P) {
    let depth = u - valve
    let q = s * Self.ca + p * Self.sa
    let w = p * Self.ca - s * Self.sa
    if abs(w) < leaflets.width + 6, abs(q) < leaflets.width * 1.7, depth > -60 {
      mitral(depth, q, w, &painter)
    }
    let (ds, dp) = (s - aorticCentre.x, p - aorticCentre.y)
    let fromAorta = (ds * ds + dp * dp).squareRoot()
    if depth < 8, depth > -60, fromAorta < aorticRadius + 8 { aortic(depth, fromAorta, &painter) }
    // Tricuspid leaflets: two flaps that hang into the right ventricle when open.
    let right = u - rightValve
    if right > -45, right < 18, s > leaflets.rightFrom, abs(p + 3) < 17 {
      let (a, b) = (leaflets.rightFrom, leaflets.rightTo)
      let middle = 0.5 * (a + b)
      let swing = leaflets.rightOpening
      let x = SIMD2(s, right)
      let d = min(
        segment(x, SIMD2(a, 0), SIMD2(middle + (a + 4 - middle) * swing, 2 + 12 * swing)),
        segment(x, SIMD2(b, 0), SIMD2(middle + (b - 5 - middle) * swing, 2 + 12 * swing)))
      painter.paint(.leaflet, max(d - 0.8, abs(p + 3) - 15))
      if leaflets.tricuspidJet > 0.2, right < 3 {
        let across = ((s - middle) * (s - middle) + (p + 3) * (p + 3)).squareRoot()
        painter.paint(
          .jet, max(across - (2 - 0.12 * right) * leaflets.tricuspidJet, -right - 34 * leaflets.tricuspidJet))
      }
    }
  }

  @inline(__always)
  private func mitral<P: Painter>(_ depth: Float, _ q: Float, _ w: Float, _ painter: inout P) {
    let l = leaflets
    if l.metalMitral {
      let across = ((q + 4) * (q + 4) + w * w).squareRoot()
      let ring = ((across - 13) * (across - 13) + depth * depth).squareRoot()
      painter.paint(.metal, ring - 5)
      painter.paint(.metal, max(abs(depth - 2) - 1.8, across - 12))
      return
    }
    if depth > -4 {
      let x = SIMD2(q, depth)
      let whole = max(1 - w * w / (l.width * l.width), 0).squareRoot()
      let d = min(
        segment(x, l.front, l.front + (l.frontTip - l.front) * whole),
        segment(x, l.back, l.back + (l.backTip - l.back) * whole))
      painter.paint(.leaflet, max(d - 0.95, abs(w) - l.width))
      if l.tractJet > 0.2, depth < 22 {
        painter.paint(.jet, max(max(abs(q - 0.85 * l.width - 0.1 * depth) - 3.5 * l.tractJet, abs(w) - 9), -depth - 4))
      }
    }
    if l.mitralJet > 0.15, depth < 5 {
      // Along the back wall of the atrium, wider as it goes.
      let up = -depth
      let (dq, dw) = (q + 0.22 * l.width + 0.22 * max(up, 0), w)
      let across = (dq * dq + dw * dw).squareRoot()
      painter.paint(.jet, max(across - (3 + 0.17 * max(up, 0)) * (0.4 + 0.7 * l.mitralJet), up - 50 * l.mitralJet))
    }
  }

  @inline(__always)
  private func aortic<P: Painter>(_ depth: Float, _ across: Float, _ painter: inout P) {
    let l = leaflets
    let up = -depth - 2
    if l.metalAortic {
      let ring = ((across - aorticRadius) * (across - aorticRadius) + up * up).squareRoot()
      painter.paint(.metal, ring - 4.5)
      painter.paint(.metal, max(abs(up) - 1.6, across - aorticRadius))
      return
    }
    if l.stenosis > 0.15 {
      // Thick cusps that dome and hardly part.
      let dome = up - 2 - 5 * l.aorticOpen * (1 - across / aorticRadius)
      let cusp = max(abs(dome) - (0.8 + 1.6 * l.stenosis), across - aorticRadius)
      let opening = l.aorticOpen * (aorticRadius * (1 - l.stenosis) + 2)
      painter.paint(.leaflet, max(cusp, opening - across))
      if l.aorticJet > 0.2 {
        painter.paint(.jet, max(max(across - 3.2 - 0.1 * up, up - 42), -up))
      }
    } else {
      let opening = l.aorticOpen * aorticRadius * 0.9
      painter.paint(.leaflet, max(max(abs(up - 2) - 0.7, across - aorticRadius), opening - across))
    }
  }
}
