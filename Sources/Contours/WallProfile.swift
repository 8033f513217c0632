import Cine
import Glibc

/// The wall around the left cavity in one slice at one moment, by rays from the cavity's middle: ray k of `count` looks
/// along the angle k · 360° / `count`, which grows from the square's columns to its rows.
struct WallProfile {
  static let count = 120
  /// Rays over which outlines are made smooth, either way: 6°.
  private static let smoothness = 2
  /// Rays on either side among which the other outline's nearest point is looked for: 30°.
  private static let reach = 10
  /// The least wall, pixels.
  private static let least = 0.75

  /// Row and column.
  let middle: SIMD2<Double>
  /// Distance of the inner and the outer outline from the middle, pixels; nil where there is no wall.
  let inner: [Double?]
  let outer: [Double?]
  /// mm: half the way from the inner outline to the nearest point of the outer one, and back; nil where there is no wall.
  let thickness: [Double?]
  /// mm² within the inner outline.
  let cavityArea: Double

  /// Share of the rays that meet wall.
  var closed: Double { Double(thickness.count { $0 != nil }) / Double(Self.count) }

  /// Nil where there is no cavity with any wall. `pitch`: mm a pixel.
  init?(_ labels: [UInt8], size: Int, pitch: Double) {
    func mask(_ label: HeartLabel) -> Mask { Mask(labels, label, size: size) }
    guard let cavity = mask(.leftVentricle).pieces.first?.filled, let at = cavity.middle else { return nil }
    let muscle = mask(.leftMuscle)
    // Holes in the wall are wall; what the ring does not enclose stays outside.
    let both = Mask(size: size, inside: zip(cavity.inside, muscle.inside).map { $0 || $1 })
    guard let whole = both.pieces.first(where: { $0.overlap(cavity) > 0 })?.filled else { return nil }
    let middle = SIMD2(at.row, at.column)
    let rays = (0..<Self.count).map(Self.direction)
    let within = Self.smooth(rays.map { Self.edge(cavity, middle, $0) })
    let around = Self.smooth(rays.map { Self.edge(whole, middle, $0) })
    let isWall = (0..<Self.count).map { around[$0] - within[$0] >= Self.least }
    guard isWall.contains(true) else { return nil }
    inner = (0..<Self.count).map { isWall[$0] ? within[$0] : nil }
    outer = (0..<Self.count).map { isWall[$0] ? around[$0] : nil }
    let ends = (0..<Self.count).map { middle + within[$0] * rays[$0] }
    let edges = (0..<Self.count).map { middle + around[$0] * rays[$0] }
    thickness = (0..<Self.count).map { k in
      guard isWall[k], let out = Self.nearest(ends[k], edges, k, isWall),
        let back = Self.nearest(edges[k], ends, k, isWall)
      else { return nil }
      return pitch * (out + back) / 2
    }
    self.middle = middle
    cavityArea = Double(cavity.count) * pitch * pitch
  }

  /// Row and column of one pixel's way along a ray.
  static func direction(_ k: Int) -> SIMD2<Double> {
    let angle = 2 * Double.pi * Double(k) / Double(count)
    return SIMD2(sin(angle), cos(angle))
  }

  /// How far a ray runs to where it leaves a mask for the last time, pixels: between pixels by the even mean of four.
  private static func edge(_ mask: Mask, _ middle: SIMD2<Double>, _ ray: SIMD2<Double>) -> Double {
    let step = 0.25
    var (last, before, r) = (0.0, value(mask, middle), 0.0)
    while r < 1.5 * Double(mask.size) {
      r += step
      let at = middle + r * ray
      guard at.x > -1, at.y > -1, at.x < Double(mask.size), at.y < Double(mask.size) else { break }
      let now = value(mask, at)
      if before >= 0.5, now < 0.5 { last = r - step * (0.5 - now) / (before - now) }
      before = now
    }
    return last
  }

  private static func value(_ mask: Mask, _ at: SIMD2<Double>) -> Double {
    let (i, j) = (Int(at.x.rounded(.down)), Int(at.y.rounded(.down)))
    let (fy, fx) = (at.x - Double(i), at.y - Double(j))
    func one(_ i: Int, _ j: Int) -> Double {
      i >= 0 && j >= 0 && i < mask.size && j < mask.size && mask.inside[i * mask.size + j] ? 1 : 0
    }
    return (one(i, j) * (1 - fx) + one(i, j + 1) * fx) * (1 - fy) + (one(i + 1, j) * (1 - fx) + one(i + 1, j + 1) * fx)
      * fy
  }

  /// The median of five rays takes out what sticks out, the mean of five the steps of the pixels.
  private static func smooth(_ values: [Double]) -> [Double] {
    func around(_ all: [Double], _ k: Int) -> [Double] {
      (-smoothness...smoothness).map { all[(k + $0 + count) % count] }
    }
    let median = (0..<count).map { around(values, $0).sorted()[smoothness] }
    return (0..<count).map { around(median, $0).reduce(0, +) / Double(2 * smoothness + 1) }
  }

  /// Distance from a point to the other outline near ray k, pixels.
  private static func nearest(
    _ point: SIMD2<Double>, _ line: [SIMD2<Double>], _ k: Int, _ isWall: [Bool]
  ) -> Double? {
    var best: Double?
    for d in -reach..<reach {
      let (i, j) = ((k + d + count) % count, (k + d + 1 + count) % count)
      guard isWall[i], isWall[j] else { continue }
      let way = line[j] - line[i]
      let length = (way * way).sum()
      let share = length > 0 ? max(0, min(1, ((point - line[i]) * way).sum() / length)) : 0
      let off = point - line[i] - share * way
      let distance = (off * off).sum().squareRoot()
      if distance < best ?? .infinity { best = distance }
    }
    return best
  }

  /// The rays that meet the right ventricle just beyond the wall, as the longest run: where it begins, and how many.
  func septum(_ labels: [UInt8], size: Int, pitch: Double) -> (first: Int, count: Int)? {
    let steps = stride(from: 0.75, through: max(1.5, 4 / pitch), by: 0.5)
    var meets = (0..<Self.count).map { k in
      guard let outer = outer[k] else { return false }
      return steps.contains { d in
        let at = middle + (outer + d) * Self.direction(k)
        let (i, j) = (Int(at.x.rounded()), Int(at.y.rounded()))
        return i >= 0 && j >= 0 && i < size && j < size
          && labels[i * size + j] == HeartLabel.rightVentricle.rawValue
      }
    }
    // Gaps of up to 15° are no end of the septum.
    for k in meets.indices where meets[k] {
      guard let next = (2...6).first(where: { meets[(k + $0) % Self.count] }) else { continue }
      for d in 1..<next { meets[(k + d) % Self.count] = true }
    }
    var best = (first: 0, count: 0)
    for k in meets.indices where meets[k] && !meets[(k + Self.count - 1) % Self.count] {
      let length = (1..<Self.count).first { !meets[(k + $0) % Self.count] } ?? Self.count
      if length > best.count { best = (k, length) }
    }
    // Less than 24° is a touch, more than 240° no septum.
    return (8...80).contains(best.count) ? best : nil
  }
}
