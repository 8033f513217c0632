import Cine

/// What a stack is asked for, named as measurements are.
public enum VolumeQuantity: String, CaseIterable, Hashable, Sendable, Codable {
  case lvef
  case leftEDV = "lv_edv"
  case leftESV = "lv_esv"
  case mass = "lv_mass"
  case rvef
  case rightEDV = "rv_edv"
  case rightESV = "rv_esv"

  /// Percent, ml or g.
  public func value(_ v: StackVolumes) -> Double? {
    switch self {
    case .lvef: v.edv > 0 ? v.lvef : nil
    case .leftEDV: v.edv
    case .leftESV: v.esv
    case .mass: v.mass
    case .rvef: v.rvef
    case .rightEDV: v.rightEDV
    case .rightESV: v.rightESV
    }
  }

  /// True of fractions, whose errors are points; those of volumes and masses are shares of them.
  public var isPercent: Bool { self == .lvef || self == .rvef }
}

/// How wide intervals are, learned from hearts whose truth is known and whose network never learned from them: split
/// conformal prediction, with what the looks at a stack part by as each heart's own measure of doubt.
public struct ContourCalibration: Hashable, Sendable, Codable {
  public struct Band: Hashable, Sendable, Codable {
    /// Half of a 90 % interval is this many times the doubt.
    public var factor: Double
    public var hearts: Int
    /// "42 people of the Sunnybrook collection".
    public var measuredOn: String

    public init(factor: Double, hearts: Int, measuredOn: String) {
      (self.factor, self.hearts, self.measuredOn) = (factor, hearts, measuredOn)
    }
  }

  /// By the quantity's name.
  public var bands: [String: Band] = [:]

  public init() {}

  static let coverage = 0.9

  /// A heart's doubt of a quantity: what the looks part by, and a little, since they may agree and be wrong. Points of
  /// fractions, shares of the rest.
  public static func doubt(_ quantity: VolumeQuantity, spread: Double) -> Double {
    (quantity.isPercent ? 3 : 0.05) + spread
  }

  /// `errors` and doubts of hearts that are exchangeable with those to come: the ⌈0.9 (n + 1)⌉-th smallest ratio, or the
  /// largest where they are too few for it. Nil without any.
  public static func band(_ hearts: [(error: Double, doubt: Double)], measuredOn: String) -> Band? {
    let scores = hearts.map { $0.error / $0.doubt }.filter(\.isFinite).sorted()
    guard !scores.isEmpty else { return nil }
    let rank = Int((coverage * Double(scores.count + 1)).rounded(.up))
    return Band(factor: scores[min(rank, scores.count) - 1], hearts: scores.count, measuredOn: measuredOn)
  }

  /// The 90 % interval of a quantity; nil where it was not calibrated, or a look found no ventricle.
  public func interval(
    _ quantity: VolumeQuantity, _ volumes: StackVolumes, _ others: OtherViews
  ) -> (low: Double, high: Double)? {
    guard let value = quantity.value(volumes), let band = bands[quantity.rawValue],
      let spread = others.spread(quantity, volumes)
    else { return nil }
    let half = band.factor * Self.doubt(quantity, spread: spread) * (quantity.isPercent ? 1 : value)
    return (max(0, value - half), quantity.isPercent ? min(100, value + half) : value + half)
  }
}

extension OtherViews {
  /// Half of the way from the least to the largest over all looks, in points of fractions, as a share of the rest.
  public func spread(_ quantity: VolumeQuantity, _ own: StackVolumes) -> Double? {
    let width = spread(own, quantity.value)
    guard !quantity.isPercent else { return width }
    return quantity.value(own).flatMap { value in value > 0 ? width.map { $0 / value } : nil }
  }
}
