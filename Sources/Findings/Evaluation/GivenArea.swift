/// The area under a curve whose direction is known beforehand: a higher score must mean the condition. A curve below the
/// diagonal is not turned, as it would be for a marker whose direction nobody knows.
public struct GivenArea: Hashable, Sendable {
  public let auc: Double
  /// 95 % interval, where one can be had.
  public let low: Double?
  public let high: Double?

  public init(_ roc: ROC) {
    auc = roc.isTurned ? 1 - roc.auc : roc.auc
    low = roc.isTurned ? roc.high.map { 1 - $0 } : roc.low
    high = roc.isTurned ? roc.low.map { 1 - $0 } : roc.high
  }
}
