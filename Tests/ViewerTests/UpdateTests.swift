import Cine
import Terminal
import Testing

@testable import Viewer

@Suite struct UpdateTests {
  @Test func theFirstStudyIsShownAndItsPixelsAreAskedFor() {
    var m = ViewerModel(source: "", modelNote: "")
    #expect(
      m.update(.catalogue([Sample.study("1", id: "a", slices: 2)], done: 40, total: 100)) == [
        .prioritise(studies: ["1"])
      ])
    let effects = m.update(.catalogueComplete([Sample.study("1", id: "a")], unreadable: [], skipped: 0))
    // The stack has grown, and its middle is shown with its neighbours.
    #expect(m.view.slice == 2)
    let ids = { (slices: [Int]) in slices.map { ClipID(study: "1", series: 0, slice: $0) } }
    #expect(effects == [.load(ids([2, 3, 1]))])
    // The shown slice comes first wherever one goes, and what is here is not asked for again.
    let clip = Sample.clip()
    _ = m.update(.clip(ids([3])[0], clip, MotionMap(clip)))
    #expect(m.update(.key(.down)) == [.load(ids([4, 2]))])
    for s in [2, 4] { _ = m.update(.clip(ids([s])[0], clip, MotionMap(clip))) }
    #expect(m.update(.key(.down)) == [])
  }

  @Test func picturesOfAStudyThatWasLeftAreDropped() {
    var m = Sample.model()
    let clip = Sample.clip()
    let late = ClipID(study: "1", series: 0, slice: 1)
    #expect(m.selectedUID == "1")
    _ = m.update(.key(.character("j")))
    #expect(m.selectedUID == "2" && !m.clips.isEmpty)
    for message in [Message.clip(late, clip, MotionMap(clip)), .clipFailed(late, .noResult)] {
      _ = m.update(message)
      #expect(m.clips.keys.allSatisfy { $0.study == "2" })
    }
  }

  @Test func whatIsWantedNowIsReadFirst() {
    var queue = PixelQueue()
    func id(_ slice: Int, _ study: String = "a") -> ClipID { .init(study: study, series: 0, slice: slice) }
    queue.want([id(5), id(6), id(4)])
    #expect(queue.next() == id(5))
    // The reader of 5 is at it; 6 is on the screen now.
    queue.want([id(6), id(7), id(5)])
    #expect([queue.next(), queue.next(), queue.next()] == [id(6), id(7), id(4)])
    #expect(queue.next() == nil)
    queue.done(id(5))
    queue.want([id(5), id(1, "b"), id(2, "b")])
    queue.show(studies: ["b"])
    #expect(queue.count == 2 && queue.next() == id(1, "b"))
  }

  @Test func newStudiesNeverMoveTheCursor() {
    var m = Sample.model()
    _ = m.update(.key(.character("j")))
    #expect(m.selectedUID == "2")
    _ = m.update(
      .catalogueComplete([Sample.study("0", id: "z"), Sample.study("1", id: "a")], unreadable: [], skipped: 0))
    #expect(m.selectedUID == "2" && m.entries.map(\.study.instanceUID) == ["1", "2", "0"])
  }

  /// Two persons under one UID: while reading they looked like one study.
  @Test func aStudyThatTurnsOutToBeTwoMakesPlaceForBoth() {
    var m = ViewerModel(source: "", modelNote: "")
    _ = m.update(.catalogue([Sample.study("1", id: "a")], done: 1, total: 2))
    let both = ["a", "b"].map { who in
      var study = Sample.study("1", id: who)
      study.ownID = "1\u{1F}\(who)"
      return study
    }
    _ = m.update(.catalogueComplete(both, unreadable: [], skipped: 0))
    #expect(m.entries.map(\.study.patientID) == ["a", "b"])
    #expect(m.current?.study.patientID == "a")
    _ = m.update(.key(.character("j")))
    #expect(m.current?.study.patientID == "b")
  }

  /// A folder that fills: what has grown is worked out anew, what came stands below, what went is gone.
  @Test func aFolderThatFills() {
    var m = Sample.measuredModel()
    let grown = Sample.study("1", id: "anon-0042", slices: 7)
    let effects = m.update(
      .catalogueComplete([grown, Sample.study("3", id: "anon-0044")], unreadable: [], skipped: 0))
    #expect(m.entries.map(\.study.instanceUID) == ["1", "3"] && m.selectedUID == "1")
    #expect(m.entries[0].status == .pending && m.entries[0].measured == nil && m.contours.isEmpty)
    #expect(effects.contains { if case .load = $0 { true } else { false } })
    // The same again changes nothing.
    _ = m.update(.status(study: "1", .done(Sample.analysis)))
    #expect(
      m.update(.catalogueComplete([grown, Sample.study("3", id: "anon-0044")], unreadable: [], skipped: 0)).allSatisfy {
        if case .load = $0 { true } else { false }
      })
    #expect(m.entries[0].status.analysis != nil)
    // What is on the screen stays there, whatever became of its files.
    _ = m.update(.catalogueComplete([Sample.study("3", id: "anon-0044")], unreadable: [], skipped: 0))
    #expect(Set(m.entries.map(\.study.instanceUID)) == ["1", "3"])
  }

  /// Three seconds a study, and four to go.
  @Test func howLongTheOthersWillTake() {
    var m = ViewerModel(source: "", modelNote: "")
    let studies = (0..<7).map { Sample.study("\($0)", id: "x\($0)") }
    _ = m.update(.catalogueComplete(studies, unreadable: [], skipped: 0))
    for k in 0..<3 {
      #expect(m.secondsLeft == nil)
      _ = m.update(.tick(10 + 3 * Double(k)))
      _ = m.update(.status(study: "\(k)", .done(Sample.analysis)))
    }
    #expect(m.secondsLeft == 12)
    #expect(draw(m, rows: 36, columns: 160, mode: .half, cell: (10, 20)).0.snapshot.contains("0:12 left"))
    for k in 3..<7 { _ = m.update(.status(study: "\(k)", .failed(.noResult))) }
    #expect(m.secondsLeft == nil)
  }

  @Test func arrowsStepSlicesAndPhases() {
    var m = Sample.model()
    let (slice, phase) = (m.view.slice, m.phase)
    _ = m.update(.key(.down))
    #expect(m.view.slice == slice + 1)
    for _ in 0..<9 { _ = m.update(.key(.down)) }
    #expect(m.view.slice == 4)
    _ = m.update(.key(.right))
    #expect(m.phase == phase + 1 && !m.playing)
    _ = m.update(.key(.pageDown))
    #expect(m.view.series == 1 && m.view.slice == 0)
    _ = m.update(.key(.pageDown))
    #expect(m.view.series == 1)
  }

  @Test func endsOfTheBeatAreFound() {
    var m = Sample.model()
    #expect(m.phase == 8)
    _ = m.update(.key(.character("d")))
    #expect(m.phase == 0)
  }

  @Test func popupsTakeOnlyTheirKeys() {
    var m = Sample.model()
    _ = m.update(.key(.character("?")))
    #expect(m.page == .help)
    _ = m.update(.key(.down))
    #expect(m.view.slice == 2 && m.page == .help)
    _ = m.update(.key(.escape))
    #expect(m.page == nil)
    // q closes what is open before it quits; Ctrl-C always quits.
    _ = m.update(.key(.character("t")))
    #expect(m.update(.key(.character("q"))) == [] && m.page == nil && !m.quitting)
    _ = m.update(.key(.character("t")))
    var other = m
    #expect(other.update(.key(.control("c"))) == [.quit])
    _ = m.update(.key(.escape))
    #expect(m.update(.key(.character("q"))) == [.quit] && m.quitting)
  }

  /// Every row of the help can be reached at any size, and no key goes further than there is something to see.
  @Test(arguments: [(24, 80), (12, 60), (5, 40), (60, 200)]) func helpScrolls(_ rows: Int, _ columns: Int) {
    var m = Sample.model()
    _ = m.update(.size(rows: rows, columns: columns))
    _ = m.update(.key(.character("?")))
    func shows(_ text: String) -> Bool {
      draw(m, rows: rows, columns: columns, mode: .half, cell: (10, 20)).0.snapshot.contains(text)
    }
    #expect(shows("play or pause"))
    for _ in Keymap.browsing.rows { _ = m.update(.key(.pageDown)) }
    #expect(shows("quit"))
    #expect(shows("↑ end") == (rows < 60))
    for _ in Keymap.browsing.rows { _ = m.update(.key(.down)) }
    for _ in 0..<Keymap.browsing.rows.count { _ = m.update(.key(.up)) }
    #expect(shows("play or pause") && shows(" more") == (rows < 60))
  }

  @Test func filterKeepsWhatMatchesByNameOrFinding() {
    var m = Sample.model()
    for key in "/dilation" { _ = m.update(.key(.character(key))) }
    #expect(m.visible.map(\.study.instanceUID) == ["1"])
    // Keys are text while a filter is typed: q does not quit.
    _ = m.update(.key(.character("q")))
    #expect(!m.quitting && m.visible.isEmpty)
    _ = m.update(.key(.escape))
    #expect(m.visible.count == 2)
  }

  /// Pasted text is text where text is typed, in one line, and nothing elsewhere.
  @Test func pastedTextIsNoKeys() {
    var m = Sample.model()
    let before = draw(m, rows: 36, columns: 120, mode: .half, cell: (10, 20)).0
    #expect(m.update(.paste("q?Phv]\u{1B}")).isEmpty)
    #expect(!m.quitting && draw(m, rows: 36, columns: 120, mode: .half, cell: (10, 20)).0 == before)
    _ = m.update(.key(.character("/")))
    _ = m.update(.paste("anon\n\u{1B}[2J0042" + String(repeating: "x", count: 5000)))
    #expect(
      m.filter.hasPrefix("anon ·[2J0042") && m.filter.count == ViewerModel.longestLine && m.mode == .prompt(.filter))
    _ = m.update(.key(.escape))
    _ = m.update(.key(.character("/")))
    for c in "Mu\u{308}".unicodeScalars { _ = m.update(.key(.character(Character(c)))) }
    #expect(m.filter == "Mü" && m.filter.count == 2)
  }

  @Test func windowByHandStaysInOrder() {
    var m = Sample.model()
    _ = m.update(.key(.character("w")))
    for _ in 0..<200 { _ = m.update(.key(.right)) }
    for _ in 0..<200 { _ = m.update(.key(.down)) }
    #expect(m.view.window.low < m.view.window.high && m.view.window.low >= 0 && m.view.window.high <= 100)
    _ = m.update(.key(.escape))
    #expect(m.mode == nil)
  }

  @Test func everyActionHasAKeyAndNoKeyTwo() {
    let modes: [Mode] = [
      .findings, .page(.help), .page(.study), .page(.export), .page(.card), .page(.score), .prompt(.filter),
      .prompt(.search),
      .prompt(.impression), .window, .ruler, .place,
      .strip,
    ]
    let keymaps = [Keymap.browsing] + modes.map(\.keymap)
    let bound = Set(keymaps.flatMap { $0.rows.map(\.action) })
    #expect(Action.allCases.filter { !bound.contains($0) }.isEmpty)
    for keymap in keymaps {
      let keys = keymap.rows.flatMap(\.keys)
      #expect(Set(keys).count == keys.count && keymap.rows.allSatisfy { !$0.help.isEmpty })
    }
  }
}

