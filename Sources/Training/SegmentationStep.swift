import Networks
import Tensor

/// Loss and gradients of a batch of pictures: the same bytes for any number of threads. Memory is kept for the next
/// batch of the same size.
public final class SegmentationStep {
  public let network: SegmentationNetwork
  public let loss: SegmentationLoss
  private let threads: Int
  private var pass: SegmentationPass?

  public init(_ network: SegmentationNetwork, loss: SegmentationLoss = SegmentationLoss(), threads: Int) {
    self.network = network
    self.loss = loss
    self.threads = threads
  }

  public struct Outcome: Sendable {
    public var loss: Float
    /// The loss's first part: the mean over pixels of which something is known.
    public var crossEntropy: Float
    /// Soft Dice of each class; nil where no pixel of the batch certainly has it.
    public var dice: [Float?]
    /// [layout.count]
    public var gradients: [Float]
  }

  /// Batch norm goes by the batch, and the running statistics follow it. The batch's arrays must be of its sizes; height
  /// and width multiples of the network's `sizeMultiple`.
  public func run(_ weights: Parameters, _ statistics: inout Parameters, _ batch: SegmentationBatch) -> Outcome {
    let (channels, classes) = (network.configuration.channels, network.configuration.classes)
    let pixels = batch.height * batch.width
    precondition(
      batch.pictures.count == batch.count * channels * pixels && batch.labels.count == batch.count * pixels
        && weights.values.count == network.layout.count
        && statistics.values.count == network.statisticsLayout.count,
      "a batch, or weights, of other sizes than they say")
    let pass = pass(for: batch)
    pass.forward(weights.values, statistics: &statistics.values, pictures: batch.pictures)
    let result = loss.result(sums(pass, batch.labels, pixels, classes))
    let logits = Unchecked(pass.logits)
    Lanes.run(batch.count, threads: threads) { i, _ in
      batch.labels.withUnsafeBufferPointer { labels in
        guard let labels = labels.baseAddress else { return }
        LabelSoftmax.backward(
          pixels, classes: classes, weight: result.weight, own: result.own, other: result.other,
          labels: labels + i * pixels, p: logits.value + i * classes * pixels)
      }
    }
    var gradients = [Float](repeating: 0, count: network.layout.count)
    pass.backward(weights.values, gradients: &gradients)
    return Outcome(loss: result.loss, crossEntropy: result.crossEntropy, dice: result.dice, gradients: gradients)
  }

  private func pass(for batch: SegmentationBatch) -> SegmentationPass {
    if let pass, (pass.count, pass.height, pass.width) == (batch.count, batch.height, batch.width) { return pass }
    pass = nil
    let new = SegmentationPass(
      network, count: batch.count, height: batch.height, width: batch.width, threads: threads)
    pass = new
    return new
  }

  /// Logits become probabilities; the pictures' sums are added in their order.
  private func sums(_ pass: SegmentationPass, _ labels: [UInt8], _ pixels: Int, _ classes: Int) -> LabelSoftmax.Sums {
    var each = [LabelSoftmax.Sums](repeating: LabelSoftmax.Sums(classes: classes), count: pass.count)
    let logits = Unchecked(pass.logits)
    each.withUnsafeMutableBufferPointer { each in
      nonisolated(unsafe) let each = each
      Lanes.run(pass.count, threads: threads) { i, _ in
        let p = logits.value + i * classes * pixels
        LabelSoftmax.forward(pixels, classes: classes, logits: p, p: p)
        labels.withUnsafeBufferPointer { labels in
          guard let labels = labels.baseAddress else { return }
          each[i] = LabelSoftmax.sums(pixels, classes: classes, p: p, labels: labels + i * pixels)
        }
      }
    }
    return each.reduce(into: LabelSoftmax.Sums(classes: classes)) { $0 += $1 }
  }
}
