import Cine
import Terminal
import Testing

@testable import Viewer

@Suite struct FilterTests {
  static let broken = [
    UnreadableFile(path: "/data/x/Doe^Jane.dcm", reason: "truncated", text: "ends before its pixels: copy it again"),
    UnreadableFile(
      path: "/data/x/b.nii", reason: "unsupported_transfer_syntax", text: "has pixels in a form that is not known"),
  ]

  /// Six studies in all states, and two files that could not be read.
  static func model() -> ViewerModel {
    var m = ViewerModel(source: "/data/inbox", modelNote: "")
    let all = (0..<6).map { Sample.study("\($0)", id: "anon-\($0)") }
    _ = m.update(.catalogueComplete(all, unreadable: broken, skipped: 0))
    for (i, lvef) in [24.0, 35, 61].enumerated() {
      var one = Sample.judged(i == 1 ? .amber : .green, lvef: lvef, excess: i == 0 ? [1] : [])
      one.measurements += [
        Measurement(name: "lv_edv", value: [240.0, 180, 120][i], unit: "ml"),
        Measurement(name: "rvef", value: [38.0, 40, 55][i], unit: "%"),
      ]
      _ = m.update(.measured(study: "\(i)", one))
    }
    _ = m.update(.status(study: "0", .done(Sample.analysis)))
    _ = m.update(.measured(study: "3", Sample.judged(.none)))
    _ = m.update(.status(study: "4", .failed(WhyNot(code: "truncated", text: "a file ends too early"))))
    _ = m.update(.status(study: "5", .running(done: 1, total: 3)))
    return m
  }

  static func type(_ text: String, into m: inout ViewerModel) {
    for c in text { _ = m.update(.key(.character(c))) }
  }

  private func found(_ text: String, _ change: (inout ViewerModel) -> Void = { _ in }) -> [String] {
    var m = Self.model()
    change(&m)
    Self.type("/" + text, into: &m)
    return m.visible.map(\.study.instanceUID).sorted() + m.visibleFiles.map(\.reason)
  }

  @Test func numbers() {
    #expect(found("lvef<35") == ["0"] && found("lvef<=35") == ["0", "1"] && found("LVEF ≥ 35") == ["1", "2"])
    #expect(found("edv>200") == ["0"] && found("rvef<=40") == ["0", "1"] && found("lvef=61") == ["2"])
    #expect(found("rvef<=40 edv<200") == ["1"] && found("lvef<35 edv<200").isEmpty)
    #expect(found("lvef < 35%") == ["0"] && found("lvef<24,5") == ["0"])
    // A name of the program's own; a number that was taken back is none.
    #expect(found("lv_edv_index>100") == ["0", "1", "2"])
    // The learned number only where nothing was measured.
    #expect(found("lvef<30") { _ = $0.update(.status(study: "4", .done(Sample.analysis))) } == ["0", "4"])
    #expect(found("lvef<30") { _ = $0.update(.status(study: "2", .done(Sample.analysis))) } == ["0"])
  }

  /// Contours that were not calibrated give a number without an interval.
  @Test func numbersWithoutAnInterval() {
    var plain = Sample.judged(.green)
    plain.lvef = nil
    plain.measurements = [Measurement(name: "lvef", value: 31, unit: "%")]
    #expect(found("lvef<35") { _ = $0.update(.measured(study: "4", plain)) } == ["0", "4"])
    var m = Self.model()
    _ = m.update(.measured(study: "4", plain))
    #expect(m.table.first { $0[1] == "anon-4" }?[5...7] == ["31", "", ""])
    plain.quality = Quality(grade: .none, reasons: [])
    #expect(found("lvef<35") { _ = $0.update(.measured(study: "4", plain)) } == ["0"])
  }

  @Test func words() {
    #expect(found("anon-3") == ["3"] && found("ANON") == ["0", "1", "2", "3", "4", "5"])
    #expect(found("dilation") == ["0"] && found("lv dilation lvef<35") == ["0"])
    #expect(found("done") == ["0"] && found("failed") == ["4"] && found("running") == ["5"])
    #expect(found("unreadable") == ["truncated", "unsupported_transfer_syntax"] && found("amber") == ["1"])
    #expect(found("none") == ["3"] && found("doe") == ["truncated"])
    #expect(found("4ch").count == 6 && found("2ch").isEmpty && found("chamber").count == 6)
  }

