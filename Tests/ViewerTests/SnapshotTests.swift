import Cine
import Foundation
import Terminal
import Testing

@testable import Viewer

/// Screens as they were looked at. CINECOR_RECORD=1 writes them anew; the run that records still fails.
@Suite struct SnapshotTests {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Snapshots")

  func check(_ name: String, _ model: ViewerModel, _ columns: Int, _ rows: Int, mode: GraphicsMode = .half) throws {
    var (screen, picture) = draw(model, rows: rows, columns: columns, mode: mode, cell: (10, 20))
    if let picture { CellPictures.draw(picture, mode, into: &screen) }
    let file = Self.folder.appendingPathComponent("\(name)-\(columns)x\(rows).txt")
    if ProcessInfo.processInfo.environment["CINECOR_RECORD"] == "1" {
      try FileManager.default.createDirectory(at: Self.folder, withIntermediateDirectories: true)
      try screen.snapshot.write(to: file, atomically: true, encoding: .utf8)
      Issue.record("recorded \(file.lastPathComponent)")
      return
    }
    let kept = try String(contentsOf: file, encoding: .utf8)
    #expect(screen.snapshot == kept, "\(name) at \(columns)×\(rows) differs from its snapshot")
  }

  @Test(arguments: [(80, 24), (120, 36), (200, 60)]) func findings(_ columns: Int, _ rows: Int) throws {
    try check("findings", Sample.model(), columns, rows)
  }

  @Test(arguments: [(80, 24), (120, 36), (200, 60)]) func measured(_ columns: Int, _ rows: Int) throws {
    try check("measured", Sample.measuredModel(), columns, rows)
  }

  @Test(arguments: [(80, 24), (120, 36), (200, 60)]) func openFinding(_ columns: Int, _ rows: Int) throws {
    var m = Sample.measuredModel()
    for key in [Key.character("a"), .down] { _ = m.update(.key(key)) }
    try check("open-finding", m, columns, rows)
  }

  @Test(arguments: [Quality.Grade.amber, .none]) func doubted(_ grade: Quality.Grade) throws {
    var m = Sample.measuredModel()
    _ = m.update(.measured(study: "1", Sample.judged(grade, lvef: 45)))
    try check("quality-\(grade)", m, 80, 24)
    try check("quality-\(grade)", m, 120, 36)
  }

  @Test func contoursInCharacters() throws {
    try check("contours-ascii", Sample.measuredModel(), 120, 36, mode: .ascii)
  }

  @Test func worklistAndSeriesAtEighty() throws {
    var m = Sample.model()
    _ = m.update(.key(.tab))
    try check("worklist", m, 80, 24)
    _ = m.update(.key(.tab))
    try check("series", m, 80, 24)
  }

  @Test(arguments: [(80, 24), (120, 36)]) func help(_ columns: Int, _ rows: Int) throws {
    var m = Sample.model()
    _ = m.update(.key(.character("?")))
    try check("help", m, columns, rows)
  }

  @Test func helpScrolled() throws {
    var m = Sample.model()
    for key in [Key.character("?"), .pageDown, .up] { _ = m.update(.key(key)) }
    try check("help-scrolled", m, 80, 24)
  }

  @Test func asciiPicture() throws { try check("ascii", Sample.model(), 80, 24, mode: .ascii) }

  @Test func emptyAndFailed() throws {
    var empty = ViewerModel(source: "/data/inbox", modelNote: "")
    _ = empty.update(.catalogueComplete([], unreadable: [], skipped: 7))
    try check("empty", empty, 80, 24)
    var failed = Sample.model()
    _ = failed.update(.status(study: "1", .failed(WhyNot(code: "truncated", text: "a file ends too early"))))
    try check("failed", failed, 120, 36)
  }

  /// However many findings there are, they leave every warning its rows, to the last word.
  @Test(arguments: [(80, 24), (120, 36), (161, 47), (200, 60)]) func noWarningIsCutOff(_ columns: Int, _ rows: Int) {
    let few = Sample.analysis
    let many = (0..<30).map { i in
      Finding(
        condition: "Condition.\(i)", probability: 0.5, threshold: 0.5, positive: true, auc: 0.9, aucLow: 0.8,
        aucHigh: 1)
    }
    var m = Sample.model()
    _ = m.update(
      .status(
        study: "1",
        .done(
          Analysis(
            lvef: few.lvef, findings: many, sentences: few.sentences, views: few.views, warnings: few.warnings,
            embedding: []))))
    let text = draw(m, rows: rows, columns: columns, mode: .half, cell: (10, 20)).0.snapshot
    let isWide = columns >= 110
    for last in isWide ? ["patients.", "chamber."] : ["synthetic training data", "views are missing"] {
      #expect(text.contains(last), "\(last) at \(columns)×\(rows)")
    }
  }

  /// What must never leave the screen.
  @Test func theNoticeIsAlwaysThere() {
    var m = Sample.model()
    for columns in [40, 60, 80, 109, 110, 200] {
      for popup in [nil, Page.help, .study] {
        m.modes = popup.map { [.page($0)] } ?? []
        let screen = draw(m, rows: 24, columns: columns, mode: .half, cell: (10, 20)).0
        #expect(screen.snapshot.contains("not for diagnosis"), "\(columns) columns")
      }
    }
  }

