import Findings
import Glibc

/// Fits what measured numbers add to what a head read of studies that were held out from it.
struct Stacking {
  /// Log odds of a condition, or a number.
  let own: [Double]
  let truths: [Double]
  /// Of each study, by name.
  let measured: [[String: Double]]
  let isCondition: Bool

  /// Volumes both as they are and by body surface: labels go by either, and not everybody's height is known.
  static let names = [
    "lvef", "lv_edv", "lv_edv_index", "lv_mass", "lv_mass_index", "wall_thickness_max", "wall_thickening", "rvef",
    "rv_edv", "rv_edv_index", "la_area", "ra_area",
  ]
  /// Of the studies, that a number must be known of.
  private static let leastKnown = 0.5
  /// As if each weight had been seen to be 0 with this precision: few studies move it little.
  private static let ridge = 4.0

  /// By some of the studies; nil where nothing was measured in enough of them.
  func fit(_ rows: [Int]) -> MeasuredInputs? {
    let inputs = Self.names.compactMap { name -> MeasuredInputs.Input? in
      let values = rows.compactMap { measured[$0][name] }.filter(\.isFinite)
      guard Double(values.count) >= Self.leastKnown * Double(rows.count), values.count > 1 else { return nil }
      let mean = values.reduce(0, +) / Double(values.count)
      let spread = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)).squareRoot()
      return spread > 1e-9 * max(abs(mean), 1) ? .init(name: name, mean: mean, spread: spread, weight: 0) : nil
    }
    guard !inputs.isEmpty else { return nil }
    // Numbers are fitted in their own spread, so that the ridge means the same for all.
    let (middle, scale) = isCondition ? (0, 1) : Self.spread(rows.map { truths[$0] })
    let x = rows.map { i in
      [1, (own[i] - middle) / scale] + inputs.map { $0.standard(measured[i][$0.name]) }
    }
    let b = solution(x, rows.map { (truths[$0] - middle) / scale })
    return MeasuredInputs(
      slope: b[1], intercept: middle - b[1] * middle + scale * b[0],
      inputs: zip(inputs, b.dropFirst(2)).map { input, weight in
        .init(name: input.name, mean: input.mean, spread: input.spread, weight: scale * weight)
      })
  }

  /// Of each study, what those of the other folds make of it.
  func heldOut(_ folds: [Int]) -> [Double]? {
    var read = own
    for fold in Set(folds).sorted() {
      guard let inputs = fit(folds.indices.filter { folds[$0] != fold }) else { return nil }
      for i in folds.indices where folds[i] == fold { read[i] = inputs.value(own[i], measured[i]) }
    }
    return read
  }

  private static func spread(_ values: [Double]) -> (middle: Double, scale: Double) {
    let mean = values.reduce(0, +) / Double(max(values.count, 1))
    let square = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(max(values.count, 1))
    return (mean, max(square.squareRoot(), 1e-9 * max(abs(mean), 1)))
  }

  /// Logistic or linear regression by Newton's method with a ridge around (0, 1, 0, …): the head's own reading.
  private func solution(_ x: [[Double]], _ y: [Double]) -> [Double] {
    let n = x.first?.count ?? 0
    var prior = [Double](repeating: 0, count: n)
    prior[1] = 1
    // The intercept is free but for what keeps the sums solvable.
    let precision = (0..<n).map { $0 == 0 ? 1e-6 : Self.ridge }
    func dot(_ row: [Double], _ b: [Double]) -> Double {
      var sum = 0.0
      for k in 0..<n { sum += row[k] * b[k] }
      return sum
    }
    func loss(_ b: [Double]) -> Double {
      var sum = 0.0
      for k in 0..<n { sum += 0.5 * precision[k] * (b[k] - prior[k]) * (b[k] - prior[k]) }
      for (row, truth) in zip(x, y) {
        let z = dot(row, b)
        // −t log p − (1 − t) log(1 − p), without overflow
        sum += isCondition ? max(z, 0) - z * truth + log1p(exp(-abs(z))) : 0.5 * (z - truth) * (z - truth)
      }
      return sum
    }
    var b = prior
    for _ in 0..<50 {
      var gradient = (0..<n).map { precision[$0] * (b[$0] - prior[$0]) }
      var curvature = [Double](repeating: 0, count: n * n)
      for k in 0..<n { curvature[k * n + k] = precision[k] }
      for (row, truth) in zip(x, y) {
        let z = dot(row, b)
        let p = isCondition ? MeasuredInputs.probability(z) : z
        let weight = isCondition ? p * (1 - p) : 1
        for i in 0..<n {
          gradient[i] += (p - truth) * row[i]
          for j in 0..<n { curvature[i * n + j] += weight * row[i] * row[j] }
        }
      }
      let step = Self.solve(curvature, gradient)
      var (share, value) = (1.0, loss(b))
      func moved() -> [Double] { zip(b, step).map { $0 - share * $1 } }
      while share > 1e-6, loss(moved()) > value { share /= 2 }
      b = moved()
      value -= loss(b)
      if value < 1e-12 { break }
    }
    return b
  }

  /// a [n, n] x = b for a positive definite a, by elimination.
  private static func solve(_ a: [Double], _ b: [Double]) -> [Double] {
    let n = b.count
    var (a, x) = (a, b)
    for k in 0..<n {
      for i in (k + 1)..<max(n, k + 1) {
        let factor = a[i * n + k] / a[k * n + k]
        for j in k..<n { a[i * n + j] -= factor * a[k * n + j] }
        x[i] -= factor * x[k]
      }
    }
    for k in (0..<n).reversed() {
      for j in (k + 1)..<max(n, k + 1) { x[k] -= a[k * n + j] * x[j] }
      x[k] /= a[k * n + k]
    }
    return x
  }
}
