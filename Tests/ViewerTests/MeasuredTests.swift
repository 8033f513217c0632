import Cine
import Terminal
import Testing

@testable import Viewer

@Suite struct MeasuredTests {
  private func text(_ m: ViewerModel, _ rows: Int = 60, _ columns: Int = 200) -> String {
    String(draw(m, rows: rows, columns: columns, mode: .half, cell: (10, 20)).0.snapshot)
  }

  @Test func endsOfTheBeatAreThoseOfTheVolumes() {
    var m = Sample.measuredModel()
    #expect(m.phase == 7 && text(m).contains("ED 1: 210 · ES 8: 160 ml"))
    _ = m.update(.key(.character("d")))
    #expect(m.phase == 0)
    // A stack of twice as many moments: the same place in the beat.
    var finer = Sample.measured
    finer.curve?.left = (0..<40).map { $0 == 17 ? 90 : 200 }
    finer.curve?.endSystole = 17
    _ = m.update(.measured(study: "1", finer))
    _ = m.update(.key(.character("s")))
    #expect(m.phase == 8)
    // A curve that does not hold together is none.
    finer.curve?.left = []
    _ = m.update(.measured(study: "1", finer))
    _ = m.update(.key(.character("s")))
    #expect(m.phase == 8 && text(m).contains("ED 1 · ES 9"))
  }

  @Test func bothEstimatesAreShownAndToldApart() {
    var m = Sample.measuredModel()
    #expect(text(m).contains("by contours") && text(m).contains("learned on synthetic hearts: 26 %"))
    #expect(!text(m).contains("disagree"))
    _ = m.update(.measured(study: "1", Sample.judged(.amber, lvef: 37)))
    #expect(text(m).contains("disagree") && text(m).contains("⚠ in doubt: The ring is open in 3 slices."))
    _ = m.update(.measured(study: "1", Sample.judged(.amber, lvef: 36)))
    #expect(!text(m).contains("disagree"))
    _ = m.update(.model("trained on patients", synthetic: false))
    #expect(text(m).contains("learned estimate: 26 %") && !text(m).contains("AUC on synthetic"))
    // One judgement for the study: no number is none of the two.
    _ = m.update(.measured(study: "1", Sample.judged(.none)))
    #expect(
      text(m).contains("NO NUMBER") && text(m).contains("The ring is open in 3 slices.") && !text(m).contains("26 %"))
  }

  /// Without the learned model's answer, or with its failure, what was measured is shown all the same.
  @Test func eitherMayBeMissing() {
    var m = Sample.measuredModel()
    for status in [
      ViewerModel.Status.pending, .running(done: 1, total: 6), .failed(WhyNot(code: "no_model", text: "no model")),
    ] {
      _ = m.update(.status(study: "1", status))
      #expect(text(m).contains("LVEF  24 %") && text(m).contains("Left ventricular dilation"))
    }
    #expect(text(m).contains("failed: no model"))
    // A refusal of the learned model alone takes no number away, and is said.
    var refused = Sample.analysis
    (refused.lvef, refused.findings) = (nil, [])
    refused.refusal = WhyNot(code: "no_scale", text: "No pixel spacing.")
    refused.warnings.append(AnalysisWarning(code: "no_scale", text: "No pixel spacing."))
    _ = m.update(.status(study: "1", .done(refused)))
    #expect(text(m).contains("LVEF  24 %") && text(m).contains("no learned estimate: No pixel spacing."))
  }

  @Test func measuredFirstThenMarkedThenTheRest() throws {
    let m = Sample.measuredModel()
    let page = text(m)
    let order = [
      "132 ml/m²", "above 109: Another 2024", "LEARNED  AUC on synthetic hearts", "Non-ischaemic", "below the line",
      "Left atrial dilation",
    ]
    // The last: one that is not marked. The first row of the page is not searched: the list shows numbers too.
    var rest = try #require(page.range(of: "FINDINGS")).upperBound..<page.endIndex
    for word in order {
      let found = try #require(page[rest].range(of: word), "\(word)")
      rest = found.upperBound..<page.endIndex
    }
  }

  @Test func aFindingShowsItsFrame() {
    var m = Sample.measuredModel()
    _ = m.update(.key(.character(" ")))
    for key in [Key.character("a"), .enter] { _ = m.update(.key(key)) }
    #expect(m.view.slice == 1 && m.phase == 7 && !m.playing && m.isListing)
    // The frame of the measurement where the finding has none.
    for key in [Key.down, .enter] { _ = m.update(.key(key)) }
    #expect(m.view.slice == 2 && m.phase == 0 && m.finding == 1)
    #expect(text(m).contains("LVEDV index 132 ml/m², above 109:") && text(m).contains("Enter: SAX 3, phase 1"))
    // A learned one has no frame, the list ends, and Esc gives the arrows back.
    for _ in 0..<20 { _ = m.update(.key(.down)) }
    #expect(m.finding == 6 && m.update(.key(.enter)).isEmpty && m.view.slice == 2)
    for key in [Key.escape, .down] { _ = m.update(.key(key)) }
    #expect(m.view.slice == 3 && !m.isListing)
  }

  /// The picture that was asked for comes later: the beat stops there then, and not where one went meanwhile.
  @Test func aFrameThatIsNotReadYet() {
    var m = Sample.measuredModel()
    let id = ClipID(study: "1", series: 0, slice: 1)
    m.clips[id] = nil
    for key in [Key.character("d"), .character("a")] { _ = m.update(.key(key)) }
    #expect(m.update(.key(.enter)) == [.load([id])] && m.phase == 0)
    let clip = Sample.clip()
    _ = m.update(.clip(id, clip, MotionMap(clip)))
    #expect(m.phase == 7)
    // A frame that the study does not have.
    var odd = Sample.measured
    odd.findings[0].frame = FramePlace(seriesInstanceUID: "1.1", slice: 99, phase: 0)
    _ = m.update(.measured(study: "1", odd))
    #expect(m.update(.key(.enter)).isEmpty)
  }

  @Test func hostileTextStaysText() {
    var m = Sample.measuredModel()
    var odd = Sample.measured
    odd.findings[0].why = "\u{1B}[2Jwhy"
    odd.quality = Quality(grade: .amber, reasons: [AnalysisWarning(code: "x", text: "\u{9B}31m")])
    _ = m.update(.measured(study: "1", odd))
    _ = m.update(.key(.character("a")))
    for cell in draw(m, rows: 36, columns: 120, mode: .half, cell: (10, 20)).0.cells where cell.character != "\0" {
      #expect(cell.character.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control })
    }
  }
}

