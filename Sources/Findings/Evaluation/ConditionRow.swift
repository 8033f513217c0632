import Cine
import Plain

extension Evaluation {
  /// One condition: how well a score tells its cases from its controls, and what one must know to read that.
  public struct ConditionRow: Hashable, Sendable {
    public let condition: String
    public let count: Int
    public let positives: Int
    /// Nil where there are only cases or only controls.
    public let roc: ROC?
    public let baseline: ROC?
    /// Paired DeLong over the studies that both runs hold; nil across a turn, where one curve is measured upside down.
    public let pValue: Double?
    /// A sentence each; empty where the numbers speak for themselves.
    public let notes: [String]

    /// A baseline score is nil where the baseline's run lacks the study.
    init(_ condition: String, labels: [Bool], scores: [Double], baseline scoresOfBaseline: [Double?]) {
      let both = labels.indices.filter { scoresOfBaseline[$0] != nil }
      let bothLabels = both.map { labels[$0] }
      let roc = ROC(labels: labels, scores: scores)
      let baseline = ROC(labels: bothLabels, scores: both.compactMap { scoresOfBaseline[$0] })
      var notes = Self.notes(roc, labels, "AUC")
      var p: Double?
      if !both.isEmpty {
        if both.count < labels.count {
          notes.append("the baseline has \(both.count) of \(Count.of(labels.count, "study", "studies"))")
        }
        notes += Self.notes(baseline, bothLabels, "baseline AUC")
        if let roc, let baseline, let paired = ROC(labels: bothLabels, scores: both.map { scores[$0] }) {
          // As pROC warns: DeLong's test is not for curves of different directions.
          let directions = Set([roc.direction, paired.direction, baseline.direction])
          p = directions.count == 1 ? ROC.pValue(paired, baseline) : nil
          if directions.count > 1 {
            notes.append("no p value: one of the two curves is turned")
          } else if p == nil {
            notes.append("no p value: too few cases or controls, or no difference that varies")
          }
        }
      }
      (self.condition, count, positives) = (condition, labels.count, labels.count { $0 })
      (self.roc, self.baseline, pValue, self.notes) = (roc, baseline, p, notes)
    }

    private static func notes(_ roc: ROC?, _ labels: [Bool], _ name: String) -> [String] {
      guard let roc else { return ["no \(name): there are no \(labels.contains(true) ? "controls" : "cases")"] }
      var notes: [String] = []
      if roc.direction == .lower {
        let given = JSON.aligned(1 - roc.auc, decimals: 3)
        notes.append("\(name) turned: cases score lower than controls; as the scores are given it is \(given)")
      }
      switch roc.intervalRule {
      case .deLong: break
      case .clopperPearson:
        notes.append(
          "\(name) of 1: DeLong's interval would be 1 to 1 and say nothing; it is that of Clopper and Pearson over "
            + Count.of(roc.independentPairs, "independent pair"))
      case nil:
        let cases = roc.positives < 2
        let few = cases ? "one case" : roc.count - roc.positives < 2 ? "one control" : nil
        notes.append("no interval of the \(name): " + (few.map { "there is only \($0)" } ?? "every score is the same"))
      }
      return notes
    }
  }
}
