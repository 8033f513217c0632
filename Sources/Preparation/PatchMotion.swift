import Glibc

/// What changes in one patch over the beat.
struct PatchMotion {
  /// Variance over time, summed over the patch; and what of it lies in the first two harmonics.
  private(set) var variance = 0.0
  private(set) var slow = 0.0
  /// Share of the first harmonic that a shift, a turn and a change of brightness of the whole patch explain: near 1 where
  /// somebody breathes or the receiver's gain changes, small where one thing moves among others that do not.
  private(set) var shared = 0.0

  init(_ patch: HeartPatch) {
    let (n, side, frames) = (HeartPatch.area, HeartPatch.side, patch.frames)
    guard frames > 2 else { return }
    let x = patch.smoothed()
    let turns = (1...2).map { k in
      (0..<frames).map { t in
        let angle = 2 * Double.pi * Double(k * t) / Double(frames)
        return (c: Float(cos(angle)), s: Float(sin(angle)))
      }
    }
    var still = [Float](repeating: 0, count: n)
    var first = (real: still, imaginary: still)
    for i in 0..<n where patch.isInside[i] {
      var (sum, squares): (Float, Float) = (0, 0)
      var parts: (Float, Float, Float, Float) = (0, 0, 0, 0)
      for t in 0..<frames { sum += x[t &* n &+ i] }
      let mean = sum / Float(frames)
      for t in 0..<frames {
        let v = x[t &* n &+ i] - mean
        squares += v * v
        parts.0 += v * turns[0][t].c
        parts.1 += v * turns[0][t].s
        parts.2 += v * turns[1][t].c
        parts.3 += v * turns[1][t].s
      }
      still[i] = mean
      first.real[i] = parts.0 / Float(frames)
      first.imaginary[i] = parts.1 / Float(frames)
      variance += Double(squares) / Double(frames)
      let energy = parts.0 * parts.0 + parts.1 * parts.1 + parts.2 * parts.2 + parts.3 * parts.3
      slow += 2 * Double(energy) / Double(frames * frames)
    }
    // Away from the patch's own rim, where there is a picture on both sides.
    var columns = [[Double]](repeating: [], count: 5)
    var (real, imaginary): ([Double], [Double]) = ([], [])
    let middle = Double(side - 1) / 2
    for i in 2..<side - 2 {
      for j in 2..<side - 2 {
        let k = i * side + j
        guard patch.isInside[k], patch.isInside[k - 2], patch.isInside[k + 2], patch.isInside[k - 2 * side],
          patch.isInside[k + 2 * side]
        else { continue }
        let (y, x) = (Double(i) - middle, Double(j) - middle)
        let dy = Double(still[k + side] - still[k - side]) / 2
        let dx = Double(still[k + 1] - still[k - 1]) / 2
        for (c, v) in [1, Double(still[k]), dy, dx, y * dx - x * dy].enumerated() {
          columns[c].append(v)
        }
        real.append(Double(first.real[k]))
        imaginary.append(Double(first.imaginary[k]))
      }
    }
    let total = LeastSquares.dot(real, real) + LeastSquares.dot(imaginary, imaginary)
    guard total > 0, total.isFinite else { return }
    shared = (LeastSquares.explained(real, by: columns) + LeastSquares.explained(imaginary, by: columns)) / total
  }

  /// Share of the variance in harmonics 1 to `top` beyond the share that white noise has there: 0 for noise, 1 where
  /// nothing else is; below 0 where change is faster than noise. Nil where so few frames tell nothing.
  static func regularity(slow: Double, variance: Double, top: Int, frames: Int) -> Double? {
    let chance = Double(2 * top) / Double(frames - 1)
    guard chance < 0.9, variance > 0, variance.isFinite, slow.isFinite else { return nil }
    return (slow / variance - chance) / (1 - chance)
  }
}

/// Ordinary least squares with a few regressors.
enum LeastSquares {
  static func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }

  /// Sum of squares of `y` that lies in the span of `columns` (modified Gram–Schmidt).
  static func explained(_ y: [Double], by columns: [[Double]]) -> Double {
    var basis: [[Double]] = []
    for column in columns {
      let before = dot(column, column)
      var rest = column
      for e in basis {
        let c = dot(rest, e)
        for i in rest.indices { rest[i] -= c * e[i] }
      }
      let after = dot(rest, rest)
      // What the others already span adds nothing but rounding.
      guard after > 1e-9 * before, after > 0 else { continue }
      let length = after.squareRoot()
      basis.append(rest.map { $0 / length })
    }
    return basis.reduce(0) { sum, e in
      let c = dot(y, e)
      return sum + c * c
    }
  }
}
