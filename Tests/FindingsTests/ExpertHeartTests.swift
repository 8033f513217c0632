import Cine
import Contours
import Plain
import TestSupport
import Testing

@testable import Findings

/// Numbers, findings and groups of twenty real hearts as experts drew them: what the rules can do at best.
@Suite(.enabled(if: SharedFolder.path("data/hearts/acdc") != nil)) struct ExpertHeartTests {
  struct Row {
    let name: String
    let group: String
    let made: Measurer.Result
    func value(_ name: String) -> Double { made.measurements.first { $0.name == name }?.value ?? .nan }
  }

  static func rows() throws -> [Row] {
    let measurer = Measurer(try LimitsTests.bundled())
    return try ExpertHeart.all().map { heart in
      Row(name: heart.study.patientID, group: heart.group, made: measurer.measured(heart.study, heart.contours))
    }
  }

  @Test func wallsFindingsAndGroups() throws {
    let rows = try Self.rows()
    #expect(rows.count == 20)
    func text(_ x: Double) -> String { JSON.fixed(x, decimals: 1) ?? "–" }
    var confusion: [String: [String: Int]] = [:]
    for row in rows {
      let guess = DiseaseGroup.of(row.made.measurements)?.rawValue ?? "none"
      confusion[row.group, default: [:]][guess, default: 0] += 1
      let numbers = [
        "lvef", "lv_edv_index", "lv_mass_index", "rv_edv_index", "rvef", "wall_thickness_max", "wall_thickness_mean",
        "poorly_thickening_segments", "still_segments",
      ].map { "\($0) \(text(row.value($0)))" }
      print("\(row.name) \(row.group) → \(guess): \(numbers.joined(separator: ", "))")
      for finding in row.made.findings { print("    \(finding.condition): \(finding.why)") }
      #expect(row.made.wall?.segments.count == 16 && row.made.wall?.isNamed == false)
      // Normal walls are 5 to 10 mm in the mean; hypertrophic ones are thick somewhere.
      if row.group == "NOR" {
        #expect((5...9).contains(row.value("wall_thickness_mean")) && row.value("wall_thickness_max") < 12.5)
        #expect(row.made.findings.count <= 1)
      }
      if row.group == "HCM" {
        #expect(row.value("wall_thickness_max") > 13)
        #expect(row.made.findings.contains { $0.condition == "Left.Ventricular.Hypertrophy" })
      }
      if row.group == "DCM" || row.group == "MINF" {
        #expect(row.made.findings.contains { $0.condition == "Reduced.LVEF" })
      }
    }
    let recalls = confusion.map { group, guesses in
      Double(guesses[group] ?? 0) / Double(guesses.values.reduce(0, +))
    }
    let balanced = recalls.reduce(0, +) / Double(recalls.count)
    for group in confusion.keys.sorted() {
      print(
        group,
        (confusion[group] ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", "))
    }
    print("balanced accuracy \(JSON.fixed(balanced, decimals: 2) ?? "–")")
    #expect(balanced >= 0.9)
  }
}
