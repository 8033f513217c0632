import Cine
import Terminal
import Testing

@testable import Viewer

@Suite struct ReadingTests {
  private func flags(_ m: ViewerModel) -> [StudyFlags] { m.entries.map(\.flags) }

  /// A study is read once its picture was on the screen for a while, and passing by is no reading.
  @Test func lookingIsReading() {
    var m = Sample.model()
    _ = m.update(.tick(10))
    #expect(m.update(.tick(10.9)).isEmpty && flags(m)[0] == StudyFlags())
    let hash = m.entries[0].study.hash
    #expect(m.update(.tick(11.1)) == [.keepRead(hash: hash)] && flags(m)[0].read)
    #expect(hash.count == 64 && !hash.contains("0042"))
    #expect(m.update(.tick(13)).isEmpty)
    // The next has no picture yet; its time begins with it.
    _ = m.update(.key(.character("j")))
    for t in 14..<20 { #expect(m.update(.tick(Double(t))).isEmpty) }
    let clip = Sample.clip()
    _ = m.update(.clip(.init(study: "2", series: 0, slice: 2), clip, MotionMap(clip)))
    #expect(m.update(.tick(20)).isEmpty && m.update(.tick(20.5)).isEmpty)
    _ = m.update(.key(.character("k")))
    #expect(m.update(.tick(21.2)).isEmpty && !flags(m)[1].read)
  }

  @Test func marksAreKept() {
    var m = Sample.model()
    let hash = m.entries[0].study.hash
    #expect(m.update(.key(.character("m"))) == [.keepMarked(hash: hash, true)] && flags(m)[0].marked)
    #expect(m.update(.key(.character("m"))) == [.keepMarked(hash: hash, false)] && !flags(m)[0].marked)
    // What was kept comes, beside what was done meanwhile.
    _ = m.update(.key(.character("m")))
    _ = m.update(.flags(["1": StudyFlags(read: true), "2": StudyFlags(marked: true), "9": StudyFlags(read: true)]))
    #expect(flags(m) == [StudyFlags(read: true, marked: true), StudyFlags(marked: true)])
    // A study of which more was read keeps them.
    _ = m.update(.catalogue([Sample.study("1", id: "anon-0042", slices: 7)], done: 1, total: 2))
    #expect(flags(m)[0] == StudyFlags(read: true, marked: true))
  }

  @Test func theyAreFilteredBy() {
    func found(_ text: String) -> [String] {
      var m = FilterTests.model()
      _ = m.update(.flags(["1": StudyFlags(read: true), "3": StudyFlags(read: true, marked: true)]))
      FilterTests.type("/" + text, into: &m)
      return m.visible.map(\.study.instanceUID).sorted()
    }
    #expect(found("unread") == ["0", "2", "4", "5"] && found("read") == ["1", "3"] && found("marked") == ["3"])
    // The list follows while a filter stands.
    var m = FilterTests.model()
    FilterTests.type("/marked", into: &m)
    _ = m.update(.key(.enter))
    #expect(m.visible.isEmpty)
    _ = m.update(.key(.character("m")))
    #expect(m.visible.map(\.study.instanceUID) == ["0"])
  }

  @Test(arguments: [(80, 24), (120, 36), (200, 60)]) func snapshots(_ columns: Int, _ rows: Int) throws {
    var m = FilterTests.model()
    _ = m.update(.flags(["1": StudyFlags(read: true), "3": StudyFlags(read: true, marked: true)]))
    for key in [Key.tab, .character("j"), .character("j"), .character("j"), .character("m"), .character("j")] {
      _ = m.update(.key(key))
    }
    try SnapshotTests().check("marks", m, columns, rows)
  }
}
