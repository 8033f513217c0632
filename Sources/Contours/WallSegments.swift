import Cine
import Preparation

/// Thickness and thickening of the left wall by the segments of the American Heart Association (Cerqueira et al.,
/// Circulation 105:539, 2002): 1 to 6 basal, 7 to 12 mid-cavity, 13 to 16 apical; 17, the cap, is not seen in short axes.
public struct WallSegments: Hashable, Sendable {
  public struct Segment: Hashable, Sendable {
    /// 1 to 16.
    public let number: Int
    /// mm at end-diastole: mean, and the 95th percentile of averages over 39° that two of its slices reach: a wall that is
    /// thick in one slice alone may be drawn badly there.
    public let mean: Double
    public let greatest: Double
    /// Percent: what the mean thickness gains until end-systole, over the slices whose ring is whole at both moments.
    public let thickening: Double?
    /// The slice of the stack where it is thickest.
    public let thickest: Int
  }

  public enum Level: Int, Hashable, Sendable { case basal, mid, apical }

  /// By number; a segment of which nothing was seen is not there.
  public let segments: [Segment]
  /// False where the planes lie along the axes of the body, as no short axis does: then the placement was made up, and
  /// nobody knows whether the picture is mirrored. Segments are then parts of the ring without a name.
  public let isNamed: Bool

  /// Rays on either side over which the thickest part is averaged: 39° in all, two thirds of a segment, so that a single
  /// trabecula or insertion makes no thick wall.
  private static let breadth = 6
  /// Share of the rays that must meet wall for a ring to be whole.
  private static let whole = 0.9
  /// mm²: smaller cavities are cut near the tip, where every wall looks thick.
  private static let leastCavity = 60.0

  /// `stack` are cleaned slices, `planes` their places. Nil where there are fewer than three whole rings, or no right
  /// ventricle beside any of them: without it nobody knows where to begin.
  public init?(_ stack: [DrawnClip], planes: [Geometry], endDiastole: Int, endSystole: Int) {
    guard stack.count == planes.count, !stack.isEmpty else { return nil }
    let moments = stack.moments
    let order = stack.indices.sorted { planes[$0].positionAlongNormal < planes[$1].positionAlongNormal }
    func square(_ k: Int, _ t: Int) -> [UInt8] { stack[k].square(stack[k].frame(at: t, of: moments)) }
    func pitch(_ k: Int) -> Double { stack[k].pixelArea.squareRoot() }
    func profile(_ k: Int, _ t: Int) -> WallProfile? { WallProfile(square(k, t), size: stack[k].size, pitch: pitch(k)) }
    let atRest = order.map { profile($0, endDiastole) }
    guard let isBaseFirst = Self.isBaseFirst(order.map { square($0, endDiastole) }) else { return nil }
    // From base to apex: place in `order`.
    let inWay = isBaseFirst ? Array(order.indices) : order.indices.reversed()
    let held = inWay.filter { atRest[$0] != nil }
    let ringed = held.filter { i in
      atRest[i].map { $0.closed >= Self.whole && $0.cavityArea >= Self.leastCavity } ?? false
    }
    guard ringed.count >= 3 else { return nil }
    let septa = Self.septa(
      ringed.map { i in
        atRest[i]?.septum(square(order[i], endDiastole), size: stack[order[i]].size, pitch: pitch(order[i]))
      })
    guard !septa.isEmpty else { return nil }
    let planar = planes[order[0]].normal
    isNamed = [planar.x, planar.y, planar.z].allSatisfy { abs($0) < 0.996 }
    let toApex = isBaseFirst ? planar : -1 * planar

    var rest = [Int: [Double]]()
    var peaks = [Int: [Double]]()
    var pairs = [Int: [(Double, Double)]]()
    var thickest = [Int: (mean: Double, slice: Int)]()
    for (n, i) in ringed.enumerated() {
      // The slice at the base is cut obliquely and through the outflow tract.
      if i == held.first, ringed.count > 3 { continue }
      let k = order[i]
      guard let one = atRest[i], let level = Level(rawValue: n * 3 / ringed.count) else { continue }
      let start = Self.start(septa[n], stack[k].placement, planes[k], toApex)
      let end = profile(k, endSystole).flatMap { $0.closed >= Self.whole ? $0 : nil }
      var mine = [Int: [Double]]()
      var smooth = [Int: [Double]]()
      var later = [Int: [Double]]()
      for ray in 0..<WallProfile.count {
        let number = Self.number(ray, start, level)
        if let thick = one.thickness[ray] {
          mine[number, default: []].append(thick)
          smooth[number, default: []].append(
            Self.mean(
              (-Self.breadth...Self.breadth).compactMap {
                one.thickness[(ray + $0 + WallProfile.count) % WallProfile.count]
              }))
        }
        if let thick = end?.thickness[ray] { later[number, default: []].append(thick) }
      }
      for (number, values) in smooth.mapValues({ $0.sorted() }) {
        peaks[number, default: []].append(values[(values.count - 1) * 95 / 100])
      }
      for (number, values) in mine {
        rest[number, default: []] += values
        let mean = Self.mean(values)
        if mean > thickest[number]?.mean ?? 0 { thickest[number] = (mean, k) }
        if let then = later[number] { pairs[number, default: []].append((mean, Self.mean(then))) }
      }
    }
    segments = rest.keys.sorted().compactMap { number in
      guard let values = rest[number], let all = peaks[number]?.sorted(by: >), let slice = thickest[number]?.slice
      else { return nil }
      let both = pairs[number] ?? []
      let (before, after) = (both.reduce(0) { $0 + $1.0 }, both.reduce(0) { $0 + $1.1 })
      return Segment(
        number: number, mean: Self.mean(values), greatest: all[min(1, all.count - 1)],
        thickening: before > 0 ? 100 * (after - before) / before : nil, thickest: slice)
    }
    if segments.isEmpty { return nil }
  }

