import Cine
import Terminal
import Testing

@testable import Viewer

@Suite struct ArrangementTests {
  private func press(_ text: String, _ m: inout ViewerModel) -> [Effect] {
    text.flatMap { m.update(.key(.character($0))) }
  }

  private func load(_ study: String, heartbeat: Double = 800, _ m: inout ViewerModel) {
    let clip = Sample.clip(heartbeat: heartbeat)
    for s in 0..<5 { _ = m.update(.clip(.init(study: study, series: 0, slice: s), clip, MotionMap(clip))) }
    _ = m.update(.clip(.init(study: study, series: 1, slice: 0), clip, MotionMap(clip)))
  }

  private func frame(_ m: ViewerModel, _ columns: Int = 120, _ rows: Int = 36) -> Frame {
    var m = m
    _ = m.update(.size(rows: rows, columns: columns))
    return draw(m, mode: .half, cell: (10, 20))
  }

  @Test func twoStudiesSideBySide() {
    var m = Sample.model()
    let effects = press("b", &m)
    // The one that was there stays at the left; both are read, and both stay in memory.
    #expect(m.viewports.map(\.study) == ["1", "2"] && m.active == 1 && m.selectedUID == "2")
    #expect(effects.contains(.prioritise(studies: ["2", "1"])))
    load("2", &m)
    let shown = frame(m)
    #expect(shown.pictures.count == 2 && m.clips.keys.contains { $0.study == "1" })
    let (a, b) = (shown.pictures[0].place, shown.pictures[1].place)
    #expect(a.column + a.columns <= b.column || a.row + a.rows <= b.row)
    // The list moves what is at the right; e gives the keys to the left one.
    _ = press("k", &m)
    #expect(m.viewports.map(\.study) == ["1", "1"])
    _ = press("j", &m)
    _ = press("e", &m)
    #expect(m.selectedUID == "1" && m.current?.study.patientID == "anon-0042")
    _ = press("1i", &m)
    #expect(m.viewports.map(\.inverted) == [true, false])
    _ = m.update(.key(.escape))
    #expect(m.viewports.count == 1 && m.arrangement == .one && m.clips.keys.allSatisfy { $0.study == "1" })
  }

  /// Matched hearts show the same moment of their beats; else each keeps its own time.
  @Test func heartsInStepOrNot() {
    var m = Sample.model()
    _ = press("b", &m)
    load("2", heartbeat: 1600, &m)
    if !m.playing { _ = press(" ", &m) }
    _ = m.update(.tick(10))
    _ = m.update(.tick(10.4))
    #expect(m.viewports[0].beat == m.viewports[1].beat)
    _ = press("M", &m)
    let before = m.viewports.map(\.beat)
    _ = m.update(.tick(10.5))
    let moved = zip(m.viewports, before).map { ($0.beat - $1 + 1).truncatingRemainder(dividingBy: 1) }
    #expect(abs(moved[0] - 0.125) < 1e-9 && abs(moved[1] - 0.0625) < 1e-9)
  }

  @Test func longAxesBesideTheStack() {
    var m = Sample.model()
    _ = press("l", &m)
    load("1", &m)
    #expect(m.viewports.map(\.series) == [0, 1] && m.arrangement == .axes)
    #expect(frame(m).pictures.count == 2)
    // Arrows still step the stack.
    _ = m.update(.key(.down))
    #expect(m.viewports[0].slice == 4 || m.viewports[0].slice == 3)
    #expect(m.viewports[1].slice == 0)
    _ = press("l", &m)
    #expect(m.viewports.count == 1)
    // A stack alone says so.
    var study = Sample.study("9", id: "x")
    study.series.removeLast()
    var lone = ViewerModel(source: "", modelNote: "")
    _ = lone.update(.catalogueComplete([study], unreadable: [], skipped: 0))
    _ = press("l", &lone)
    #expect(lone.viewports.count == 1 && lone.said?.text.contains("no long axis") == true)
  }

  @Test func thePictureAlone() {
    var m = Sample.model()
    let before = frame(m).pictures[0].place
    _ = press("z", &m)
    let full = frame(m)
    #expect(full.pictures[0].place.rows > before.rows && !full.screen.snapshot.contains("FINDINGS"))
    #expect(full.screen.snapshot.contains("not for diagnosis"))
    _ = m.update(.key(.escape))
    #expect(frame(m).pictures[0].place == before)
  }

  @Test func zoomIsAboutTheHeartOfTheContours() {
    var m = Sample.measuredModel()
    _ = press("++", &m)
    // The outlines of the sample lie around column 26, the ring alone around 36.
    let centre = m.view.framing.centre
    #expect(centre.map { abs($0.x - 30) < 2 && $0.y < 34 } == true)
    #expect(m.view.framing.field == 100)
  }

  @Test func moveTurnAndMirror() {
    var m = Sample.model()
    _ = press("r", &m)
    _ = press("r", &m)
    #expect(m.view.framing.turn.quarters == 1 && m.mode == .place)
    _ = press("f", &m)
    #expect(m.view.framing.turn.mirrored)
    // Every arrow comes back to where it was: nothing drifts, nothing leaves the image.
    _ = press("0+", &m)
    for _ in 0..<50 { _ = m.update(.key(.right)) }
    let edge = m.view.framing.centre
    for _ in 0..<50 { _ = m.update(.key(.right)) }
    #expect(m.view.framing.centre == edge && (edge?.y ?? 0) < 64)
    _ = press("0", &m)
    #expect(m.view.framing == Framing())
    _ = m.update(.key(.escape))
    #expect(m.mode == nil)
  }

  @Test func aLineOverTime() {
    var m = Sample.model()
    _ = press("y", &m)
    #expect(m.mode == .strip && frame(m).pictures.count == 2)
    _ = m.update(.key(.left))
    #expect(m.view.strip?.angle == 1)
    // Esc leaves the line where it is; again, and it goes.
    _ = m.update(.key(.escape))
    #expect(m.mode == nil && m.view.strip != nil)
    _ = m.update(.key(.escape))
    #expect(m.view.strip == nil && frame(m).pictures.count == 1)
  }

  @Test(arguments: [(80, 24), (120, 36), (200, 60)]) func snapshots(_ columns: Int, _ rows: Int) throws {
    for (name, keys, arrived) in [
      ("pair", "b", "2"), ("axes", "l", "1"), ("full", "z", nil), ("strip", "y", nil), ("place", "rr", nil),
      ("montage", "v", nil),
    ] {
      var m = Sample.measuredModel()
      _ = press(keys, &m)
      if let arrived { load(arrived, &m) }
      try SnapshotTests().check(name, m, columns, rows)
    }
  }
}
