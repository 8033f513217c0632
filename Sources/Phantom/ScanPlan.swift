import Cine
import Glibc

/// How much of a study is made.
public enum ScanPlan: Sendable {
  /// A stack of nine to thirteen slices and three long axes, as a scanner writes them.
  case full
  /// The same hearts and scanners, but only what a model is fed: every second slice, coarser pixels, a smaller field.
  case training
  /// Small enough to be bundled.
  case demonstration
}

/// The heart's place in the patient and the planes through it.
struct Scan {
  let origin: Vector3
  /// Long axis, towards the septum, towards the front: the heart's own directions in the patient.
  let axis: Vector3
  let septal: Vector3
  let front: Vector3
  let phases: Int
  let thickness: Double
  let planes: [Plane]

  struct Plane {
    let view: View
    let geometry: Geometry
    let size: Int
    let description: String
  }

  init(_ plan: ScanPlan, _ a: Anatomy, _ r: inout Random) {
    origin = Vector3(r.uniform(0, 50), r.uniform(-40, 20), r.uniform(-60, 60))
    let axis = Vector3(r.normal(0.66, 0.09), r.normal(-0.55, 0.09), r.normal(-0.5, 0.1)).normalized
    let towards = Vector3(r.normal(-0.55, 0.06), r.normal(-0.75, 0.06), r.normal(0.05, 0.08))
    let septal = (towards - axis.dot(towards) * axis).normalized
    var front = axis.cross(septal)
    if front.z < 0 { front = -front }
    self.axis = axis
    self.septal = septal
    self.front = front

    let coarse = plan != .full
    phases = plan == .training ? 16 : plan == .demonstration ? 20 : r.pick([20, 25, 25, 30])
    thickness = r.pick([6.0, 8, 8, 8, 10])
    let pitch = plan == .full ? r.uniform(1.25, 1.9) : plan == .training ? r.uniform(1.9, 2.4) : 2
    let field = plan == .full ? r.uniform(290, 380) : plan == .training ? r.uniform(190, 230) : 230
    let size = Int(field / pitch) / 2 * 2
    let spacing = plan == .training ? 2 * thickness : thickness + r.pick([0.0, 0, 1, 2])
    let first = r.uniform(-14, -4) + (coarse && plan == .training ? thickness : 0)
    let last = plan == .training ? a.length - thickness : a.length + 6
    let count = max(3, Int(((last - first) / spacing).rounded(.up)))
    let turn = r.normal(0, 0.35)
    let middle = Self.mix(axis, septal, front, (0.42 * a.length, 8, 0))
    let names = Self.descriptions(&r)

    var planes: [Plane] = []
    for i in 0..<count {
      let across = (-cos(turn)) * septal + sin(turn) * front
      let down = (-cos(turn)) * front - sin(turn) * septal
      let jitter = Vector3(r.normal(0, 1), r.normal(0, 1), r.normal(0, 1))
      let centre = origin + (first + Double(i) * spacing) * axis + 8 * septal + jitter
      let off = r.normal(0, 4)
      planes.append(
        Plane(
          view: .shortAxis,
          geometry: Self.geometry(centre + off * across, across, down, pitch, size, grid: origin), size: size,
          description: names.0))
    }
    for (view, angle, name) in [(View.twoChamber, 1.57, names.1), (.threeChamber, 0.62, names.2), (.fourChamber, -0.12, names.3)] {
      let tilt = angle + r.normal(0, 0.08)
      let side = cos(tilt) * septal + sin(tilt) * front
      let lean = r.normal(0, 0.3)
      // Apex up, septum to the left, as most sites show it.
      let across = (-cos(lean)) * side + sin(lean) * axis
      let down = (-cos(lean)) * axis - sin(lean) * side
      let jitter = Vector3(r.normal(0, 1.5), r.normal(0, 1.5), r.normal(0, 1.5))
      planes.append(
        Plane(
          view: view, geometry: Self.geometry(origin + middle + jitter, across, down, pitch, size, grid: origin),
          size: size, description: name))
    }
    self.planes = planes
  }

  private static func mix(_ a: Vector3, _ s: Vector3, _ p: Vector3, _ k: (Double, Double, Double)) -> Vector3 {
    k.0 * a + k.1 * s + k.2 * p
  }

  private static func geometry(
    _ centre: Vector3, _ across: Vector3, _ down: Vector3, _ pitch: Double, _ size: Int, grid: Vector3
  ) -> Geometry {
    let half = Double(size - 1) / 2 * pitch
    return Geometry(
      origin: centre - half * across - half * down, alongRow: across, alongColumn: down, rowSpacing: pitch,
      columnSpacing: pitch)
  }

  /// How sites name their series; some say nothing.
  private static func descriptions(_ r: inout Random) -> (String, String, String, String) {
    r.pick([
      ("SAX cine", "2CH cine", "3CH cine", "4CH cine"), ("cine_sax_stack", "cine_2ch", "cine_3ch", "cine_4ch"),
      ("", "", "", ""), ("Short Axis bSSFP", "Two Chamber bSSFP", "LVOT bSSFP", "Four Chamber bSSFP"),
      ("SA FIESTA", "2CH FIESTA", "3CH FIESTA", "4CH FIESTA"),
    ])
  }
}
