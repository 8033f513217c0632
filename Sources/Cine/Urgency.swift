/// How soon a study should be opened: 0 for nothing found, larger for graver. Measured numbers come first; what is learned
/// counts only where nothing was measured.
public enum Urgency {
  public static func of(_ analysis: Analysis?, _ measured: Measured?) -> Double {
    if let measured, measured.quality.grade != .none {
      // Beyond its limit by widths of the normal range; a finding of any size comes before none.
      return measured.findings.map { 1 + $0.excess }.max() ?? 0
    }
    // Nobody knows: between what is well and what is ill.
    if measured != nil { return 0.5 }
    let marks = analysis?.findings.filter { $0.positive && $0.condition != "PureNormal" } ?? []
    return marks.map(\.probability).max() ?? 0
  }
}