  /// Said of models that learned from synthetic hearts, and of no other.
  @Test func onlySyntheticModelsAreCalledSo() {
    func footer(_ m: ViewerModel) -> String {
      draw(m, rows: 36, columns: 120, mode: .half, cell: (10, 20)).0.snapshot
    }
    var m = Sample.model()
    #expect(footer(m).contains("synthetic-trained · research use only · not for diagnosis"))
    _ = m.update(.model("trained on unknown data", synthetic: false))
    #expect(!footer(m).contains("synthetic-trained") && footer(m).contains("research use only · not for diagnosis"))
    #expect(!footer(ViewerModel(source: "", modelNote: "loading")).contains("synthetic-trained"))
  }

  /// Until a key is pressed in the last line, and whole on the study's page for good.
  @Test func aNoticeIsShownOnceAndKept() {
    var m = Sample.model()
    let text = "Results of this run are not kept: attempt to write a readonly \u{1B}[2J database."
    _ = m.update(.notice(text))
    func screen() -> String { draw(m, rows: 24, columns: 80, mode: .half, cell: (10, 20)).0.snapshot }
    #expect(screen().contains("⚠ Results of this run are not kept") && screen().contains("not for diagnosis"))
    _ = m.update(.key(.down))
    #expect(!screen().contains("Results of this run"))
    m.modes = [.page(.study)]
    #expect(screen().contains("Results of this run are not kept") && screen().contains("database."))
    #expect(!screen().contains("\u{1B}"))
  }

  @Test func oneIsOneAndTwoAreTwo() {
    var m = ViewerModel(source: "", modelNote: "")
    _ = m.update(.catalogue([Sample.study("1", id: "a", slices: 1)], done: 0, total: 1))
    func screen() -> String { draw(m, rows: 36, columns: 140, mode: .half, cell: (10, 20)).0.snapshot }
    #expect(screen().contains("reading 0/1 file · 1 study"))
    m.modes = [.page(.study)]
    #expect(screen().contains("1 slice × 20 phases"))
    m.modes = []
    _ = m.update(.catalogue([Sample.study("2", id: "b")], done: 1, total: 2))
    #expect(screen().contains("reading 1/2 files · 2 studies"))
    var empty = ViewerModel(source: "", modelNote: "")
    _ = empty.update(
      .catalogueComplete([], unreadable: [UnreadableFile(path: "f", reason: "r", text: "t")], skipped: 0))
    let text = draw(empty, rows: 24, columns: 80, mode: .half, cell: (10, 20)).0.snapshot
    #expect(text.contains("1 file could not be read: press G"))
  }

  @Test func anySizeIsDrawn() {
    for rows in [1, 2, 3, 7, 12, 20] {
      for columns in [1, 2, 5, 19, 59, 61, 111] {
        for mode in GraphicsMode.allCases {
          var m = Sample.model()
          for key in [Key.tab, .character("v"), .character("?"), .escape, .character("h")] {
            let (screen, picture) = draw(m, rows: rows, columns: columns, mode: mode, cell: (10, 20))
            #expect(screen.rows == rows && screen.columns == columns)
            if let place = picture?.place {
              #expect(place.row >= 0 && place.row + place.rows <= rows && place.column + place.columns <= columns)
            }
            _ = m.update(.key(key))
          }
        }
      }
    }
  }

  @Test func namesCanBeHidden() {
    var m = Sample.model()
    _ = m.update(.key(.character("P")))
    for popup in [nil, Page.study] {
      m.modes = popup.map { [.page($0)] } ?? []
      let text = draw(m, rows: 36, columns: 120, mode: .half, cell: (10, 20)).0.snapshot
      #expect(!text.contains("anon-0042") && !text.contains("Phantom^"))
      #expect(!text.contains("/data") && !text.contains("20260101"))
    }
    // Nor does a reason tell.
    m.modes = []
    let why = WhyNot(code: "truncated", text: "ends too early", path: "/data/Doe/1.dcm")
    _ = m.update(.status(study: "1", .failed(why)))
    _ = m.update(.clipFailed(.init(study: "1", series: 0, slice: 2), why))
    let text = draw(m, rows: 36, columns: 120, mode: .half, cell: (10, 20)).0.snapshot
    #expect(!text.contains("Doe") && text.contains("failed: ends too early") && text.contains("⚠ ends too early"))
  }

  @Test func namesCannotMoveTheCursor() {
    var m = Sample.model()
    m.entries[0].study.patientID = "\u{1B}[2Jevil\u{202E}"
    m.entries[0].study.path = "/x\u{7}"
    m.entries[0].study.series[0].description = "\u{9B}31m"
    m.entries[0].status = .failed(WhyNot(code: "x", text: "\u{1B}]0;title\u{7}"))
    for popup in [nil, Page.study] {
      m.modes = popup.map { [.page($0)] } ?? []
      let screen = draw(m, rows: 36, columns: 120, mode: .half, cell: (10, 20)).0
      for cell in screen.cells {
        for s in cell.character.unicodeScalars where cell.character != "\0" {
          #expect(s.properties.generalCategory != .control && s.properties.generalCategory != .format)
        }
      }
    }
  }

  @Test func theLoopRunsOnEventsAndEnds() {
    let backend = MemoryBackend(
      rows: 24, columns: 80, events: [.key(.down), .changed, .paste("q"), .key(.character("q"))])
    let model = ViewerLoop(backend, inbox: Inbox(), perform: { _ in }).run(Sample.model())
    #expect(model.quitting && model.view.slice == 3 && backend.shown != nil)
  }
}
