import Networks
import Tensor

/// The frozen encoder's embeddings of a study's clips, [count, width], row by row.
public struct StudyViews: Sendable {
  public let count: Int
  public let width: Int
  public let values: [Float]

  /// `values.count` must be a multiple of `width`.
  public init(width: Int, values: [Float]) {
    precondition(width > 0 && values.count % width == 0, "StudyViews: \(values.count) values in rows of \(width)")
    self.count = values.count / width
    self.width = width
    self.values = values
  }
}

/// One thing that a head of its own learns to say of a study.
public struct HeadTask: Sendable {
  public enum Kind: Hashable, Sendable {
    /// Targets 0 or 1; the logit's sigmoid is a probability.
    case condition
    /// Targets and logits are fractions, such as LVEF / 100; the logit starts at `start`.
    case fraction(start: Float)
  }

  /// The label's name; weights come out under `heads.NAME.`.
  public let name: String
  public let kind: Kind
  /// One a study, in the studies' order; nil where it is not known.
  public let targets: [Float?]

  public init(name: String, kind: Kind, targets: [Float?]) {
    self.name = name
    self.kind = kind
    self.targets = targets
  }

  /// LVEF in percent → the published regression head (arXiv 2312.00357).
  public static func lvef(_ percent: [Float?]) -> HeadTask {
    HeadTask(name: "lvef", kind: .fraction(start: 0.57), targets: percent.map { $0.map { $0 / 100 } })
  }
}

/// How heads are trained. The published rate is 1e-4; small embeddings from few studies learn in time at 1e-3.
public struct HeadSchedule: Sendable {
  public var rate: Float = 1e-3
  public var epochs = 40
  /// Studies a step.
  public var batch = 16
  public var decay: Float = 0.01
  public var dropout: Float = 0.25
  /// Where a fraction's error stops counting by its square.
  public var huberDelta: Float = 0.1
  /// Positives weigh as much as negatives together, up to this.
  public var largestPositiveWeight: Float = 20
  /// Epochs without a better validation loss before training stops.
  public var patience = 8
  public var seed: UInt64 = 0
  public init() {}
}

extension TrainedHead {
  /// What it says of a study; nil without views.
  public func logit(_ views: StudyViews) -> Double? {
    guard views.count > 0 else { return nil }
    var layout = ParameterLayout()
    let network = MultiViewHead(dim: views.width, name: "heads.\(name).", into: &layout)
    let arena = Arena()
    return views.values.withUnsafeBufferPointer { v in
      parameters.values.withUnsafeBufferPointer { p in
        guard let v = v.baseAddress, let p = p.baseAddress else { return nil }
        return Double(network.forward(p, views: v, n: views.count, arena: arena).logit)
      }
    }
  }
}

/// A head as it stood at its best epoch.
public struct TrainedHead: Sendable {
  public let name: String
  public let kind: HeadTask.Kind
  /// Under `heads.NAME.`.
  public let parameters: Parameters
  /// The epoch kept, from 1.
  public let epoch: Int
  public let validationLoss: Float
  /// One a validation study, in their order, known target or not: what calibration and thresholds are fitted to.
  public let validationLogits: [Float]
}
