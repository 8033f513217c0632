import Cine

/// What a series shows: by its own words first, else by how its planes lie. All rules are in this file.
enum ViewRules {
  /// Words that make a series something else than a plain cine.
  private static let other = [
    "loc", "scout", "late", "lge", "psir", "mde", "t1", "t2", "map", "perf", "tag", "flow", "venc", "black", "haste", "survey",
  ]

  private static let words: [(View, [String])] = [
    (.fourChamber, ["4ch", "4 ch", "four ch", "4-ch", "4_ch", "hla", "horizontal long"]),
    (.threeChamber, ["3ch", "3 ch", "three ch", "3-ch", "3_ch", "lvot"]),
    (.twoChamber, ["2ch", "2 ch", "two ch", "2-ch", "2_ch", "vla", "vertical long"]),
    (.shortAxis, ["sax", "short ax", "short_ax", "shortax", "sa ", "sa_", "_sa", " sa"]),
  ]

  /// Nil where neither text names a view.
  static func view(description: String, protocolName: String) -> View? {
    for text in [description, protocolName] {
      let lower = text.lowercased()
      if other.contains(where: lower.contains) { continue }
      for (view, names) in words where lower == "sa" && view == .shortAxis || names.contains(where: lower.contains) {
        return view
      }
    }
    return nil
  }

  /// Names what descriptions left open, by geometry and by the other series of the study.
  static func refine(_ series: [Series]) -> [Series] {
    var series = series
    for i in series.indices where series[i].view == .unknown && series[i].phaseCount > 1 && isShortAxisStack(series[i]) {
      series[i].view = .shortAxis
      series[i].viewRule = .geometry
    }
    let axis = series.first { $0.view == .shortAxis }?.slices.first?.geometry?.normal
    for i in series.indices where series[i].view == .unknown && series[i].phaseCount > 1 {
      guard let normal = series[i].slices.first?.geometry?.normal, let view = longAxis(normal, axis) else { continue }
      series[i].view = view
      series[i].viewRule = .geometry
    }
    return series
  }

  /// Three or more parallel slices over a length of the heart, oblique to the body: nobody cuts a cine stack so but
  /// across the ventricle.
  private static func isShortAxisStack(_ s: Series) -> Bool {
    let positions = s.slices.compactMap { $0.geometry?.positionAlongNormal }
    guard positions.count >= 3, positions.count == s.slices.count, let n = s.slices[0].geometry?.normal,
      let low = positions.min(), let high = positions.max()
    else { return false }
    return high - low >= 12 && max(abs(n.x), abs(n.y), abs(n.z)) < 0.95
  }

  /// The usual heart: its long axis and the direction of the septum, in patient coordinates.
  private static let usualAxis = Vector3(0.66, -0.55, -0.5).normalized
  private static let usualSeptum = Vector3(-0.55, -0.75, 0.05)

  /// The long-axis view whose plane stands where this normal points, about the ventricle's axis.
  private static func longAxis(_ normal: Vector3, _ stack: Vector3?) -> View? {
    var axis = stack ?? usualAxis
    if axis.dot(usualAxis) < 0 { axis = -axis }
    let along = abs(normal.dot(axis))
    guard along < (stack == nil ? 0.6 : 0.4) else { return nil }
    let septal = (usualSeptum - axis.dot(usualSeptum) * axis).normalized
    var front = axis.cross(septal)
    if front.z < 0 { front = -front }
    // Angle of the plane's normal about the axis, by its two cosines: 0° is the 2-chamber plane, 83° the 4-chamber
    // plane, 125° the 3-chamber plane.
    let (x, y) = (normal.dot(septal), normal.dot(front))
    let length = (x * x + y * y).squareRoot()
    guard length > 0.5 else { return .longAxis }
    func closeness(_ c: Double, _ s: Double) -> Double { abs(x * c + y * s) / length }
    let views = [
      (View.twoChamber, closeness(1, 0)), (.fourChamber, closeness(0.122, 0.993)), (.threeChamber, closeness(-0.574, 0.819)),
    ]
    let best = views.max { $0.1 < $1.1 }
    return best.map { $0.1 > 0.94 ? $0.0 : .longAxis }
  }
}
