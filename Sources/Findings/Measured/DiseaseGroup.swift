import Cine

/// The five groups of ACDC (Bernard et al., IEEE TMI 37(11), 2018), by a rule over measurements that follows the data
/// set's own inclusion criteria. A yardstick for measuring the product, no diagnosis.
public enum DiseaseGroup: String, Hashable, Sendable, Codable, CaseIterable {
  case normal = "NOR"
  case dilated = "DCM"
  case hypertrophic = "HCM"
  case infarct = "MINF"
  case rightVentricle = "RV"

  /// Asked in this order; the first that holds decides.
  ///
  /// 1. LVEF below 50 % and three or more segments that do not thicken while others do: MINF.
  /// 2. LVEF below 40 %: DCM where LVEDV index is above 100 ml/m², else MINF.
  /// 3. A wall above 13 mm with LVEF above 55 %: HCM.
  /// 4. RVEDV index above 110 ml/m², RVEF below 40 %, or a right ventricle 1.4 times as large as the left: RV.
  /// 5. NOR.
  ///
  /// The data set's own criteria are LVEF 40 %, LVEDV index 100, wall 15 mm with LVEF 55 %, RVEDV index 110 and RVEF 40 %.
  /// What else stands here was chosen on the experts' contours of twenty of its hearts: how "regional" is told from
  /// "dilated" (three segments, 50 %), 13 mm (ours are averages over 39° that two slices reach) and 1.4. Nil without LVEF, and where the body's
  /// size is not known.
  public static func of(_ measurements: [Measurement]) -> DiseaseGroup? {
    func value(_ name: String) -> Double? { measurements.first { $0.name == name }?.value }
    guard let lvef = value("lvef"), let edv = value("lv_edv_index") else { return nil }
    if lvef < 50, let still = value("still_segments"), still >= 3 { return .infarct }
    if lvef < 40 { return edv > 100 ? .dilated : .infarct }
    if let wall = value("wall_thickness_max"), wall > 13, lvef > 55 { return .hypertrophic }
    if let right = value("rv_edv_index"), right > 110 { return .rightVentricle }
    if let rvef = value("rvef"), rvef < 40 { return .rightVentricle }
    if let ratio = value("rv_to_lv"), ratio > 1.4 { return .rightVentricle }
    return .normal
  }
}
