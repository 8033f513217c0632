import Glibc

/// Platt's calibration: probability = sigmoid(slope · logit + intercept).
public struct PlattCalibration: Hashable, Sendable, Codable {
  public var slope: Double
  public var intercept: Double

  public init(slope: Double, intercept: Double) {
    self.slope = slope
    self.intercept = intercept
  }

  public func probability(_ logit: Double) -> Double {
    let z = slope * logit + intercept
    return z >= 0 ? 1 / (1 + exp(-z)) : exp(z) / (1 + exp(z))
  }

  /// Newton's method with a line search on Platt's softened targets (Lin, Lin and Weng, Machine Learning 2007;68:267).
  public static func fit(logits: [Double], labels: [Bool]) -> PlattCalibration {
    precondition(logits.count == labels.count, "PlattCalibration: one logit a label")
    let positives = labels.count { $0 }
    let negatives = labels.count - positives
    let high = (Double(positives) + 1) / (Double(positives) + 2)
    let low = 1 / (Double(negatives) + 2)
    let targets = labels.map { $0 ? high : low }
    func loss(_ a: Double, _ b: Double) -> Double {
      zip(logits, targets).reduce(0) { sum, pair in
        let z = a * pair.0 + b
        // −t log p − (1 − t) log(1 − p), without overflow
        return sum + (z >= 0 ? (1 - pair.1) * z + log1p(exp(-z)) : -pair.1 * z + log1p(exp(z)))
      }
    }
    var (a, b) = (0.0, log((Double(positives) + 1) / (Double(negatives) + 1)))
    var value = loss(a, b)
    for _ in 0..<100 {
      var (haa, hab, hbb, ga, gb) = (1e-12, 0.0, 1e-12, 0.0, 0.0)
      let now = PlattCalibration(slope: a, intercept: b)
      for (x, t) in zip(logits, targets) {
        let p = now.probability(x)
        let (w, d) = (p * (1 - p), p - t)
        haa += x * x * w
        hab += x * w
        hbb += w
        ga += x * d
        gb += d
      }
      guard abs(ga) > 1e-9 || abs(gb) > 1e-9 else { break }
      let determinant = haa * hbb - hab * hab
      let (da, db) = (-(hbb * ga - hab * gb) / determinant, -(haa * gb - hab * ga) / determinant)
      guard da.isFinite, db.isFinite else { break }
      var step = 1.0
      while step > 1e-10 {
        let next = loss(a + step * da, b + step * db)
        if next < value + 1e-4 * step * (ga * da + gb * db) {
          (a, b, value) = (a + step * da, b + step * db, next)
          break
        }
        step /= 2
      }
      if step <= 1e-10 { break }
    }
    return PlattCalibration(slope: a, intercept: b)
  }
}

/// Where a probability begins to count as positive.
public enum Threshold {
  /// Where a mark may be set: at most this share of the controls reaches it, and the condition is likelier there than not.
  public static func mark(scores: [Double], labels: [Bool], falseMarks share: Double = 0.05) -> Double {
    max(0.5, falseMarks(share, scores: scores, labels: labels))
  }

  /// The lowest cut that at most this share of the controls reaches; 0.5 without controls.
  static func falseMarks(_ share: Double, scores: [Double], labels: [Bool]) -> Double {
    precondition(scores.count == labels.count, "Threshold: one score a label")
    let controls = zip(scores, labels).filter { !$0.1 }.map(\.0).sorted(by: >)
    guard !controls.isEmpty else { return 0.5 }
    return controls[min(Int(share * Double(controls.count)), controls.count - 1)].nextUp
  }
}

/// From a head's LVEF to percent with an interval, fitted on studies that training never used.
public struct LVEFCalibration: Hashable, Sendable, Codable {
  /// percent = slope · 100 · logit + intercept
  public var slope: Double
  public var intercept: Double
  /// Quantiles of truth − estimate, percent: what the interval adds to the estimate.
  public var residualLow: Double
  public var residualHigh: Double
  public var coverage: Double
  /// Studies behind it.
  public var count: Int

  /// Cut to 0…100; the interval holds its estimate.
  public func estimate(_ logit: Double) -> (percent: Double, low: Double, high: Double) {
    func cut(_ x: Double) -> Double { min(max(x, 0), 100) }
    let raw = slope * 100 * logit + intercept
    let percent = cut(raw)
    return (percent, min(cut(raw + residualLow), percent), max(cut(raw + residualHigh), percent))
  }

  /// A line fitted to every second study, and the split-conformal interval of the others (Lei et al., JASA 2018;113).
  /// Nil for fewer than forty studies, or logits that do not vary.
  public static func fit(logits: [Double], truths: [Double], coverage: Double = 0.9) -> LVEFCalibration? {
    precondition(logits.count == truths.count, "LVEFCalibration: one logit a truth")
    guard logits.count >= 40 else { return nil }
    let fitted = stride(from: 0, to: logits.count, by: 2)
    let n = Double((logits.count + 1) / 2)
    let mx = fitted.reduce(0) { $0 + logits[$1] * 100 } / n
    let my = fitted.reduce(0) { $0 + truths[$1] } / n
    let sxx = fitted.reduce(0) { $0 + (logits[$1] * 100 - mx) * (logits[$1] * 100 - mx) }
    let sxy = fitted.reduce(0) { $0 + (logits[$1] * 100 - mx) * (truths[$1] - my) }
    guard sxx > 1e-9, sxx.isFinite, sxy.isFinite else { return nil }
    let slope = sxy / sxx
    let intercept = my - slope * mx
    let residuals = stride(from: 1, to: logits.count, by: 2)
      .map { truths[$0] - (slope * 100 * logits[$0] + intercept) }
    return LVEFCalibration(
      slope: slope, intercept: intercept, interval: ConformalInterval(residuals, coverage: coverage),
      count: logits.count)
  }
}

extension LVEFCalibration {
  public init(slope: Double, intercept: Double, interval: ConformalInterval, count: Int) {
    self.init(
      slope: slope, intercept: intercept, residualLow: interval.low, residualHigh: interval.high,
      coverage: interval.coverage, count: count)
  }
}

/// What is added to an estimate so that the truth lies within, by order statistics of residuals that training never saw
/// (split conformal: Lei et al., JASA 2018;113; of cross-validation: Barber et al., Annals of Statistics 2021;49:486).
public struct ConformalInterval: Hashable, Sendable {
  public let low: Double
  public let high: Double
  /// The chance that a new residual falls between them: as asked for, or what the outermost of few give.
  public let coverage: Double

  public init(_ residuals: [Double], coverage: Double = 0.9) {
    let s = residuals.sorted()
    let tail = (1 - coverage) / 2 * Double(s.count + 1)
    // A twentieth of twenty is one, whatever rounding makes of it.
    let k = Int((tail + 1e-9).rounded(.down))
    if k < 1 {
      (low, high) = (s.first ?? 0, s.last ?? 0)
      self.coverage = s.isEmpty ? 0 : Double(s.count - 1) / Double(s.count + 1)
    } else {
      (low, high, self.coverage) = (s[k - 1], s[s.count - k], coverage)
    }
  }
}
