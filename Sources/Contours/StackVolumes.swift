import Cine

/// Volumes of one stack over the beat by Simpson's rule: area times the distance between slices, ml.
public struct StackVolumes: Hashable, Sendable {
  /// [frames], ml.
  public let left: [Double]
  public let right: [Double]
  public let muscle: [Double]
  /// The frames with the largest and the smallest left cavity.
  public let endDiastole: Int
  public let endSystole: Int

  /// Nil where no cavity was found at all.
  init?(left: [Double], right: [Double], muscle: [Double]) {
    // The ends of the beat are those of the smoothed curve: the extremes of what wavers from frame to frame lie too far
    // apart.
    let calm = Self.smooth(left)
    guard let most = calm.max(), most > 0, let first = calm.firstIndex(of: most), let least = calm.min(),
      let last = calm.firstIndex(of: least)
    else { return nil }
    (self.left, self.right, self.muscle) = (left, right, muscle)
    (endDiastole, endSystole) = (first, last)
  }

  /// Over the beat, which begins again where it ends: a quarter of each neighbour's; two moments stay as they are.
  private static func smooth(_ curve: [Double]) -> [Double] {
    let n = curve.count
    guard n >= 6 else { return curve }
    return curve.indices.map { (curve[($0 + n - 1) % n] + 2 * curve[$0] + curve[($0 + 1) % n]) / 4 }
  }

  /// Simpson's rule over a cleaned stack; `positions` along the normal, mm, one a slice.
  init?(_ stack: [DrawnClip], positions: [Double]) {
    guard stack.count > 1, positions.count == stack.count else { return nil }
    let order = positions.indices.sorted { positions[$0] < positions[$1] }
    let gaps = zip(order, order.dropFirst()).map { positions[$1] - positions[$0] }
    guard let first = gaps.first, let last = gaps.last, gaps.allSatisfy({ $0 > 0.1 }) else { return nil }
    // Each slice stands for the way to the middle between it and its neighbours.
    let depth = order.indices.map { ($0 == 0 ? first : gaps[$0 - 1]) / 2 + ($0 == gaps.count ? last : gaps[$0]) / 2 }
    let moments = stack.moments
    func curve(_ label: HeartLabel) -> [Double] {
      (0..<moments).map { t in
        zip(order, depth).reduce(0.0) { sum, slice in
          let one = stack[slice.0]
          let count = one.square(one.frame(at: t, of: moments)).count { $0 == label.rawValue }
          return sum + one.pixelArea * slice.1 * Double(count) / 1000
        }
      }
    }
    self.init(left: curve(.leftVentricle), right: curve(.rightVentricle), muscle: curve(.leftMuscle))
  }

  public var edv: Double { left[endDiastole] }
  public var esv: Double { left[endSystole] }
  public var strokeVolume: Double { edv - esv }
  /// Percent.
  public var lvef: Double { 100 * (edv - esv) / edv }
  /// g: muscle at end-diastole times 1.05 g/ml.
  public var mass: Double { 1.05 * muscle[endDiastole] }
  /// At the left ventricle's own end-diastole and end-systole, as ACDC and UK Biobank have them.
  public var rightEDV: Double { right[endDiastole] }
  public var rightESV: Double { right[endSystole] }
  /// Percent; nil where there is no right ventricle.
  public var rvef: Double? { rightEDV > 0 ? 100 * (rightEDV - rightESV) / rightEDV : nil }
}