@Suite struct WorklistTests {
  private func order(_ m: ViewerModel) -> [String] { m.entries.map(\.study.instanceUID) }

  private func model(_ count: Int) -> ViewerModel {
    var m = ViewerModel(source: "", modelNote: "")
    let all = (0..<count).map { Sample.study("\($0)", id: "anon-\($0)") }
    _ = m.update(.catalogueComplete(all, unreadable: [], skipped: 0))
    return m
  }

  @Test func reasons() {
    #expect(Reason.of(Sample.measured, nil) == "LVEF 24 %")
    #expect(Reason.of(Sample.judged(.green, excess: [1]), nil) == "LV 132 ml/m²")
    #expect(Reason.of(Sample.judged(.green, excess: [1]), nil, units: false) == "LV 132")
    #expect(Reason.of(Sample.judged(.green), Sample.analysis) == nil)
    #expect(Reason.of(nil, Sample.analysis) == "LV dilation")
    var normal = Sample.analysis
    normal.findings = [
      Finding(
        condition: "PureNormal", probability: 0.9, threshold: 0.5, positive: true, auc: nil, aucLow: nil, aucHigh: nil)
    ]
    #expect(Reason.of(nil, normal) == nil)
    #expect(Reason.of(Sample.judged(.none, excess: [1]), nil) == nil)
  }

  /// Five grave hearts among twelve are the first five rows, and a normal one has no reason.
  @Test func graveHeartsComeFirst() {
    var m = model(12)
    let grave = [2, 5, 6, 9, 11]
    for i in (0..<12).reversed() {
      let excess = grave.contains(i) ? [Double(i)] : []
      _ = m.update(.measured(study: "\(i)", Sample.judged(.green, excess: excess)))
    }
    #expect(order(m) == ["11", "9", "6", "5", "2", "0", "1", "3", "4", "7", "8", "10"])
    let screen = draw(m, rows: 36, columns: 120, mode: .half, cell: (10, 20)).0
    func row(_ r: Int) -> String { String((0..<31).map { screen[r, $0].character }) }
    #expect(row(1).contains("by urgency"))
    for r in 2..<7 { #expect(row(r).contains("LV 132 ml/m²"), "row \(r)") }
    for r in 7..<14 { #expect(!row(r).contains("LV") && row(r).contains("60"), "row \(r)") }
  }

  @Test func theRowUnderTheCursorNeverMoves() {
    var m = model(6)
    for key in [Key.character("j"), .character("j")] { _ = m.update(.key(key)) }
    let shown = { draw(m, rows: 36, columns: 120, mode: .half, cell: (10, 20)).0 }
    func cursor(_ s: Screen) -> Int? { (0..<36).first { s[$0, 0].character == "▸" } }
    let before = cursor(shown())
    for (i, excess) in [(5, 1.0), (0, 0.5), (4, 3), (2, 0.2)] {
      _ = m.update(.measured(study: "\(i)", Sample.judged(.green, excess: [excess])))
      #expect(m.selectedUID == "2" && order(m)[2] == "2" && cursor(shown()) == before)
    }
    #expect(order(m) == ["4", "5", "2", "0", "1", "3"])
    // Moving it on moves nothing else.
    _ = m.update(.key(.character("j")))
    #expect(m.selectedUID == "0" && order(m) == ["4", "5", "2", "0", "1", "3"])
  }

  @Test func whatHasNoNumberStaysInSight() {
    var m = model(4)
    _ = m.update(.measured(study: "0", Sample.judged(.none)))
    _ = m.update(.measured(study: "1", Sample.judged(.amber, lvef: 41)))
    _ = m.update(.status(study: "2", .failed(WhyNot(code: "truncated", text: "a file ends too early"))))
    let text = draw(m, rows: 36, columns: 120, mode: .half, cell: (10, 20)).0.snapshot
    #expect(order(m) == ["0", "1", "2", "3"])
    for words in ["anon-0", "none", "41?", "⚠"] { #expect(text.contains(words), "\(words)") }
  }
}
