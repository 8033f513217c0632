import Cine

/// What is measured: stable names, their units, and words for people.
public enum MeasurementNames {
  static let table: [(name: String, unit: String, words: String)] = [
    ("lvef", "%", "LVEF"), ("lv_edv", "ml", "LVEDV"), ("lv_esv", "ml", "LVESV"),
    ("lv_stroke_volume", "ml", "LV stroke volume"), ("lv_mass", "g", "LV mass"), ("rvef", "%", "RVEF"),
    ("rv_edv", "ml", "RVEDV"), ("rv_esv", "ml", "RVESV"), ("lv_edv_index", "ml/m²", "LVEDV index"),
    ("lv_esv_index", "ml/m²", "LVESV index"), ("lv_stroke_volume_index", "ml/m²", "LV stroke volume index"),
    ("lv_mass_index", "g/m²", "LV mass index"), ("rv_edv_index", "ml/m²", "RVEDV index"),
    ("rv_esv_index", "ml/m²", "RVESV index"), ("wall_thickness_max", "mm", "wall"),
    ("wall_thickness_mean", "mm", "mean wall"), ("wall_thickening", "%", "thickening"),
    ("septal_ratio", "", "septal to lateral wall"), ("apical_ratio", "", "apical to basal wall"),
    ("poorly_thickening_segments", "segments", "segments that hardly thicken"),
    ("still_segments", "segments", "segments that do not thicken"),
    ("rv_to_lv", "", "RVEDV to LVEDV"), ("lv_length", "mm", "LV length"),
    ("la_area", "cm²", "LA area"), ("ra_area", "cm²", "RA area"), ("la_volume", "ml", "LA volume"),
    ("la_volume_index", "ml/m²", "LA volume index"), ("body_surface", "m²", "body surface"),
  ]

  public static let units = Dictionary(table.map { ($0.name, $0.unit) }) { first, _ in first }

  /// "LVEDV index"; of a segment its own name.
  public static func words(_ name: String) -> String {
    if let known = table.first(where: { $0.name == name }) { return known.words }
    return name.split(separator: "_").joined(separator: " ")
  }
}
