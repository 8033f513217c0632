import Cine
import Glibc

/// How much of a study is made, and how finely.
public enum ScanPlan: Sendable {
  /// A stack of nine to thirteen slices and three long axes, as a scanner writes them.
  case full
  /// The same hearts, looks and planes, but only what a model is fed: of the stack the first and last slice dropped, then
  /// every second; coarser pixels over the middle of the field, fewer phases.
  case training
  /// Every slice, small enough to be bundled.
  case demonstration
  /// A box around the heart in pixels of any size, for pictures with labels.
  case labelled
}

/// The heart's place in the patient and the planes through it.
struct Scan {
  /// Middle of the mitral plane at end-diastole, patient coordinates, mm.
  let origin: Vector3
  /// Long axis, towards the septum, towards the front: the heart's own directions in the patient.
  let axis: Vector3
  let septal: Vector3
  let front: Vector3
  /// Middle of the left ventricle: what the chest is placed around.
  let middle: Vector3
  let phases: Int
  let thickness: Double
  let spacing: Double
  let planes: [Plane]

  struct Plane {
    let view: View
    let geometry: Geometry
    let rows: Int
    let columns: Int
    /// Slice of the full stack, or its end and on for the long axes: what its random numbers follow from.
    let index: Int
  }

  init(_ plan: ScanPlan, _ a: Anatomy, _ r: inout Random) {
    origin = Vector3(r.uniform(0, 40), r.uniform(-50, 20), r.uniform(-80, 80))
    let axis = Vector3(r.around(0.66, 0.09), r.around(-0.55, 0.09), r.around(-0.48, 0.11)).normalized
    let towards = Vector3(r.around(-0.55, 0.07), r.around(-0.75, 0.07), r.around(0.05, 0.1))
    let septal = (towards - axis.dot(towards) * axis).normalized
    let across = axis.cross(septal)
    let front = across.z < 0 ? -across : across
    (self.axis, self.septal, self.front) = (axis, septal, front)
    let middle = origin + (0.45 * a.length) * axis
    self.middle = middle

    let layout = Layout(plan, a, &r)
    (phases, thickness, spacing) = (layout.phases, layout.thickness, layout.spacing)
    func place(_ normal: Vector3, _ through: Vector3, _ index: Int, _ view: View, _ turn: Double, _ off: Vector3)
      -> Plane
    {
      let (x, y) = Self.directions(normal, turn)
      let size = (Double(layout.columns - 1) * layout.pitch, Double(layout.rows - 1) * layout.pitch)
      let flat = off - off.dot(normal) * normal
      let corner = through + flat - (0.5 * size.0) * x - (0.5 * size.1) * y
      let geometry = Geometry(
        origin: corner, alongRow: x, alongColumn: y, rowSpacing: layout.pitch, columnSpacing: layout.pitch)
      return Plane(view: view, geometry: geometry, rows: layout.rows, columns: layout.columns, index: index)
    }
    // The stack, a little askew as people set it, from above the valves to beyond the apex.
    let askew = (axis + r.around(0, 0.05) * septal + r.around(0, 0.05) * front).normalized
    let turn = r.chance(0.75) ? r.around(0, 0.25) : r.uniform(-.pi, .pi)
    let off = Vector3(r.around(0, layout.away), r.around(0, layout.away), r.around(0, layout.away))
    let start = origin
    var stack = (0..<layout.slices).map { i in
      let through = start + (layout.first + Double(i) * layout.spacing) * askew + 10 * septal
      return place(askew, through, i, .shortAxis, turn, off)
    }
    stack.sort { $0.geometry.positionAlongNormal < $1.geometry.positionAlongNormal }
    if plan == .training { stack = stride(from: 1, to: stack.count - 1, by: 2).map { stack[$0] } }
    let angles: [(View, Double)] = [(.twoChamber, 1.45), (.threeChamber, BaseState.aorticAngle), (.fourChamber, -0.1)]
    var planes = stack
    for (i, (view, angle)) in angles.enumerated() {
      let tilt = angle + r.around(0, 0.09)
      let side = cos(tilt) * septal + sin(tilt) * front
      let leaning = (axis + r.around(0, 0.04) * septal + r.around(0, 0.04) * front).normalized
      let normal = leaning.cross(side).normalized
      let turn = r.chance(0.8) ? r.around(0, 0.25) : r.uniform(-.pi, .pi)
      let off = Vector3(r.around(0, layout.away), r.around(0, layout.away), r.around(0, layout.away))
      let miss = r.around(0, 2)
      let through = origin + (0.32 * a.length) * axis + (10 * cos(tilt)) * side + miss * normal
      planes.append(place(normal, through, layout.slices + i, view, turn, off))
    }
    self.planes = planes
  }

  /// Numbers of the scan, drawn the same for every plan.
  private struct Layout {
    var phases: Int
    var thickness: Double
    var spacing: Double
    var slices: Int
    var first: Double
    var pitch: Double
    var rows: Int
    var columns: Int
    var away: Double

    init(_ plan: ScanPlan, _ a: Anatomy, _ r: inout Random) {
      phases = r.pick([20, 20, 25, 25, 30])
      let (t, gap) = r.pick([(8.0, 0.0), (8, 2), (8, 2), (10, 0), (6, 4), (6, 2), (7, 3), (8, 1)])
      thickness = t
      let above = r.uniform(4, 14)
      let beyond = r.uniform(2, 9)
      let reach = a.outerLength + above + beyond
      slices = min(max(Int((reach / (t + gap)).rounded(.up)), 9), 13)
      spacing = max(t + gap, (reach / Double(slices)).rounded())
      first = -above
      let field = r.uniform(290, 400)
      let size = r.pick([192, 208, 224, 256, 256])
      let share = r.pick([1.0, 1, 0.8125, 0.875])
      away = r.uniform(2, 16)
      let coarse = r.uniform(1.8, 2.4)
      switch plan {
      case .full:
        pitch = field / Double(size)
        (rows, columns) = (Int(Double(size) * share) / 2 * 2, size)
      case .training:
        phases = phases == 20 ? 16 : phases == 25 ? 18 : 20
        pitch = coarse
        let side = min(field, 236)
        (rows, columns) = (Int(side / coarse) / 2 * 2, Int(side / coarse) / 2 * 2)
      case .demonstration:
        phases = 16
        pitch = 2.2
        (rows, columns) = (104, 104)
      case .labelled:
        phases = 2
        pitch = field / Double(size)
        (rows, columns) = (Int(240 / pitch) / 2 * 2, Int(240 / pitch) / 2 * 2)
      }
    }
  }

  /// Row and column directions of a plane as scanners show it: feet or back downwards, then turned.
  private static func directions(_ normal: Vector3, _ turn: Double) -> (Vector3, Vector3) {
    func within(_ v: Vector3) -> Vector3 { (v - v.dot(normal) * normal).normalized }
    var row: Vector3
    var column: Vector3
    if abs(normal.z) > 0.65 {
      row = within(Vector3(1, 0, 0))
      column = normal.cross(row)
      if column.y < 0 { column = -column }
    } else {
      column = within(Vector3(0, 0, -1))
      row = normal.cross(column)
      if row.x + row.y < 0 { row = -row }
    }
    let (c, s) = (cos(turn), sin(turn))
    return (c * row + s * column, c * column - s * row)
  }

  /// A patient direction in heart coordinates.
  func heart(_ v: Vector3) -> Point { Point(Float(v.dot(axis)), Float(v.dot(septal)), Float(v.dot(front))) }
}
