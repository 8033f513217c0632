import Cine

/// One ventricle followed through a stack at one moment: what the network drew anywhere else is dropped, holes are filled,
/// and papillary muscles that it took for wall come into the cavity by the hull within the wall.
struct StackTracking {
  let size: Int
  /// Slices from the first to the last that has a ventricle: one at either end counts only where at least half (`ring`) of
  /// its cavity is surrounded by muscle (SCMR 2020, post-processing).
  private(set) var counted = 0..<0

  private let raw: [[UInt8]]
  private let muscles: [Mask]
  /// The ventricle's own cavity in each slice.
  private var kept: [Mask]

  /// Pixels of that cavity in the slices that count.
  var cavity: Int { counted.reduce(0) { $0 + kept[$1].count } }

  /// Cavities smaller than this, pixels, are none.
  private static let smallest = 6

  /// `raw` are the network's labels of parallel slices in the order of the stack, all on squares around one axis.
  init(_ raw: [[UInt8]], size: Int, ring: Double = 0.5) {
    (self.raw, self.size) = (raw, size)
    let cavities = raw.map { Mask($0, .leftVentricle, size: size) }
    let muscles = raw.map { Mask($0, .leftMuscle, size: size) }
    self.muscles = muscles
    var kept = [Mask](repeating: Mask(empty: size), count: raw.count)
    if let seed = Self.seed(cavities, muscles, size) {
      kept[seed.slice] = seed.cavity
      for way in [-1, 1] {
        var last = seed.cavity
        var k = seed.slice + way
        while raw.indices.contains(k) {
          // A ventricle that has ended does not begin again.
          guard let next = Self.follow(cavities[k], last) else { break }
          kept[k] = next
          last = next
          k += way
        }
      }
    }
    self.kept = kept
    let ringed = raw.indices.filter { !kept[$0].isEmpty && Self.wall(kept[$0], muscles[$0]) >= ring }
    if let first = ringed.first, let last = ringed.last { counted = first..<last + 1 }
  }

  /// [slices] of squares [size, size], cleaned; no ventricle but in those that count.
  func slices(counting: Range<Int>) -> [[UInt8]] {
    raw.indices.map { k in
      let counts = counting.contains(k)
      return Self.clean(
        raw[k], counts ? kept[k] : Mask(empty: size), counts ? muscles[k] : Mask(empty: size), size)
    }
  }

  var slices: [[UInt8]] { slices(counting: counted) }

  /// The cavity to begin with, in the inner half of the stack.
  private static func seed(_ cavities: [Mask], _ muscles: [Mask], _ size: Int) -> (slice: Int, cavity: Mask)? {
    let inner = cavities.count / 4..<max(cavities.count - cavities.count / 4, cavities.count / 4 + 1)
    var best: (score: Double, slice: Int, cavity: Mask)?
    for k in inner {
      guard let one = likeliest(cavities[k], muscles[k], size), one.score > best?.score ?? 0 else { continue }
      best = (one.score, k, one.cavity)
    }
    return best.map { ($0.slice, $0.cavity) }
  }

  /// The cavity that is best ringed by muscle, large, and near the square's middle.
  static func likeliest(_ labels: [UInt8], size: Int) -> (score: Double, cavity: Mask)? {
    likeliest(Mask(labels, .leftVentricle, size: size), Mask(labels, .leftMuscle, size: size), size)
  }

  private static func likeliest(_ cavity: Mask, _ muscle: Mask, _ size: Int) -> (score: Double, cavity: Mask)? {
    let half = Double(size - 1) / 2
    var best: (score: Double, cavity: Mask)?
    for piece in cavity.pieces.prefix(3) {
      let n = piece.count
      guard n >= smallest, let at = piece.middle else { continue }
      let off = ((at.row - half) * (at.row - half) + (at.column - half) * (at.column - half)).squareRoot()
      let score = ring(piece, muscle) * Double(n).squareRoot() * max(0.05, 1 - off / half)
      if score > best?.score ?? 0 { best = (score, piece) }
    }
    return best
  }

  /// Share of the pixels around a cavity that are muscle.
  static func ring(_ cavity: Mask, _ muscle: Mask) -> Double {
    let grown = cavity.grown.grown
    let around = zip(grown.inside, cavity.inside).map { $0 && !$1 }
    let all = around.count { $0 }
    return all > 0 ? Double(zip(around, muscle.inside).count { $0 && $1 }) / Double(all) : 0
  }

  /// Share of the pixels some way out of a cavity that are muscle: a ventricle's wall reaches there, an atrium's does not.
  private static func wall(_ cavity: Mask, _ muscle: Mask) -> Double {
    let near = cavity.grown.grown
    let far = near.grown
    let shell = far.inside.indices.filter { far.inside[$0] && !near.inside[$0] }
    return shell.isEmpty ? 0 : Double(shell.count { muscle.inside[$0] }) / Double(shell.count)
  }

  private static func follow(_ cavity: Mask, _ last: Mask) -> Mask? {
    let reach = last.grown.grown
    let best = cavity.pieces.map { ($0, $0.overlap(reach)) }.max { $0.1 < $1.1 }
    guard let (piece, overlap) = best, overlap > 0, piece.count >= smallest else { return nil }
    return piece
  }

  private static func clean(_ raw: [UInt8], _ cavity: Mask, _ muscle: Mask, _ size: Int) -> [UInt8] {
    func value(_ label: HeartLabel) -> UInt8 { label.rawValue }
    var out = raw
    // What lies in the hull and is ventricle of any kind is cavity; the wall beyond it stays.
    var full = cavity.core
    if !full.isEmpty {
      let hull = full.hull
      for k in hull.inside.indices where hull.inside[k] && (muscle.inside[k] || cavity.inside[k]) {
        full.inside[k] = true
      }
      full = full.filled
    }
    // Muscle that touches the cavity; the rest is none. What both enclose is muscle too.
    let near = full.grown
    var wall = Mask(empty: size)
    for piece in muscle.pieces where piece.overlap(near) > 0 { wall = wall.union(piece) }
    let closed = wall.union(full).filled.core
    let right = Mask(raw, .rightVentricle, size: size).pieces.first?.filled ?? Mask(empty: size)
    for k in out.indices {
      switch raw[k] {
      case value(.leftVentricle), value(.leftMuscle), value(.rightVentricle): out[k] = value(.rest)
      default: break
      }
      if right.inside[k] { out[k] = value(.rightVentricle) }
      if closed.inside[k] { out[k] = value(.leftMuscle) }
      if full.inside[k] { out[k] = value(.leftVentricle) }
    }
    return out
  }
}
