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
    guard let most = left.max(), most > 0, let first = left.firstIndex(of: most), let least = left.min(),
      let last = left.firstIndex(of: least)
    else { return nil }
    (self.left, self.right, self.muscle) = (left, right, muscle)
    (endDiastole, endSystole) = (first, last)
  }

  /// Simpson's rule over a cleaned stack; `positions` along the normal, mm, one a slice. A slice at either end counts at a
  /// moment only where at least half of its cavity is surrounded by muscle (SCMR 2020, post-processing).
  init?(_ stack: [DrawnClip], positions: [Double]) {
    guard stack.count > 1, positions.count == stack.count else { return nil }
    let order = positions.indices.sorted { positions[$0] < positions[$1] }
    let gaps = zip(order, order.dropFirst()).map { positions[$1] - positions[$0] }
    guard let first = gaps.first, let last = gaps.last, gaps.allSatisfy({ $0 > 0.1 }) else { return nil }
    // Each slice stands for the way to the middle between it and its neighbours.
    let depth = order.indices.map { ($0 == 0 ? first : gaps[$0 - 1]) / 2 + ($0 == gaps.count ? last : gaps[$0]) / 2 }
    let moments = stack.map(\.frames).max() ?? 0
    var volumes = [HeartLabel: [Double]]()
    for t in 0..<moments {
      let squares = order.map { stack[$0].square(t * stack[$0].frames / moments) }
      let counted = Self.counted(squares, size: stack[0].size)
      for label in [HeartLabel.leftVentricle, .leftMuscle, .rightVentricle] {
        let sum = squares.indices.reduce(0.0) { sum, k in
          guard counted.contains(k) || label == .rightVentricle else { return sum }
          let area = stack[order[k]].pixelArea * depth[k]
          return sum + area * Double(squares[k].count { $0 == label.rawValue })
        }
        volumes[label, default: []].append(sum / 1000)
      }
    }
    self.init(
      left: volumes[.leftVentricle] ?? [], right: volumes[.rightVentricle] ?? [], muscle: volumes[.leftMuscle] ?? [])
  }

  /// The slices that count, without those at the ends whose cavity is less than half ringed by muscle.
  private static func counted(_ squares: [[UInt8]], size: Int) -> Range<Int> {
    func isRinged(_ k: Int) -> Bool {
      func mask(_ label: HeartLabel) -> Mask { Mask(size: size, inside: squares[k].map { $0 == label.rawValue }) }
      let cavity = mask(.leftVentricle)
      return !cavity.isEmpty && StackTracking.ring(cavity, mask(.leftMuscle)) >= 0.5
    }
    guard let first = squares.indices.first(where: isRinged), let last = squares.indices.last(where: isRinged) else {
      return 0..<0
    }
    return first..<last + 1
  }

  public var edv: Double { left[endDiastole] }
  public var esv: Double { left[endSystole] }
  public var strokeVolume: Double { edv - esv }
  /// Percent.
  public var lvef: Double { 100 * (edv - esv) / edv }
  /// g: muscle at end-diastole times 1.05 g/ml.
  public var mass: Double { 1.05 * muscle[endDiastole] }
  public var rightEDV: Double { right[endDiastole] }
  public var rightESV: Double { right[endSystole] }
  /// Percent; nil where there is no right ventricle.
  public var rvef: Double? { rightEDV > 0 ? 100 * (rightEDV - rightESV) / rightEDV : nil }
}
