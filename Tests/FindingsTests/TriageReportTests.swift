import Cine
import Findings
import Plain
import TestSupport
import Testing

@Suite struct TriageReportTests {
  private var study: Study {
    let phases = (0..<3).map { Phase(time: nil, path: "f", frame: $0) }
    let slice = Slice(rows: 1, columns: 1, geometry: nil, heartbeat: nil, phases: phases)
    let series = [
      Series(
        instanceUID: "1.1", number: 1, description: "SAX \u{1B}[2J", view: .shortAxis, viewRule: .geometry,
        orderRule: "position, then TriggerTime", ties: 1, slices: [slice, slice]),
      Series(
        instanceUID: "1.2", number: 2, description: "", view: .unknown, viewRule: .none, orderRule: "", ties: 0,
        slices: []),
    ]
    return Study(
      instanceUID: "01.2", path: "/data/a,b", patientName: "Doe^Jane", patientID: "42", date: "", description: "",
      series: series)
  }

  private var analysis: Analysis {
    Analysis(
      lvef: EjectionFraction(percent: 26.04, low: 18, high: 35.55),
      findings: [
        Finding(
          condition: "A", probability: 0.912345, threshold: 0.5, positive: true, auc: 0.9, aucLow: 0.8123, aucHigh: 1),
        Finding(
          condition: "B", probability: .nan, threshold: 0.5, positive: false, auc: nil, aucLow: nil, aucHigh: nil),
      ], sentences: [ReportSentence(text: "LVEF is \"low\".", similarity: 0.81999)],
      views: [ViewWeight(view: .shortAxis, seriesInstanceUID: "1.1", slice: 1, weight: 1)],
      warnings: [AnalysisWarning(code: "c", text: "t")], embedding: [1])
  }

  private func report() throws -> TriageReport {
    let folder = try TinyPackage.Folder()
    let package = try TinyPackage.contents().write(TinyPackage.manifest, to: folder.path)
    return TriageReport(
      model: .init(package),
      entries: [
        .init(study: study, analysis: analysis),
        .init(study: study, analysis: nil, whyNot: WhyNot(code: "no_memory", text: "no memory")),
      ], unreadable: [UnreadableFile(path: "x", reason: "truncated", text: "Short.")], skipped: 3)
  }

