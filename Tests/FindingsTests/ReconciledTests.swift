import Cine
import Testing

@testable import Findings

@Suite struct ReconciledTests {
  private func measured(
    lvef: Double, edv: Double = 150, wall: Double = 9, _ conditions: [String] = [], grade: Quality.Grade = .green
  ) -> Measured {
    Measured(
      curve: nil, lvef: EjectionFraction(percent: lvef, low: lvef - 9, high: lvef + 9),
      measurements: [
        Measurement(name: "lvef", value: lvef, unit: "%"), Measurement(name: "lv_edv", value: edv, unit: "ml"),
        Measurement(name: "wall_thickness_max", value: wall, unit: "mm"),
      ],
      findings: conditions.map { MeasuredFinding(condition: $0, why: "", measurement: "", excess: 1, frame: nil) },
      quality: Quality(grade: grade, reasons: []))
  }

  private func analysis(_ sentences: [String], lvef: Double = 50) -> Analysis {
    Analysis(
      lvef: EjectionFraction(percent: lvef, low: lvef - 7, high: lvef + 7),
      findings: [
        Finding(
          condition: "Amyloid", probability: 0.9, threshold: 0.5, positive: true, auc: 1, aucLow: 1, aucHigh: 1)
      ], sentences: sentences.map { ReportSentence(text: $0, similarity: 0.5) }, views: [], warnings: [],
      embedding: [1])
  }

  @Test(arguments: [
    "LVEF 61 %.", "Left ventricular systolic function is normal with an LVEF of 61 %.",
    "The left ventricle is normal in size with an end-diastolic volume of 140 ml.",
    "Normal left ventricular cavity size.", "LVEDV 120 ml, LVESV 50 ml.", "Normal cardiac MRI.",
    "There is mild left ventricular hypertrophy.",
  ])
  func whatContradictsAGraveHeartIsNotShown(_ sentence: String) {
    let grave = measured(lvef: 22, edv: 260, ["Reduced.LVEF", "Left.Ventricular.Dilation"])
    #expect(analysis([sentence]).reconciled(with: grave).sentences.isEmpty)
  }

  @Test(arguments: [
    "LVEF 24 %.", "Left ventricular systolic function is severely reduced with an LVEF of 25 %.",
    "The left ventricle is severely dilated with an end-diastolic volume of 240 ml.",
    "There is global hypokinesis of the left ventricle.", "No left ventricular hypertrophy.",
    "Mild mitral regurgitation.", "There is a small pericardial effusion.",
  ])
  func whatAgreesOrWasNotMeasuredStays(_ sentence: String) {
    let grave = measured(lvef: 22, edv: 260, ["Reduced.LVEF", "Left.Ventricular.Dilation"])
    #expect(analysis([sentence]).reconciled(with: grave).sentences.count == 1)
  }

  @Test(arguments: [
    "The left ventricular ejection fraction is severely reduced at 25 %.",
    "Severely dilated left ventricle, EDV 300 ml.",
    "There is global hypokinesis of the left ventricle.", "There is asymmetric hypertrophy of the septum.",
  ])
  func whatContradictsAHealthyHeartIsNotShown(_ sentence: String) {
    #expect(analysis([sentence]).reconciled(with: measured(lvef: 61)).sentences.isEmpty)
  }

  @Test func disagreementIsSaid() {
    let one = analysis([], lvef: 46).reconciled(with: measured(lvef: 25))
    #expect(one.warnings.map(\.code) == ["sources_disagree"])
    #expect(one.warnings[0].text == "LVEF is 25 % by contours and 46 % by the learned estimate.")
    #expect(analysis([], lvef: 46).reconciled(with: measured(lvef: 40)).warnings.isEmpty)
  }

  /// The number decides what is a question of a number.
  @Test func aLearnedMarkYieldsToAMeasuredNumber() {
    var learned = analysis([])
    learned.findings[0].condition = "Left.Ventricular.Dilation"
    var well = measured(lvef: 60)
    #expect(learned.reconciled(with: well).findings[0].positive)
    well.measurements.append(
      Measurement(
        name: "lv_edv_index", value: 80, unit: "ml/m²", limit: .init(low: 60, high: 109, source: "Somebody")))
    let one = learned.reconciled(with: well)
    #expect(!one.findings[0].positive && one.warnings.map(\.code).contains("sources_disagree"))
    well.findings = [
      MeasuredFinding(
        condition: "Left.Ventricular.Dilation", why: "", measurement: "lv_edv_index", excess: 1, frame: nil)
    ]
    #expect(learned.reconciled(with: well).findings[0].positive)
  }

  @Test func noNumberMeansNoLearnedNumberEither() {
    let one = analysis(["LVEF 61 %."]).reconciled(with: measured(lvef: 61, grade: .none))
    #expect(one.lvef == nil && one.sentences.isEmpty && one.findings.allSatisfy { !$0.positive })
  }

  @Test func urgencyFollowsWhatWasMeasured() {
    let well = Urgency.of(nil, measured(lvef: 61))
    let ill = Urgency.of(analysis([]), measured(lvef: 22, ["Reduced.LVEF"]))
    let unknown = Urgency.of(analysis([]), measured(lvef: 61, grade: .none))
    #expect(well == 0 && well < unknown && unknown < ill)
    #expect(Urgency.of(analysis([]), nil) == 0.9 && Urgency.of(nil, nil) == 0)
  }

  /// How it pumps counts more than how large an atrium is, and a mark that no number can answer more than nothing.
  @Test func pumpingComesBeforeSize() {
    func one(_ measurement: String, _ excess: Double) -> Measured {
      var m = measured(lvef: 60)
      m.findings = [MeasuredFinding(condition: "x", why: "", measurement: measurement, excess: excess, frame: nil)]
      return m
    }
    #expect(Urgency.of(nil, one("lvef", 0.4)) > Urgency.of(nil, one("la_area", 0.9)))
    #expect(Urgency.of(nil, one("lv_edv_index", 0.4)) > Urgency.of(nil, one("ra_area", 0.9)))
    var marked = analysis([])
    #expect(Urgency.of(marked, measured(lvef: 60)) == 0)
    marked.findings[0].condition = "Large.Pericardial.Effusion"
    let effusion = Urgency.of(marked, measured(lvef: 60))
    #expect(
      effusion > Urgency.of(nil, measured(lvef: 60, grade: .none)) && effusion < Urgency.of(nil, one("la_area", 0)))
  }
}
