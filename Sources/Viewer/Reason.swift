import Cine
import Plain

/// Why a study lies where it does in the worklist.
enum Reason {
  /// The gravest finding in a few words, "LVEF 18 %" or "LV 132 ml/m²"; nil for a heart without any.
  /// Where there is little room the number comes without its unit.
  static func of(_ measured: Measured?, _ analysis: Analysis?, units: Bool = true) -> String? {
    if let measured, measured.quality.grade != .none {
      guard let finding = measured.findings.max(by: { Urgency.of($0) < Urgency.of($1) }) else {
        return learned(analysis, beside: measured)
      }
      let name = Numbers.short(finding.measurement) ?? ConditionNames.short(finding.condition)
      let number = measured.measurements.first { $0.name == finding.measurement }
        .map { " " + (units ? Numbers.text($0) : Numbers.digits($0.value, unit: $0.unit)) }
      return name + (number ?? "")
    }
    return learned(analysis, beside: nil)
  }

  private static func learned(_ analysis: Analysis?, beside measured: Measured?) -> String? {
    Urgency.learned(analysis, beside: measured).map { ConditionNames.short($0.condition) }
  }
}

/// Measurements in few words.
enum Numbers {
  /// Nil for what has no short name.
  static func short(_ measurement: String) -> String? {
    let name = measurement.hasSuffix("_index") ? String(measurement.dropLast(6)) : measurement
    return switch name {
    case "lvef": "LVEF"
    case "rvef": "RVEF"
    case "lv_edv": "LV"
    case "lv_esv": "LVESV"
    case "lv_mass": "mass"
    case "rv_edv": "RV"
    case "rv_esv": "RVESV"
    case "wall_thickness_max": "wall"
    case "la_area", "la_volume": "LA"
    case "ra_area": "RA"
    case "poorly_thickening_segments", "still_segments": "wall motion"
    default: nil
    }
  }

  /// Millimetres and areas to a tenth, ratios to a hundredth, the rest whole.
  static func digits(_ value: Double, unit: String) -> String {
    let decimals = unit.isEmpty ? 2 : ["mm", "cm²", "m²"].contains(unit) ? 1 : 0
    return JSON.fixed(value, decimals: decimals) ?? "?"
  }

  static func text(_ m: Measurement) -> String {
    digits(m.value, unit: m.unit) + (m.unit.isEmpty || m.unit == "segments" ? "" : " " + m.unit)
  }

  /// The side of the limit that was passed: ">109"; nil where none was, or none is known.
  static func passed(_ m: Measurement) -> String? {
    if let high = m.limit?.high, m.value > high { return ">" + digits(high, unit: m.unit) }
    if let low = m.limit?.low, m.value < low { return "<" + digits(low, unit: m.unit) }
    return nil
  }
}
