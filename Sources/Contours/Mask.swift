import Cine

/// Pixels of a square that belong to something: [size, size], row-major.
struct Mask: Hashable, Sendable {
  let size: Int
  var inside: [Bool]

  init(size: Int, inside: [Bool]) { (self.size, self.inside) = (size, inside) }
  /// Where a square's labels [size, size], raw values of `HeartLabel`, are this one.
  init(_ labels: [UInt8], _ label: HeartLabel, size: Int) {
    self.init(size: size, inside: labels.map { $0 == label.rawValue })
  }
  init(empty size: Int) { self.init(size: size, inside: [Bool](repeating: false, count: size * size)) }

  var count: Int { inside.count { $0 } }
  var isEmpty: Bool { !inside.contains(true) }

  /// Centre of gravity (row, column); nil where empty.
  var middle: (row: Double, column: Double)? {
    var (y, x, n) = (0, 0, 0)
    for k in inside.indices where inside[k] {
      y += k / size
      x += k % size
      n += 1
    }
    return n > 0 ? (Double(y) / Double(n), Double(x) / Double(n)) : nil
  }

  func union(_ other: Mask) -> Mask { Mask(size: size, inside: zip(inside, other.inside).map { $0 || $1 }) }
  func overlap(_ other: Mask) -> Int { zip(inside, other.inside).count { $0 && $1 } }

  /// Pieces whose pixels touch by their sides, largest first; of equals the one that begins further up.
  var pieces: [Mask] {
    var seen = [Bool](repeating: false, count: inside.count)
    var found: [(mask: Mask, count: Int)] = []
    for start in inside.indices where inside[start] && !seen[start] {
      var piece = Mask(empty: size)
      var open = [start]
      seen[start] = true
      var count = 0
      while let k = open.popLast() {
        piece.inside[k] = true
        count += 1
        forEachNeighbour(k) { j in
          if inside[j], !seen[j] {
            seen[j] = true
            open.append(j)
          }
        }
      }
      found.append((piece, count))
    }
    return found.enumerated().sorted { ($1.element.count, $0.offset) < ($0.element.count, $1.offset) }
      .map(\.element.mask)
  }

  /// With everything that it encloses.
  var filled: Mask {
    var outside = Mask(empty: size)
    var open: [Int] = []
    func enter(_ k: Int) {
      if !inside[k], !outside.inside[k] {
        outside.inside[k] = true
        open.append(k)
      }
    }
    for i in 0..<size {
      for k in [i, (size - 1) * size + i, i * size, i * size + size - 1] { enter(k) }
    }
    while let k = open.popLast() { forEachNeighbour(k, enter) }
    return Mask(size: size, inside: outside.inside.map { !$0 })
  }

  /// One pixel more on every side.
  var grown: Mask {
    var more = self
    for k in inside.indices where inside[k] { forEachNeighbour(k) { more.inside[$0] = true } }
    return more
  }

  /// One pixel less on every side.
  private var shrunk: Mask {
    var less = self
    for k in inside.indices where inside[k] {
      let (i, j) = (k / size, k % size)
      if i == 0 || j == 0 || i == size - 1 || j == size - 1 { less.inside[k] = false }
      forEachNeighbour(k) { if !inside[$0] { less.inside[k] = false } }
    }
    return less
  }

  /// Without what hangs on it by a thread of a pixel or two; the same where nothing else is left.
  var core: Mask {
    guard let kept = shrunk.pieces.first else { return self }
    let back = kept.grown
    return Mask(size: size, inside: zip(inside, back.inside).map { $0 && $1 })
  }

  /// The smallest convex outline around its pixels' centres, filled.
  var hull: Mask {
    var points: [(x: Int, y: Int)] = []
    for x in 0..<size {
      let column = (0..<size).filter { inside[$0 * size + x] }
      guard let first = column.first, let last = column.last else { continue }
      points.append((x, first))
      if last > first { points.append((x, last)) }
    }
    guard points.count > 1 else { return self }
    // Andrew's monotone chain over points sorted by x, then y.
    func turn(_ a: (x: Int, y: Int), _ b: (x: Int, y: Int), _ c: (x: Int, y: Int)) -> Int {
      (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x)
    }
    func chain(_ points: [(x: Int, y: Int)], _ sign: Int) -> [(x: Int, y: Int)] {
      var line: [(x: Int, y: Int)] = []
      for p in points {
        while line.count > 1, sign * turn(line[line.count - 2], line[line.count - 1], p) <= 0 { line.removeLast() }
        line.append(p)
      }
      return line
    }
    // Where an outline crosses a column.
    func heights(_ line: [(x: Int, y: Int)], _ x: Int) -> [Double] {
      let on = line.filter { $0.x == x }.map { Double($0.y) }
      guard on.isEmpty, let right = line.firstIndex(where: { $0.x > x }), right > 0 else { return on }
      let (a, b) = (line[right - 1], line[right])
      return [Double(a.y) + Double(b.y - a.y) * Double(x - a.x) / Double(b.x - a.x)]
    }
    let (upper, lower) = (chain(points, 1), chain(points, -1))
    var full = self
    for x in 0..<size {
      let all = heights(upper, x) + heights(lower, x)
      guard let first = all.min(), let last = all.max() else { continue }
      let (low, high) = (Int(first.rounded(.up)), Int(last.rounded(.down)))
      if low <= high { for y in low...high { full.inside[y * size + x] = true } }
    }
    return full
  }

  func forEachNeighbour(_ k: Int, _ body: (Int) -> Void) {
    let (i, j) = (k / size, k % size)
    if i > 0 { body(k - size) }
    if i < size - 1 { body(k + size) }
    if j > 0 { body(k - 1) }
    if j < size - 1 { body(k + 1) }
  }
}
