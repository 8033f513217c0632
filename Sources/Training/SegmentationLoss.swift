import Tensor

/// What a segmentation network learns from in one step.
public struct SegmentationBatch: Sendable {
  public var count: Int
  public var height: Int
  public var width: Int
  /// [count, channels, height, width]
  public var pictures: [Float]
  /// [count, height, width]: the classes that each pixel may be, a bit each. One alone is certain; more are a partial
  /// label ("neither cavity nor muscle"); none, or all, say nothing, and no loss looks at the pixel.
  public var labels: [UInt8]

  public init(count: Int, height: Int, width: Int, pictures: [Float], labels: [UInt8]) {
    self.count = count
    self.height = height
    self.width = width
    self.pictures = pictures
    self.labels = labels
  }
}

/// Cross-entropy plus soft Dice, over labels that may be partial.
///
/// The cross-entropy of a pixel is −ln of the probability that it is one of the classes that its label allows; the mean
/// is over the pixels of the batch of which something is known. Dice (arXiv 1606.04797, without squares) is taken over
/// the whole batch as one picture, for each class over the pixels of which it is known whether they are of it, and the
/// mean is over the classes that some pixel certainly has.
public struct SegmentationLoss: Hashable, Sendable {
  public var diceWeight: Float = 1
  /// Added to a class's overlap and sizes, so that few pixels do not make it leap.
  public var smoothing = 1.0
  /// Classes whose Dice counts; nil for all but the first, which is the rest of the picture.
  public var diceClasses: [Int]?

  public init() {}

  /// Of a batch, from its sums.
  struct Result {
    var loss: Float
    var crossEntropy: Float
    /// A class each; nil where no pixel certainly has it.
    var dice: [Float?]
    /// What `LabelSoftmax.backward` wants.
    var weight: Float
    var own: [Float]
    var other: [Float]
  }

  func result(_ sums: LabelSoftmax.Sums) -> Result {
    let classes = sums.overlaps.indices
    let crossEntropy = sums.known > 0 ? sums.crossEntropy / sums.known : 0
    let dice = sums.overlaps.map { o -> Double? in
      o.actual > 0 ? (2 * o.common + smoothing) / (o.predicted + o.actual + smoothing) : nil
    }
    let counted = (diceClasses ?? Array(classes.dropFirst())).filter { classes.contains($0) && dice[$0] != nil }
    var (own, other) = (classes.map { _ in Float(0) }, classes.map { _ in Float(0) })
    var missing = 0.0
    for c in counted {
      let (o, share) = (sums.overlaps[c], Double(diceWeight) / Double(counted.count))
      let size = o.predicted + o.actual + smoothing
      missing += share * (1 - (dice[c] ?? 0))
      own[c] = Float(-2 * share / size)
      other[c] = Float(share * (2 * o.common + smoothing) / (size * size))
    }
    return Result(
      loss: Float(crossEntropy + missing), crossEntropy: Float(crossEntropy), dice: dice.map { $0.map { Float($0) } },
      weight: sums.known > 0 ? Float(1 / sums.known) : 0, own: own, other: other)
  }
}
