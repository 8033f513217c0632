import Cine
import Plain

extension Analysis {
  /// What the learned heads say beside what was measured: no learned mark and no learned number where the study gives none,
  /// no sentence that says otherwise than a measured number, and a word where both sources disagree.
  public func reconciled(with measured: Measured) -> Analysis {
    var one = self
    if measured.quality.grade == .none {
      one.lvef = nil
      one.quantities = one.quantities.map { _ in [] }
      for k in one.findings.indices { one.findings[k].positive = false }
      one.sentences = []
      return one
    }
    let check = SentenceCheck(measured)
    one.sentences = sentences.filter { !check.contradicts($0.text) }
    let contoured = measured.measurements.first { $0.name == "lvef" }?.value
    if let learned = lvef?.percent, let contoured, abs(learned - contoured) > Self.disagreement {
      func whole(_ x: Double) -> String { JSON.fixed(x, decimals: 0) ?? "?" }
      one.warnings.append(
        AnalysisWarning(
          code: "sources_disagree",
          text: "LVEF is \(whole(contoured)) % by contours and \(whole(learned)) % by the learned estimate."))
    }
    let found = Set(measured.findings.map(\.condition))
    for k in one.findings.indices where one.findings[k].positive && !found.contains(one.findings[k].condition) {
      let condition = one.findings[k].condition
      // Asked of a number, which says otherwise.
      guard let name = Self.asked[condition], let own = measured.measurements.first(where: { $0.name == name }),
        own.limit != nil
      else { continue }
      one.findings[k].positive = false
      one.warnings.append(
        AnalysisWarning(
          code: "sources_disagree",
          text: "\(ConditionNames.long(condition)) is likely by the learned estimate, and not by what was measured."))
    }
    return one
  }

  /// Conditions that are a question of one number.
  private static let asked = [
    "Left.Ventricular.Dilation": "lv_edv_index", "Right.Ventricular.Dilation": "rv_edv_index",
    "Left.Ventricular.Hypertrophy": "wall_thickness_max", "Left.Atrial.Dilation": "la_area",
    "Right.Atrial.Dilation": "ra_area",
  ]

  /// Points of LVEF.
  static let disagreement = 10.0
}