  /// Half a term, or one that is none, hides nothing and is said.
  @Test func whatIsNotUnderstoodIsSaid() {
    for text in ["lvef<", "lvef<x", "foo>3", "<35", "lvef<nan", "lvef<<3", "edv>inf"] {
      var m = Self.model()
      Self.type("/" + text, into: &m)
      #expect(m.visible.count == 6, "\(text)")
      let line = draw(m, rows: 24, columns: 80, mode: .half, cell: (10, 20)).0.snapshot
      #expect(line.contains("'\(text)' is not underst") && line.contains("not for diagnosis"), "\(text)")
      _ = m.update(.key(.enter))
      #expect(m.said?.text.contains("'\(text)'") == true && m.mode == nil)
    }
    // The others hold.
    #expect(found("lvef<35 foo>3") == ["0"])
  }

  @Test func theCursorFollows() {
    var m = Self.model()
    #expect(m.selectedUID == "0")
    Self.type("/lvef>60", into: &m)
    #expect(m.selectedUID == "2")
    // The second of a filter's results comes into the list, and the cursor stays.
    _ = m.update(.measured(study: "5", Sample.judged(.green, lvef: 70)))
    #expect(m.selectedUID == "2" && m.visible.count == 2)
    _ = m.update(.key(.escape))
    #expect(m.visible.count == 6 && m.selectedUID == "2")
  }

  @Test func filesThatCouldNotBeReadAreRows() {
    var m = Self.model()
    func text() -> String { draw(m, rows: 36, columns: 120, mode: .half, cell: (10, 20)).0.snapshot }
    #expect(text().contains("Doe^Jane.dcm") && text().contains("truncated ⚠"))
    _ = m.update(.key(.character("G")))
    #expect(m.currentFile?.reason == "unsupported_transfer_syntax" && m.current == nil)
    #expect(text().contains("/data/x/b.nii has pixels in a form"))
    // What was asked for a study is nothing here, and nothing breaks.
    for key in [Key.down, .right, .pageDown, .character("v"), .character("s"), .character("a"), .enter, .escape] {
      _ = m.update(.key(key))
    }
    _ = m.update(.key(.character("G")))
    _ = m.update(.key(.character("k")))
    #expect(m.currentFile?.reason == "truncated")
    // News does not take the cursor away.
    _ = m.update(.measured(study: "5", Sample.judged(.green, lvef: 70, excess: [9])))
    #expect(m.currentFile?.reason == "truncated")
    _ = m.update(.key(.character("k")))
    #expect(m.currentFile == nil && m.current != nil)
    _ = m.update(.key(.character("g")))
    #expect(m.cursorRow == 0)
    // One that is read at last is no row any more.
    _ = m.update(.key(.character("G")))
    _ = m.update(.catalogueComplete(m.entries.map(\.study), unreadable: [], skipped: 0))
    #expect(m.currentFile == nil && m.current != nil)
  }

  @Test func hiddenNamesAreNotFoundByTrying() {
    #expect(found("doe") { $0.hideNames = true }.isEmpty && found("anon") { $0.hideNames = true }.isEmpty)
    var m = Self.model()
    m.hideNames = true
    for key in [Key.character("G"), .character("k")] { _ = m.update(.key(key)) }
    let text = draw(m, rows: 36, columns: 120, mode: .half, cell: (10, 20)).0.snapshot
    #expect(!text.contains("Doe") && text.contains("ends before its pixels"))
  }

  @Test func onlyFilesThatCouldNotBeRead() {
    var m = ViewerModel(source: "", modelNote: "")
    _ = m.update(.catalogueComplete([], unreadable: Self.broken, skipped: 0))
    _ = m.update(.key(.character("j")))
    #expect(m.currentFile?.reason == "truncated")
  }

  @Test(arguments: [(80, 24), (120, 36), (200, 60)]) func snapshots(_ columns: Int, _ rows: Int) throws {
    var m = Self.model()
    Self.type("/lvef<40 amb", into: &m)
    try SnapshotTests().check("filter", m, columns, rows)
    m = Self.model()
    for key in [Key.tab, .character("G"), .character("k")] { _ = m.update(.key(key)) }
    try SnapshotTests().check("unreadable", m, columns, rows)
  }
}
