/// How soon a study should be opened: 0 for nothing found, larger for graver. Measured numbers come first; what is learned
/// counts only where nothing was measured, and of an effusion, which no number answers and nobody wants to find late.
public enum Urgency {
  /// 0 for nothing found; 0.5 where nobody knows; up to 1 by learned marks alone; above 1 by measured findings.
  public static func of(_ analysis: Analysis?, _ measured: Measured?) -> Double {
    if let measured, measured.quality.grade != .none {
      // A finding of any size comes before none, and a mark alone is less than any number.
      if let gravest = measured.findings.map(of).max() { return 1 + gravest }
      return learned(analysis, beside: measured).map { 0.5 + 0.4 * $0.probability } ?? 0
    }
    // Nobody knows: between what is well and what is ill.
    if measured != nil { return 0.5 }
    return learned(analysis, beside: nil)?.probability ?? 0
  }

  /// The likeliest mark that counts.
  public static func learned(_ analysis: Analysis?, beside measured: Measured?) -> Finding? {
    guard let analysis, analysis.refusal == nil else { return nil }
    let marks = analysis.findings.filter { finding in
      finding.positive && finding.condition != "PureNormal"
        && (measured == nil || finding.condition == "Large.Pericardial.Effusion")
    }
    return marks.max { $0.probability < $1.probability }
  }

  /// How far beyond its limit, by widths of the normal range, times how soon such a thing wants a reader: how the heart
  /// pumps counts most, how large an atrium is least. Chosen by us, not published.
  public static func of(_ finding: MeasuredFinding) -> Double {
    let weight =
      switch finding.measurement {
      case "lvef": 3.0
      case "rvef", "still_segments", "poorly_thickening_segments": 1.5
      case _ where finding.measurement.hasPrefix("la_") || finding.measurement.hasPrefix("ra_"): 0.3
      default: 1.0
      }
    return weight * finding.excess
  }
}
