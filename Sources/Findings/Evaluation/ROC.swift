import Glibc

/// A receiver operating characteristic as pROC measures it: direction by the medians, interval by DeLong (Biometrics
/// 1988;44:837), cut to [0, 1].
public struct ROC: Hashable, Sendable {
  public enum Direction: String, Hashable, Sendable {
    /// Cases score higher than controls.
    case higher = "<"
    /// Cases score lower: the curve was turned.
    case lower = ">"
  }

  public let count: Int
  public let positives: Int
  public let direction: Direction
  public let auc: Double
  /// Nil where there are fewer than two cases or two controls.
  public let variance: Double?
  /// Placements of cases and controls, for comparisons.
  private let cases: [Double]
  private let controls: [Double]

  /// Half the width of a 95 % interval in standard errors.
  static let z95 = 1.959963984540054

  /// Nil without at least one case and one control. `scores` are finite.
  public init?(labels: [Bool], scores: [Double]) {
    precondition(labels.count == scores.count, "ROC: one score a label")
    let x = scores.indices.filter { labels[$0] }.map { scores[$0] }
    let y = scores.indices.filter { !labels[$0] }.map { scores[$0] }
    guard !x.isEmpty, !y.isEmpty else { return nil }
    direction = Self.median(y) <= Self.median(x) ? .higher : .lower
    let sign = direction == .higher ? 1.0 : -1.0
    (cases, controls) = Self.placements(x.map { $0 * sign }, y.map { $0 * sign })
    auc = cases.reduce(0, +) / Double(cases.count)
    count = labels.count
    positives = x.count
    if let a = Self.covariance(cases, cases), let b = Self.covariance(controls, controls) {
      variance = a / Double(x.count) + b / Double(y.count)
    } else {
      variance = nil
    }
  }

  public var low: Double? { variance.map { max(0, auc - Self.z95 * $0.squareRoot()) } }
  public var high: Double? { variance.map { min(1, auc + Self.z95 * $0.squareRoot()) } }

  /// Two-sided p of no difference between two scores of the same studies, given in the same order. Nil where it is not
  /// defined: too few studies, or two curves that do not vary.
  public static func pValue(_ a: ROC, _ b: ROC) -> Double? {
    guard a.cases.count == b.cases.count, a.controls.count == b.controls.count,
      let va = a.variance, let vb = b.variance,
      let c1 = covariance(a.cases, b.cases), let c0 = covariance(a.controls, b.controls)
    else { return nil }
    let variance = va + vb - 2 * (c1 / Double(a.cases.count) + c0 / Double(a.controls.count))
    guard variance > 1e-18 else { return nil }
    return erfc(abs(a.auc - b.auc) / variance.squareRoot() / 2.0.squareRoot())
  }

  /// For each case the share of controls below it, for each control the share of cases above; ties count half. Ranks
  /// instead of pairs (Sun and Xu, IEEE Signal Processing Letters 2014;21:1389).
  private static func placements(_ x: [Double], _ y: [Double]) -> (cases: [Double], controls: [Double]) {
    let all = midranks(x + y)
    let (rx, ry) = (midranks(x), midranks(y))
    let (m, n) = (Double(x.count), Double(y.count))
    return (
      x.indices.map { (all[$0] - rx[$0]) / n }, y.indices.map { 1 - (all[x.count + $0] - ry[$0]) / m }
    )
  }

  static func midranks(_ x: [Double]) -> [Double] {
    let order = x.indices.sorted { x[$0] < x[$1] }
    var ranks = [Double](repeating: 0, count: x.count)
    var i = 0
    while i < order.count {
      var j = i
      while j < order.count, x[order[j]] == x[order[i]] { j += 1 }
      for k in i..<j { ranks[order[k]] = Double(i + j + 1) / 2 }
      i = j
    }
    return ranks
  }

  private static func covariance(_ a: [Double], _ b: [Double]) -> Double? {
    guard a.count > 1 else { return nil }
    let (ma, mb) = (a.reduce(0, +) / Double(a.count), b.reduce(0, +) / Double(b.count))
    return zip(a, b).reduce(0) { $0 + ($1.0 - ma) * ($1.1 - mb) } / Double(a.count - 1)
  }

  static func median(_ x: [Double]) -> Double {
    let s = x.sorted()
    return s.count % 2 == 1 ? s[s.count / 2] : (s[s.count / 2 - 1] + s[s.count / 2]) / 2
  }
}
