/// How well predictions of a quantity agree with the truth (Bland and Altman, Lancet 1986;i:307).
public struct Agreement: Hashable, Sendable {
  public let count: Int
  public let meanAbsoluteError: Double
  public let rootMeanSquareError: Double
  /// Pearson's r; nil where either side does not vary.
  public let correlation: Double?
  /// Mean of prediction − truth.
  public let bias: Double
  /// bias ∓ 1.96 standard deviations of the differences; nil for a single study.
  public let limits: ClosedRange<Double>?

  /// Nil without any pair.
  public init?(truths: [Double], predictions: [Double]) {
    precondition(truths.count == predictions.count, "Agreement: one prediction a truth")
    guard !truths.isEmpty else { return nil }
    let n = Double(truths.count)
    let differences = zip(predictions, truths).map { $0 - $1 }
    count = truths.count
    meanAbsoluteError = differences.reduce(0) { $0 + abs($1) } / n
    rootMeanSquareError = (differences.reduce(0) { $0 + $1 * $1 } / n).squareRoot()
    let bias = differences.reduce(0, +) / n
    self.bias = bias
    if count > 1 {
      let deviation = (differences.reduce(0) { $0 + ($1 - bias) * ($1 - bias) } / (n - 1)).squareRoot()
      limits = (bias - 1.96 * deviation)...(bias + 1.96 * deviation)
    } else {
      limits = nil
    }
    let (mt, mp) = (truths.reduce(0, +) / n, predictions.reduce(0, +) / n)
    let stt = truths.reduce(0) { $0 + ($1 - mt) * ($1 - mt) }
    let spp = predictions.reduce(0) { $0 + ($1 - mp) * ($1 - mp) }
    let stp = zip(truths, predictions).reduce(0) { $0 + ($1.0 - mt) * ($1.1 - mp) }
    correlation = stt > 0 && spp > 0 ? stp / (stt * spp).squareRoot() : nil
  }
}
