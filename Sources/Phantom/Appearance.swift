import Cine
import Glibc

/// How bright everything is in this scan. Wider than life on purpose: what is learned then has a chance on real scans
/// (Billot et al. 2023, SynthSeg). Half of all scans look like the usual ones.
struct Appearance {
  /// By `Tissue.rawValue`; blood is 1 at most. Fat may be negative: out of phase with water.
  let signals: [Float]
  let blood: Float
  let muscle: Float
  let fat: Float
  /// Standard deviation of the noise.
  let noise: Float
  let gain: Float
  /// How much brighter and darker blood is as it swirls.
  let swirl: Float
  let coils: [Coil]
  let mask: Mask
  /// Width of the point spread beyond a pixel, by row and column, 0 to 1.
  let blur: (rows: Float, columns: Float)
  let band: Band?

  /// A receiver near the skin; place in mm from the heart, patient directions.
  struct Coil {
    var at: SIMD3<Float>
    var strength: Float
    var range: Float
  }

  enum Mask { case none, circle(Float), waisted(Float) }

  /// A dark stripe where the field is off resonance, beyond the heart.
  struct Band {
    var direction: SIMD3<Float>
    var at: Float
    var width: Float
  }

  init(_ r: inout Random) {
    func f(_ low: Double, _ high: Double) -> Float { Float(r.uniform(low, high)) }
    let usual = r.chance(0.5)
    blood = usual ? f(0.65, 1) : f(0.25, 1)
    muscle = blood * (usual ? f(0.22, 0.45) : f(0.12, 0.6))
    let opposed = r.chance(0.55)
    fat = (usual ? f(0.5, 1.2) : f(0.3, 1.6)) * (opposed ? -1 : 1)
    let right = blood * f(0.88, 1.08)
    var table = [Float](repeating: 0, count: 32)
    func set(_ t: Tissue, _ x: Float) { table[Int(t.rawValue)] = x }
    set(.leftBlood, blood)
    set(.rightBlood, right)
    set(.leftAtrium, blood * f(0.85, 1.08))
    set(.rightAtrium, right * f(0.88, 1.08))
    set(.aorta, blood * f(0.8, 1.1))
    set(.pulmonary, right * f(0.75, 1.08))
    set(.vein, right * f(0.7, 1.1))
    set(.leftWall, muscle)
    set(.rightWall, muscle * f(0.95, 1.15))
    set(.papillary, muscle * f(0.9, 1.1))
    set(.trabecula, muscle * f(1, 1.3))
    set(.rightTrabecula, table[Int(Tissue.rightWall.rawValue)])
    set(.atrialWall, muscle * f(0.8, 1.1))
    set(.vesselWall, muscle * f(0.6, 1.1))
    set(.leaflet, muscle * f(0.4, 1))
    set(.pericardium, muscle * f(0.2, 0.8))
    set(.fluid, blood * f(0.95, 1.5))
    set(.fat, fat)
    set(.atrialFat, fat * f(0.9, 1.1))
    set(.thrombus, muscle * f(0.45, 1.05))
    set(.myxoma, muscle * f(0.9, 1.5))
    set(.metal, 0.01)
    set(.jet, blood * f(0.08, 0.3))
    signals = table
    noise = blood * f(0.006, 0.04)
    gain = f(250, 1500)
    swirl = f(0, 0.07)
    let glare = r.chance(0.35)
    let sharp = glare ? f(3, 8) : f(0.2, 2.5)
    coils = [
      Coil(at: [f(-60, 60), f(-150, -75), f(-60, 60)], strength: f(0.6, 1.4), range: f(60, 170)),
      Coil(at: [f(-140, 100), f(-130, -60), f(-90, 90)], strength: f(0, 1) * sharp, range: f(35, 130)),
      Coil(at: [f(-80, 80), f(90, 150), f(-60, 60)], strength: f(0, 1.4), range: f(70, 200)),
    ]
    let kind = r.unit()
    mask = kind < 0.6 ? .none : kind < 0.8 ? .circle(f(0.9, 1.05)) : .waisted(f(0.04, 0.14))
    blur = (f(0.1, 0.8), f(0.1, 0.8))
    let angle = r.uniform(0, 2 * .pi)
    let banded = r.chance(0.2)
    let at = f(75, 130)
    let width = f(5, 14)
    band = banded ? Band(direction: [Float(cos(angle)), Float(sin(angle)), 0.3], at: at, width: width) : nil
  }

  /// Sensitivity of the coils at a place, mm from the heart; 1 at the heart.
  func shading(_ x: SIMD3<Float>) -> Float {
    func sum(_ x: SIMD3<Float>) -> Float {
      coils.reduce(0.12) { total, coil in
        let d = x - coil.at
        return total + coil.strength / (1 + (d * d).sum() / (coil.range * coil.range))
      }
    }
    var value = sum(x) / sum(.zero)
    if let band {
      let d = ((x * band.direction).sum() - band.at) / band.width
      value *= 1 - 0.85 * expf(-d * d)
    }
    return value
  }
}
