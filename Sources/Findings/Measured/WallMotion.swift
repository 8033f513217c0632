import Contours

/// Which part of the wall hardly thickens while the rest does: none where the whole wall is weak alike.
struct WallMotion {
  /// Numbers of the segments below the limit.
  let poor: [Int]
  /// How many of them do not thicken at all.
  let still: Int
  /// The slice of the stack that shows the weakest of them.
  let worst: Int?

  /// `limit` in percent. The rest thickens where a quarter of the segments reach it. Nil where fewer than eight segments
  /// were seen at both moments.
  init?(_ wall: WallSegments, below limit: Double) {
    let seen = wall.segments.compactMap { one in one.thickening.map { (segment: one, thickening: $0) } }
    guard seen.count >= 8 else { return nil }
    let isRegional = seen.count { $0.thickening >= limit } * 4 >= seen.count
    let weak = isRegional ? seen.filter { $0.thickening < limit } : []
    poor = weak.map(\.segment.number)
    still = weak.count { $0.thickening <= 0 }
    worst = weak.min { $0.thickening < $1.thickening }?.segment.thickest
  }
}
