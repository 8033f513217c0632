import Glibc

/// Masses and holes at one moment.
struct ThingState {
  let thrombus: Ellipsoid?
  let myxoma: Ellipsoid?
  let gap: Tube?
  let gapJet: Float

  init(_ a: Anatomy, _ shape: HeartShape, _ beat: HeartBeat, _ time: Double) {
    let t = Float(a.thrombus)
    if t > 0 {
      // On the wall of the apex.
      thrombus = Ellipsoid(
        centre: Point(Float(shape.cavityEnd) - 0.75 * t, 0.2 * t, 0.25 * t), axes: Point(1.1 * t, 0.85 * t, 0.9 * t))
    } else {
      thrombus = nil
    }
    let m = Float(a.myxoma)
    if m > 0 {
      // On its stalk at the septum it falls towards the valve in diastole.
      let kl = Float(cbrt(3 * a.leftAtriumIndex * a.bodySurface * 1000 / (4 * .pi)))
      let open = Float(beat.mitralOpening(time))
      myxoma = Ellipsoid(
        centre: Point(Float(shape.base) - 0.95 * kl * (1 - 0.62 * open), 0.93 * kl - 3 - 0.95 * m - 4 * open, -6),
        axes: Point(1.15 * m, 0.85 * m, 0.9 * m))
    } else {
      myxoma = nil
    }
    if a.ventricularGap > 0 {
      let u = Float(shape.base + a.ventricularGapLevel * (shape.cavityEnd - shape.base))
      let r = Float(a.radius)
      gap = Tube(
        Point(u, 0.85 * r, 0.3 * r), Point(u, 1.25 * r + Float(a.wall + a.septalExtra), 0.42 * r),
        Float(a.ventricularGap / 2), Float(a.ventricularGap / 2))
      gapJet = Float(beat.ejection(time))
    } else {
      gap = nil
      gapJet = 0
    }
  }

  @inline(__always)
  func paint<P: Painter>(_ u: Float, _ s: Float, _ p: Float, _ painter: inout P) {
    let x = Point(u, s, p)
    if let thrombus, u > 20 { painter.paint(.thrombus, thrombus.distance(x)) }
    if let myxoma, u < 30 { painter.paint(.myxoma, myxoma.distance(x)) }
    if let gap, u > -10, s > 0 {
      let d = gap.distance(x)
      painter.paint(.rightBlood, d)
      if gapJet > 0.3 {
        let along = dot(x - gap.from, gap.way) * gap.inverse
        painter.paint(.jet, max(d + 1.6, 0.6 - along))
      }
    }
  }
}
