/// How soon a study should be opened: 0 for nothing found, larger for graver. Measured numbers come first; what is learned
/// counts only where nothing was measured, or where no number says anything of it.
public enum Urgency {
  public static func of(_ analysis: Analysis?, _ measured: Measured?) -> Double {
    let marks = analysis?.findings.filter { $0.positive && $0.condition != "PureNormal" } ?? []
    let learned = marks.map(\.probability).max()
    if let measured, measured.quality.grade != .none {
      // A finding of any size comes before none.
      if let gravest = measured.findings.map(of).max() { return 1 + gravest }
      // An effusion has no contour; but a mark alone is less than any number.
      return learned.map { 0.5 + 0.4 * $0 } ?? 0
    }
    // Nobody knows: between what is well and what is ill.
    if measured != nil { return 0.5 }
    return learned ?? 0
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