@Suite struct PlaybackTests {
  @Test func theHeartKeepsItsOwnTime() {
    var m = Sample.model()
    _ = m.update(.key(.character("d")))
    _ = m.update(.key(.character(" ")))
    _ = m.update(.tick(100))
    // 800 ms a beat, 20 phases: after 0.3 s the eighth is due, whatever was drawn in between.
    _ = m.update(.tick(100.3))
    #expect(m.phase == 7)
    _ = m.update(.tick(100.8))
    #expect(m.phase == 0 || m.phase == 19)
    _ = m.update(.tick(101.61))
    _ = m.update(.tick(102.4 + 0.21))
    #expect((4...5).contains(m.phase))
  }

  @Test func lateFramesAreDropped() {
    var slow = Sample.model()
    var fast = slow
    for model in [0, 1] {
      var m = model == 0 ? slow : fast
      _ = m.update(.key(.character("d")))
      _ = m.update(.key(.character(" ")))
      _ = m.update(.tick(0))
      for t in stride(from: model == 0 ? 0.5 : 0.01, through: 2.5, by: model == 0 ? 0.5 : 0.01) {
        _ = m.update(.tick(t))
      }
      if model == 0 { slow = m } else { fast = m }
    }
    #expect(abs(slow.view.beat - fast.view.beat) < 1e-6)
    #expect(slow.shownFrames.count <= 5)
  }

  @Test func unevenTimesAreFollowed() {
    let clip = CineClip(
      frames: 3, rows: 1, columns: 1, pixels: [0, 1, 2], geometry: nil, times: [0, 100, 700], heartbeat: 1000)
    #expect([0, 0.05, 0.1, 0.6, 0.7, 0.99].map { ViewerModel.phase(of: clip, beat: $0) } == [0, 0, 1, 1, 2, 2])
  }

  @Test func motionFindsTheRing() {
    let motion = MotionMap(Sample.clip())
    #expect(abs(motion.row - 30) < 3 && abs(motion.column - 36) < 3)
    #expect(motion.endSystole == 8 && motion.curve[0] == 0 && motion.curve[8] == 1)
    let still = MotionMap(
      CineClip(
        frames: 2, rows: 2, columns: 2, pixels: Array(repeating: .nan, count: 8), geometry: nil, times: [0, 1],
        heartbeat: 2))
    #expect(still.curve == [0, 0])
  }
}
