import Cine

/// What a series shows: by its own words first (`ViewNames`), else by how its planes lie.
public enum ViewRules {
  /// Nil where neither text names a view, or where one says that the series is something else.
  static func view(description: String, protocolName: String, _ names: ViewNames = ViewNames()) -> View? {
    for text in [description, protocolName] {
      if let view = names.view(text) { return view }
      if names.isOther(text) { return nil }
    }
    return nil
  }

  /// Names what descriptions left open, by geometry and by the other series of the study.
  /// `open` says of each whether it may have a view at all.
  public static func refine(_ series: [Series], open: [Bool]) -> [Series] {
    var series = series
    func setView(_ i: Int, _ view: View?) {
      guard let view else { return }
      series[i].view = view
      series[i].viewRule = .geometry
    }
    let unnamed = series.indices.filter { open[$0] && isUnnamedCine(series[$0]) }
    for i in unnamed where isShortAxisStack(series[i]) { setView(i, .shortAxis) }
    let axis = series.filter { $0.view == .shortAxis }.max { $0.slices.count < $1.slices.count }.flatMap(normal)
    for i in unnamed where series[i].view == .unknown { setView(i, planeView(series[i], axis)) }
    return series
  }

  /// Fewer phases than this are no cine whose view could be guessed: mapping and contrast series have few.
  private static let fewestPhases = 8

  private static func isUnnamedCine(_ s: Series) -> Bool { s.view == .unknown && s.phaseCount >= fewestPhases }

  private static func normal(_ s: Series) -> Vector3? { s.slices.first?.geometry?.normal }

  /// The usual heart in patient coordinates: from base to apex, and from the lateral wall to the septum.
  private static let usualAxis = Vector3(0.66, -0.55, -0.5).normalized
  private static let usualSeptum = Vector3(-0.55, -0.75, 0.05)

  /// Planes along the body's own axes are surveys, not views of the heart.
  private static func isOblique(_ n: Vector3) -> Bool { max(abs(n.x), abs(n.y), abs(n.z)) < 0.97 }

  /// Three or more parallel slices over a length of the heart, across the usual long axis.
  private static func isShortAxisStack(_ s: Series) -> Bool {
    let positions = s.slices.compactMap { $0.geometry?.positionAlongNormal }
    guard positions.count >= 3, positions.count == s.slices.count, let n = normal(s), isOblique(n),
      let low = positions.min(), let high = positions.max(), high - low >= 12
    else { return false }
    // Only a short-axis stack has many slices: then a heart may lie further from the usual.
    return abs(n.dot(usualAxis)) > (positions.count >= 8 ? 0.4 : 0.6)
  }

  /// One plane, about the axis of a short-axis stack where the study has one (`axis`), else about the usual one.
  private static func planeView(_ s: Series, _ axis: Vector3?) -> View? {
    guard let normal = normal(s), isOblique(normal) else { return nil }
    var along = axis ?? usualAxis
    if along.dot(usualAxis) < 0 { along = -along }
    let tilt = abs(normal.dot(along))
    if tilt > (axis == nil ? 0.85 : 0.94) { return .shortAxis }
    guard tilt < (axis == nil ? 0.6 : 0.4) else { return nil }
    return longAxis(normal, along)
  }

  /// The long-axis view whose plane stands where this normal points, about the ventricle's axis. Angle of the plane's
  /// normal from the septum towards the front: 0° is the 2-chamber plane, 83° the 4-chamber, 125° the 3-chamber plane.
  private static func longAxis(_ normal: Vector3, _ axis: Vector3) -> View {
    let septal = (usualSeptum - axis.dot(usualSeptum) * axis).normalized
    var front = axis.cross(septal)
    if front.z < 0 { front = -front }
    let (x, y) = (normal.dot(septal), normal.dot(front))
    let length = (x * x + y * y).squareRoot()
    func closeness(_ c: Double, _ s: Double) -> Double { abs(x * c + y * s) / length }
    let views = [
      (View.twoChamber, closeness(1, 0)), (.fourChamber, closeness(0.122, 0.993)),
      (.threeChamber, closeness(-0.574, 0.819)),
    ]
    // Beyond 20° from all of them geometry alone gives no name.
    guard let best = views.max(by: { $0.1 < $1.1 }), best.1 > 0.94 else { return .longAxis }
    return best.0
  }
}
