import Cine
import Glibc

/// What measured numbers add to a head's own reading (stacking: Wolpert, Neural Networks 1992;5:241):
/// slope · own + intercept + Σ weight · (number − mean) / spread. A condition's own is the logarithm of its calibrated
/// odds, and so is what comes out.
public struct MeasuredInputs: Hashable, Sendable, Codable {
  public struct Input: Hashable, Sendable, Codable {
    /// As contours name it: `lv_mass_index`.
    public var name: String
    public var mean: Double
    public var spread: Double
    public var weight: Double

    public init(name: String, mean: Double, spread: Double, weight: Double) {
      (self.name, self.mean, self.spread, self.weight) = (name, mean, spread, weight)
    }

    /// A number that was not measured says nothing; one far from all others no more than one at its border.
    public func standard(_ value: Double?) -> Double {
      guard let value, value.isFinite, spread > 0 else { return 0 }
      return max(-4, min((value - mean) / spread, 4))
    }
  }

  public var slope: Double
  public var intercept: Double
  public var inputs: [Input]

  public init(slope: Double, intercept: Double, inputs: [Input]) {
    (self.slope, self.intercept, self.inputs) = (slope, intercept, inputs)
  }

  public func value(_ own: Double, _ measured: [String: Double]) -> Double {
    inputs.reduce(slope * own + intercept) { $0 + $1.weight * $1.standard(measured[$1.name]) }
  }

  /// The logarithm of a probability's odds, and back.
  public static func logOdds(_ probability: Double) -> Double {
    let p = max(1e-12, min(probability, 1 - 1e-12))
    return log(p / (1 - p))
  }
  /// 0…1 of a logit.
  public static func probability(_ logOdds: Double) -> Double { 1 / (1 + exp(-logOdds)) }

  var numbers: [Double] { [slope, intercept] + inputs.flatMap { [$0.mean, $0.spread, $0.weight] } }
}

extension Measured {
  /// Numbers by name; none where the study gives none.
  public var numbers: [String: Double] {
    guard quality.grade != .none else { return [:] }
    return Dictionary(measurements.map { ($0.name, $0.value) }) { first, _ in first }
  }
}

extension Analysis {
  /// What heads say that were fitted to measured numbers too; without such numbers they stay as they are.
  public func weighed(with measured: Measured, by manifest: ModelManifest) -> Analysis {
    let numbers = measured.numbers
    guard !numbers.isEmpty else { return self }
    var one = self
    for label in manifest.conditions {
      guard let inputs = label.measured, let k = one.findings.firstIndex(where: { $0.condition == label.name }) else {
        continue
      }
      let odds = inputs.value(MeasuredInputs.logOdds(findings[k].probability), numbers)
      one.findings[k].probability = MeasuredInputs.probability(odds)
      one.findings[k].positive = one.findings[k].probability >= label.threshold
    }
    let order = Ranking.order(one.findings.map(\.probability))
    one.findings = order.map { one.findings[$0] }
    for label in manifest.quantities ?? [] {
      guard let inputs = label.measured, let k = one.quantities?.firstIndex(where: { $0.name == label.name }),
        let own = quantities?[k].value
      else { continue }
      one.quantities?[k] = label.estimate(of: inputs.value(own, numbers))
    }
    return one
  }
}