  @Test func whatReadingNoticedIsSaidWithAndWithoutAResult() throws {
    var study = study
    study.warnings = [AnalysisWarning(code: "shared_study_uid", text: "Two.")]
    let done = TriageReport.Entry(study: study, analysis: analysis)
    #expect(done.warnings.map(\.code) == ["shared_study_uid", "c"])
    let failed = TriageReport.Entry(study: study, analysis: nil, whyNot: WhyNot(code: "no_memory", text: "no memory"))
    let made = try report()
    let both = TriageReport(model: made.model, entries: [done, failed], unreadable: [], skipped: 0)
    #expect(
      both.json.compact.contains("\"warnings\":[{\"code\":\"shared_study_uid\",\"text\":\"Two.\"},{\"code\":\"c\""))
    #expect(both.json.compact.contains("\"text\":\"Two.\"}],\"status\":\"failed"))
    #expect(both.csv.contains(",shared_study_uid c,") && both.csv.contains(",shared_study_uid,"))
  }

  @Test func keysAndNumbersAreAsDocumented() throws {
    let text = try report().json.compact
    let series = """
      "series":[{"series_instance_uid":"1.1","description":"SAX \\u001b[2J","view":"SAX","view_rule":"geometry",\
      "slices":2,"phases":3,"order_rule":"position, then TriggerTime","ties":1,"used_by_model":true},\
      {"series_instance_uid":"1.2","description":"","view":"-","view_rule":"none","slices":0,"phases":0,\
      "order_rule":"","ties":0,"used_by_model":false}]
      """
    let first = """
      {"study_instance_uid":"01.2","path":"/data/a,b","patient_id_hash":"73475cb40a568e8d",\(series),\
      "quality":null,"lvef":{"percent":26,"low":18,"high":35.6},"learned_lvef":{"percent":26,"low":18,"high":35.6},\
      "learned_quantities":[],\
      "volumes":null,"measurements":[],\
      "findings":[{"condition":"A","kind":"learned",\
      "why":"probability 0.91, marked from 0.50; AUC 0.90 on synthetic hearts","probability":0.9123,"threshold":0.5,"positive":true,"auc":0.9,"auc_low":0.812,\
      "auc_high":1},{"condition":"B","kind":"learned","why":"probability –, marked from 0.50","probability":null,"threshold":0.5,"positive":false,"auc":null,"auc_low":null,\
      "auc_high":null}],"sentences":[{"text":"LVEF is \\"low\\".","similarity":0.82}],\
      "views":[{"view":"SAX","slice":1,"weight":1}],"warnings":[{"code":"c","text":"t"}],"status":"done"}
      """
    #expect(text.hasPrefix("{\"schema_version\":2,\"model\":{\"name\":\"tiny\",\"version\":\"1\",\"sha256\":\""))
    #expect(text.contains("\"studies\":[" + first + ",{"))
    #expect(
      text.contains(
        "\"lvef\":null,\"learned_lvef\":null,\"learned_quantities\":[],\"volumes\":null,\"measurements\":[],\"findings\":[],\"sentences\":[],\"views\":[],\"warnings\":[]"
      ))
    #expect(text.contains("\"status\":\"failed: no memory\""))
    #expect(
      text.hasSuffix(
        "\"unreadable\":[{\"path\":\"x\",\"reason\":\"truncated\",\"text\":\"Short.\"}],\"skipped\":3,"
          + "\"notice\":\"Research use only, not for diagnosis.\"}"))
    #expect(!text.contains("Jane") && !text.contains("\"42\""))
  }

  @Test func tableCellsAreNoFormulas() throws {
    var odd = study
    odd.path = "=cmd()\u{1B}\n"
    let made = try report()
    let csv = TriageReport(
      model: made.model, entries: made.entries + [.init(study: odd, analysis: nil)], unreadable: [],
      skipped: 0
    ).csv
    let rows = try CSV(Array(csv.utf8)).rows.map(\.cells)
    #expect(rows.count == 4 && rows.allSatisfy { $0.count == 12 })
    #expect(rows[0].suffix(2) == ["A", "B"])
    #expect(rows[1][1] == "/data/a,b" && rows[1][5] == "26" && rows[1][10] == "0.9123")
    #expect(rows[2][3] == "failed: no memory" && rows[2][5] == "")
    #expect(rows[3][1] == "'=cmd()  ")
  }

  /// What was measured comes first, and the gravest study too.
  @Test func measuredNumbersLead() throws {
    let made = try report()
    func measured(_ lvef: Double, _ excess: Double?) -> Measured {
      Measured(
        curve: VolumeCurve(left: [200, 160], right: [150, 90], muscle: [110, 112], endDiastole: 0, endSystole: 1),
        lvef: EjectionFraction(percent: lvef, low: lvef - 8, high: lvef + 8),
        measurements: [
          Measurement(
            name: "lvef", value: lvef, unit: "%", low: lvef - 8, high: lvef + 8,
            limit: .init(low: 48, high: 68, source: "Somebody 2020"))
        ],
        findings: excess.map {
          [
            MeasuredFinding(
              condition: "Reduced.LVEF", why: "LVEF 20 %, below 48: Somebody 2020", measurement: "lvef", excess: $0,
              frame: FramePlace(seriesInstanceUID: "1.1", slice: 1, phase: 2))
          ]
        } ?? [], quality: Quality(grade: .amber, reasons: [AnalysisWarning(code: "looks_differ", text: "They do.")]))
    }
    var other = study
    other.instanceUID = "2"
    let both = TriageReport(
      model: made.model,
      entries: [
        .init(study: study, analysis: analysis, measured: measured(61, nil)),
        .init(study: other, analysis: analysis, measured: measured(20, 1.4)),
      ], unreadable: [], skipped: 0)
    #expect(both.entries.map(\.study.instanceUID) == ["2", "01.2"])
    let text = both.json.compact
    #expect(
      text.contains("\"quality\":{\"grade\":\"amber\",\"reasons\":[{\"code\":\"looks_differ\",\"text\":\"They do.\"}]}")
    )
    #expect(text.contains("\"lvef\":{\"percent\":20,\"low\":12,\"high\":28}"))
    #expect(
      text.contains(
        "\"findings\":[{\"condition\":\"Reduced.LVEF\",\"kind\":\"measured\","
          + "\"why\":\"LVEF 20 %, below 48: Somebody 2020\""))
    #expect(text.contains("\"limit\":{\"low\":48,\"high\":68},\"source\":\"Somebody 2020\",\"indexed_by\":null"))
    #expect(text.contains("\"lvef_percent\":{\"value\":20,\"low\":12,\"high\":28}"))
  }
}