  /// Which end of the stack is the base: both ventricles are wider there. Nil where there is no right one.
  private static func isBaseFirst(_ squares: [[UInt8]]) -> Bool? {
    let areas = squares.map { square in
      square.count { $0 == HeartLabel.rightVentricle.rawValue || $0 == HeartLabel.leftVentricle.rawValue }
    }
    guard squares.contains(where: { $0.contains(HeartLabel.rightVentricle.rawValue) }) else { return nil }
    let middle = Double(squares.count - 1) / 2
    return areas.enumerated().reduce(0.0) { $0 + (Double($1.offset) - middle) * Double($1.element) } <= 0
  }

  /// Of each slice its own, or that of the nearest one that has any; empty where none has.
  private static func septa(_ own: [(first: Int, count: Int)?]) -> [(first: Int, count: Int)] {
    own.indices.compactMap { k in
      own.indices.filter { own[$0] != nil }.min { abs($0 - k) < abs($1 - k) }.flatMap { own[$0] }
    }
  }

  /// The ray of the anterior insertion of the right ventricle, and whether rays run on along the septum from there. Seen
  /// along the way to the apex the right ventricle lies so that septum × way to the apex looks to the front.
  private static func start(
    _ septum: (first: Int, count: Int), _ placement: Placement, _ plane: Geometry, _ toApex: Vector3
  ) -> (ray: Int, forward: Bool) {
    func point(_ row: Double, _ column: Double) -> Vector3 {
      let at = placement.picture(row: row, column: column)
      return plane.point(row: at.row, column: at.column)
    }
    let (down, across) = (point(1, 0) - point(0, 0), point(0, 1) - point(0, 0))
    func way(_ ray: Int) -> Vector3 {
      let d = WallProfile.direction(ray)
      return d.x * down + d.y * across
    }
    let last = septum.first + septum.count - 1
    let front = way((septum.first + last) / 2).cross(toApex)
    let forward = way(septum.first).dot(front) > way(last).dot(front)
    return ((forward ? septum.first : last) % WallProfile.count, forward)
  }

  /// Six parts of 60° from the anterior insertion on along the septum; at the apex four of 90°, the first of which has
  /// the same middle as the two septal ones.
  static func number(_ ray: Int, _ start: (ray: Int, forward: Bool), _ level: Level) -> Int {
    let n = WallProfile.count
    let on = ((start.forward ? ray - start.ray : start.ray - ray) + n) % n
    switch level {
    case .basal: return [2, 3, 4, 5, 6, 1][on * 6 / n]
    case .mid: return [8, 9, 10, 11, 12, 7][on * 6 / n]
    case .apical: return [14, 15, 16, 13][((on + n - n / 24) % n) * 4 / n]
    }
  }

  private static func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(max(1, values.count)) }

  // MARK: Of the whole wall

  /// mm
  public var mean: Double { Self.mean(segments.map(\.mean)) }
  /// The segment with the thickest part of all.
  public var thickest: Segment? { segments.max { ($0.greatest, $1.number) < ($1.greatest, $0.number) } }

  private func mean(of numbers: Set<Int>) -> Double? {
    let values = segments.filter { numbers.contains($0.number) }.map(\.mean)
    return values.count * 2 >= numbers.count ? Self.mean(values) : nil
  }

  /// Septum to lateral wall, basal and mid-cavity.
  public var septalRatio: Double? {
    guard let septum = mean(of: [2, 3, 8, 9]), let lateral = mean(of: [5, 6, 11, 12]), lateral > 0 else { return nil }
    return septum / lateral
  }
  /// Apical to basal segments.
  public var apicalRatio: Double? {
    guard let apex = mean(of: [13, 14, 15, 16]), let base = mean(of: [1, 2, 3, 4, 5, 6]), base > 0 else { return nil }
    return apex / base
  }

  /// "mid anteroseptal".
  public static func name(_ number: Int) -> String {
    let around = ["anterior", "anteroseptal", "inferoseptal", "inferior", "inferolateral", "anterolateral"]
    switch number {
    case 1...6: return "basal \(around[number - 1])"
    case 7...12: return "mid \(around[number - 7])"
    case 13...16: return "apical " + ["anterior", "septal", "inferior", "lateral"][number - 13]
    default: return "apex"
    }
  }
}
