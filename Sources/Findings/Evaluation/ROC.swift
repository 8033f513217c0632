import Glibc

/// A receiver operating characteristic as pROC measures it: direction by the medians, interval by DeLong (Biometrics
/// 1988;44:837), cut to [0, 1]. A curve that was turned says so: its AUC is 1 minus that of the scores as given.
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

  public var isTurned: Bool { direction == .lower }

  /// By what a 95 % interval was had.
  public enum IntervalRule: String, Hashable, Sendable {
    case deLong = "delong"
    /// For an AUC of 1, where DeLong's variance is zero.
    case clopperPearson = "clopper_pearson"
  }

  /// Nil where no interval can be had: a class of one, or scores that are all the same.
  public var intervalRule: IntervalRule? {
    guard let variance else { return nil }
    // It is zero only where cases and controls are wholly apart, or all tie.
    return variance > 0 ? .deLong : auc == 1 ? .clopperPearson : nil
  }

  /// As many pairs of a case and a control as have no study in common.
  public var independentPairs: Int { min(positives, count - positives) }

  public var low: Double? {
    switch intervalRule {
    case .deLong: variance.map { max(0, auc - Self.z95 * $0.squareRoot()) }
    // All of k independent pairs are in order: 0.025^(1/k) (Clopper and Pearson, Biometrika 1934;26:404). More pairs can
    // be made of the same studies, so the limit errs to the low side.
    case .clopperPearson: pow(0.025, 1 / Double(independentPairs))
    case nil: nil
    }
  }
  public var high: Double? {
    switch intervalRule {
    case .deLong: variance.map { min(1, auc + Self.z95 * $0.squareRoot()) }
    case .clopperPearson: 1
    case nil: nil
    }
  }

  /// Two-sided p of no difference between two scores of the same studies, given in the same order. Nil where it is not
  /// defined: too few studies, two curves that do not vary, or one of the two turned.
  public static func pValue(_ a: ROC, _ b: ROC) -> Double? {
    guard a.direction == b.direction, a.cases.count == b.cases.count, a.controls.count == b.controls.count,
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
