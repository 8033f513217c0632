import Cine
import Terminal
import Testing

@testable import Viewer

@Suite struct OrderTests {
  private func order(_ m: ViewerModel) -> [String] { m.entries.map(\.study.instanceUID) }

  private func model() -> ViewerModel {
    var m = ViewerModel(source: "/data/inbox", modelNote: "")
    let names = ["anon-10", "anon-2", "Anon-1", "b"]
    let all = names.enumerated().map { Sample.study("\($0.offset)", id: $0.element) }
    _ = m.update(.catalogueComplete(all, unreadable: [], skipped: 0))
    _ = m.update(.measured(study: "0", Sample.judged(.green, lvef: 50)))
    _ = m.update(.measured(study: "1", Sample.judged(.green, lvef: 20, excess: [2])))
    _ = m.update(.measured(study: "3", Sample.judged(.none)))
    _ = m.update(.status(study: "2", .failed(.noResult)))
    _ = m.update(.status(study: "3", .done(Sample.analysis)))
    _ = m.update(.status(study: "0", .running(done: 0, total: 1)))
    return m
  }

  @Test func eachOrderInTurn() {
    var m = model()
    func title() -> String {
      let s = draw(m, rows: 36, columns: 120, mode: .half, cell: (10, 20)).0
      return String((0..<30).map { s[1, $0].character })
    }
    #expect(order(m) == ["1", "3", "0", "2"] && title().contains("WORKLIST  by urgency"))
    _ = m.update(.key(.character("S")))
    // Numbers within names are numbers, and case is none.
    #expect(order(m) == ["2", "1", "0", "3"] && title().contains("by name"))
    _ = m.update(.key(.character("S")))
    // The lowest first; without a number last, also where a learned one was judged away.
    #expect(order(m) == ["1", "0", "2", "3"] && title().contains("by LVEF"))
    _ = m.update(.key(.character("S")))
    #expect(order(m) == ["3", "0", "1", "2"] && title().contains("by status"))
    _ = m.update(.key(.character("S")))
    #expect(order(m) == ["1", "3", "0", "2"] && title().contains("by urgency"))
  }

  /// In every order news goes around the row under the cursor, and somebody who sorts moves it.
  @Test func theCursorStays() {
    var m = model()
    for key in [Key.character("S"), .character("S"), .character("g"), .character("j")] { _ = m.update(.key(key)) }
    #expect(m.selectedUID == "0" && order(m) == ["1", "0", "2", "3"])
    _ = m.update(.measured(study: "2", Sample.judged(.green, lvef: 10)))
    #expect(order(m) == ["2", "0", "1", "3"] && m.selectedUID == "0")
    for _ in 0..<3 { _ = m.update(.key(.character("S"))) }
    #expect(m.selectedUID == "0" && order(m) == ["2", "1", "0", "3"])
    _ = m.update(.catalogue([Sample.study("9", id: "a")], done: 1, total: 2))
    #expect(order(m) == ["9", "2", "0", "1", "3"])
  }

  /// By what is shown: a hidden name has no place in the order.
  @Test func hiddenNamesGiveNoOrder() {
    var m = model()
    for key in [Key.character("S"), .character("P")] { _ = m.update(.key(key)) }
    let labels = m.entries.filter { $0.study.id != m.selectedUID }.map { m.label($0) }
    #expect(labels == labels.sorted { ViewerModel.parts($0).lexicographicallyPrecedes(ViewerModel.parts($1)) })
    #expect(Set(labels).count == labels.count)
  }

  @Test(arguments: [(80, 24), (120, 36), (200, 60)]) func snapshots(_ columns: Int, _ rows: Int) throws {
    var m = model()
    for key in [Key.tab, .character("S"), .character("S")] { _ = m.update(.key(key)) }
    try SnapshotTests().check("sorted", m, columns, rows)
  }
}
