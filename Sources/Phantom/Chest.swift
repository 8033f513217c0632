import Glibc

/// Everything around the heart, and how bright each tissue is in this scan. Wider than life on purpose: what is learned
/// then has a chance on real scans (Billot et al. 2023, SynthSeg).
struct Chest {
  /// Brightness by tissue, blood near 1 at most.
  let blood: Float
  let muscle: Float
  let fat: Float
  let fluid: Float
  let mass: Float
  let leaflet: Float
  private let lung: Float
  private let liver: Float
  private let body: (x: Float, y: Float, rim: Float)
  private let shift: Vector
  private let organs: [(at: Vector, brightness: Float)]
  private let vessels: Float

  struct Vector {
    var x: Float
    var y: Float
    var z: Float
  }

  init(_ r: inout Random) {
    func f(_ low: Double, _ high: Double) -> Float { Float(r.uniform(low, high)) }
    blood = f(0.35, 1)
    muscle = blood * f(0.14, 0.58)
    fat = f(0.3, 1.5)
    fluid = blood * f(0.85, 1.5)
    mass = muscle * f(0.8, 1.5)
    leaflet = muscle * f(0.4, 1)
    lung = f(0.02, 0.12)
    liver = f(0.1, 0.6)
    body = (f(145, 190), f(95, 130), f(6, 34))
    shift = Vector(x: f(-45, -25), y: f(5, 25), z: f(-10, 10))
    vessels = f(0.1, 0.5)
    organs = (0..<26).map { _ in
      (Vector(x: f(-150, 120), y: f(-100, 110), z: f(-130, 130)), f(0.03, 0.8))
    }
  }

  /// Brightness at a point, mm from the mitral valve in patient directions.
  func brightness(_ x: Float, _ y: Float, _ z: Float) -> Float {
    let (bx, by) = (x - shift.x, y - shift.y)
    // Gentle waves keep the outlines from being ellipses.
    let wave = 1 + 0.05 * sinf(0.02 * z + 0.03 * x) + 0.03 * sinf(0.05 * y)
    let outside = (bx * bx / (body.x * body.x) + by * by / (body.y * body.y)).squareRoot() * wave
    if outside > 1 { return 0 }
    if outside > 1 - body.rim / body.x { return fat }
    if outside > 1 - (body.rim + 9) / body.x { return muscle }
    func inside(_ cx: Float, _ cy: Float, _ cz: Float, _ rx: Float, _ ry: Float, _ rz: Float) -> Bool {
      let (dx, dy, dz) = ((x - cx) / rx, (y - cy) / ry, (z - cz - shift.z) / rz)
      return (dx * dx + dy * dy + dz * dz) * wave < 1
    }
    if inside(-75, -5, -120, 105, 85, 78) { return liver }
    if inside(65, -10, -112, 55, 55, 50) { return liver * 1.3 }
    if inside(-110, 15, 25, 64, 78, 135) || inside(92, 30, 25, 58, 74, 140) {
      let vessel = sinf(x * 0.21 + y * 0.13) * sinf(y * 0.19 - z * 0.17) * sinf(z * 0.23 + x * 0.11)
      return vessel > 0.62 ? vessels : lung
    }
    let (sx, sy) = (x + 38, y - 82)
    if sx * sx + sy * sy < 21 * 21 { return liver * 0.8 }
    let (ax, ay) = (x + 12, y - 62)
    if ax * ax + ay * ay < 11.5 * 11.5 { return blood }
    var nearest = Float.infinity
    var found: Float = 0
    let (wx, wy) = (x + 9 * sinf(y * 0.06), y + 9 * sinf(z * 0.07))
    for organ in organs {
      let (dx, dy, dz) = (wx - organ.at.x, wy - organ.at.y, z - organ.at.z)
      let d = dx * dx + dy * dy + dz * dz
      if d < nearest {
        nearest = d
        found = organ.brightness
      }
    }
    return found
  }

  @inline(__always)
  func brightness(of tissue: Tissue) -> Float {
    switch tissue {
    case .none: 0
    case .blood: blood
    case .muscle: muscle
    case .fat: fat
    case .fluid: fluid
    case .mass: mass
    case .leaflet: leaflet
    case .jet: blood * 0.25
    }
  }
}
