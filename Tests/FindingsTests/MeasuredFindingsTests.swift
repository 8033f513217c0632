import Cine
import Testing

@testable import Findings

/// When a number is a finding, and what is said of it.
@Suite struct MeasuredFindingsTests {
  static func findings(
    _ values: [(String, Double)], _ person: Person? = Person(sex: .male, height: 180, weight: 80, age: 50),
    low: Double? = nil, high: Double? = nil
  ) throws -> [MeasuredFinding] {
    let measurements = values.map { name, value in
      Measurement(name: name, value: value, unit: MeasurementNames.units[name] ?? "", low: low, high: high)
    }
    return MeasuredFindings(try LimitsTests.bundled(), person, nil).of(measurements)
  }

  @Test func theNumberTheLimitAndWhose() throws {
    let found = try Self.findings([("lv_edv_index", 132)])
    #expect(found.map(\.condition) == ["Left.Ventricular.Dilation"])
    #expect(found[0].why == "LVEDV index 132 ml/m², above 109: Zhan 2024")
    #expect(found[0].measurement == "lv_edv_index" && abs(found[0].excess - 23 / 49) < 1e-9)
  }

  @Test(arguments: [(44.0, "mildly"), (33, "moderately"), (22, "severely")])
  func howFarInWords(_ lvef: Double, _ word: String) throws {
    let found = try Self.findings([("lvef", lvef)])
    #expect(found.map(\.condition) == ["Reduced.LVEF"])
    #expect(found[0].why == "\(word) reduced: LVEF \(Int(lvef)) %, below 48: UK Biobank, Petersen 2017")
  }

  @Test func aNormalHeartHasNone() throws {
    let normal: [(String, Double)] = [
      ("lvef", 60), ("lv_edv_index", 80), ("lv_mass_index", 55), ("rv_edv_index", 85), ("rvef", 57),
      ("wall_thickness_max", 10.5), ("poorly_thickening_segments", 2), ("la_area", 20), ("ra_area", 20),
    ]
    #expect(try Self.findings(normal).isEmpty)
    // At the limit, or beyond it by less than a tenth of the range, is no finding.
    #expect(try Self.findings([("lv_edv_index", 109), ("lvef", 47), ("wall_thickness_max", 12.2)]).isEmpty)
  }

  /// A finding lies beyond its limit by half of the way to the end of its interval.
  @Test func theIntervalDecidesNearTheLimit() throws {
    #expect(try Self.findings([("lvef", 45)], low: 40, high: 50).count == 1)
    #expect(try Self.findings([("lvef", 45)], low: 36, high: 54).isEmpty)
    // By less than a tenth of the range never, however narrow the interval.
    #expect(try Self.findings([("lvef", 47)], low: 46.9, high: 47.1).isEmpty)
    #expect(try Self.findings([("lvef", 40)], low: 28, high: 52).count == 1)
  }

  @Test func whereTheSexIsNotKnownTheWider() throws {
    let woman = Person(sex: .female, height: 165, weight: 60, age: 50)
    #expect(try Self.findings([("lv_edv_index", 104)], woman).count == 1)
    #expect(try Self.findings([("lv_edv_index", 104)], Person(height: 165, weight: 60)).isEmpty)
  }

  @Test func theGravestFirstAndOneOfEachCondition() throws {
    let found = try Self.findings([("lv_mass_index", 90), ("wall_thickness_max", 17), ("lvef", 20)])
    #expect(
      found.map(\.condition) == ["Left.Ventricular.Hypertrophy", "Reduced.LVEF", "Hypertrophic.Cardiomyopathy"])
    #expect(found[0].why == "wall 17 mm, above 12: common usage; LV mass index 90 g/m², above 76: Zhan 2024")
    #expect(found.map(\.excess) == found.map(\.excess).sorted(by: >))
  }

  /// A volume alone says nothing, unless no body is large enough for it.
  @Test func withoutHeightAndWeight() throws {
    #expect(try Self.findings([("lv_edv", 240)], nil).isEmpty)
    let found = try Self.findings([("lv_edv", 330)], nil)
    #expect(found.map(\.condition) == ["Left.Ventricular.Dilation"])
    #expect(
      found.first?.why
        == "LVEDV 330 ml, above 262, which is 109 ml/m² for the largest body of 2.4 m² (height or weight is not known): "
        + "Zhan 2024")
    // Where the index is known, it alone is asked.
    #expect(try Self.findings([("lv_edv", 330)]).isEmpty)
  }

  @Test func aSiteMayLeaveOutWhatItLikes() throws {
    let limits = try LimitsTests.table("lvef,%,any,in cavity,50,,Low.EF,,yes,Ours,P")
    let found = MeasuredFindings(limits, nil, nil).of([
      Measurement(name: "lvef", value: 30, unit: "%"), Measurement(name: "lv_edv", value: 900, unit: "ml"),
    ])
    #expect(found.map(\.why) == ["LVEF 30 %, below 50: Ours"] && found.map(\.condition) == ["Low.EF"])
  }

  // MARK: Groups

  static func group(_ values: KeyValuePairs<String, Double>) -> DiseaseGroup? {
    var all: [String: Double] = [
      "lvef": 60, "lv_edv_index": 80, "wall_thickness_max": 10, "rv_edv_index": 85, "rvef": 55,
    ]
    for (name, value) in values { all[name] = value }
    return DiseaseGroup.of(all.map { Measurement(name: $0, value: $1, unit: "") })
  }

  @Test func theFiveGroups() {
    #expect(Self.group([:]) == .normal)
    #expect(Self.group(["lvef": 30, "lv_edv_index": 130]) == .dilated)
    #expect(Self.group(["lvef": 30, "lv_edv_index": 130, "still_segments": 4]) == .infarct)
    #expect(Self.group(["lvef": 30]) == .infarct)
    #expect(Self.group(["lvef": 45, "still_segments": 3]) == .infarct)
    #expect(Self.group(["lvef": 70, "wall_thickness_max": 17]) == .hypertrophic)
    #expect(Self.group(["rv_edv_index": 120]) == .rightVentricle)
    #expect(Self.group(["rvef": 30]) == .rightVentricle)
    #expect(Self.group(["rv_to_lv": 1.5]) == .rightVentricle)
    // A dilated left ventricle decides before the right one.
    #expect(Self.group(["lvef": 20, "lv_edv_index": 140, "rv_edv_index": 140, "rvef": 15]) == .dilated)
    #expect(DiseaseGroup.of([Measurement(name: "lvef", value: 60, unit: "%")]) == nil)
  }
}
