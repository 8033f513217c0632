import Cine

extension DrawnClip {
  /// The borders of what was drawn, on the picture. Of each structure the largest piece, its holes filled; atria on long
  /// axes alone, for no short-axis slice through them is contoured.
  public var outlines: ClipOutlines {
    ClipOutlines(
      frames: (0..<frames).map { t in
        let labels = square(t)
        return Outline.Structure.allCases.compactMap { structure in
          let wanted = Self.labels(structure).map(\.rawValue)
          guard item.view != .shortAxis || !Self.isAtrium(structure),
            let piece = Mask(size: size, inside: labels.map { wanted.contains($0) }).pieces.first,
            let border = piece.filled.border
          else { return nil }
          return Outline(
            structure,
            points: border.map { at in
              let point = placement.picture(row: at.x, column: at.y)
              return SIMD2(Float(point.row), Float(point.column))
            })
        }
      })
  }

  private static func labels(_ structure: Outline.Structure) -> [HeartLabel] {
    switch structure {
    case .leftEndocardium: [.leftVentricle]
    case .leftEpicardium: [.leftVentricle, .leftMuscle]
    case .rightVentricle: [.rightVentricle]
    case .leftAtrium: [.leftAtrium]
    case .rightAtrium: [.rightAtrium]
    }
  }

  private static func isAtrium(_ structure: Outline.Structure) -> Bool {
    structure == .leftAtrium || structure == .rightAtrium
  }
}

extension Mask {
  /// Fewer pixels than this have no outline worth drawing.
  private static let smallestOutline = 4

  /// The longest closed line at half height of the mask smoothed by (1 2 1)/4 both ways, as (row, column) of the square:
  /// marching squares (Lorensen and Cline, SIGGRAPH 1987, in two dimensions). Nil where there is next to nothing.
  var border: [SIMD2<Double>]? {
    guard count >= Self.smallestOutline else { return nil }
    // Two more pixels on every side, so that what touches the edge of the square is closed there.
    let (w, off) = (size + 4, 2)
    let field = smoothed(w, off)
    // Each crossed edge leads to the next one, with the inside to the same hand. Edge 2k lies between pixel k and its right
    // neighbour, edge 2k + 1 between k and the one below.
    var next = [Int](repeating: -1, count: 2 * w * w)
    for i in 0..<w - 1 {
      for j in 0..<w - 1 {
        let k = i * w + j
        let corners = [field[k], field[k + 1], field[k + w + 1], field[k + w]]
        let inside = corners.map { $0 >= 0.5 }
        guard inside.contains(true), inside.contains(false) else { continue }
        let edges = [2 * k, 2 * (k + 1) + 1, 2 * (k + w), 2 * k + 1]
        let entries = (0..<4).filter { !inside[$0] && inside[($0 + 1) % 4] }
        let isJoined = corners.reduce(0, +) >= 2
        for entry in entries {
          // Where two corners across are inside, the middle decides whether they belong together.
          let turn = entries.count == 2 ? (isJoined ? 3 : 1) : (1...3).first { !inside[(entry + $0 + 1) % 4] } ?? 1
          next[edges[entry]] = edges[(entry + turn) % 4]
        }
      }
    }
    func point(_ edge: Int) -> SIMD2<Double> {
      let (k, isDown) = (edge / 2, edge % 2 == 1)
      let (a, b) = (field[k], field[k + (isDown ? w : 1)])
      let share = (0.5 - a) / (b - a)
      return SIMD2(Double(k / w - off) + (isDown ? share : 0), Double(k % w - off) + (isDown ? 0 : share))
    }
    var longest: [Int] = []
    for start in next.indices where next[start] >= 0 {
      var line: [Int] = []
      var at = start
      while next[at] >= 0 {
        line.append(at)
        (at, next[at]) = (next[at], -1)
      }
      if line.count > longest.count { longest = line }
    }
    return longest.count > 2 ? longest.map(point) : nil
  }

  /// [w, w], the mask beginning at (off, off).
  private func smoothed(_ w: Int, _ off: Int) -> [Double] {
    var field = [Double](repeating: 0, count: w * w)
    for k in inside.indices where inside[k] {
      let (i, j) = (k / size + off, k % size + off)
      for (a, down) in [1.0, 2, 1].enumerated() {
        for (b, across) in [1.0, 2, 1].enumerated() { field[(i + a - 1) * w + j + b - 1] += down * across / 16 }
      }
    }
    return field
  }
}
