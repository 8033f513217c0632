import Cine
import Terminal
import Testing

@testable import Viewer

@Suite struct ImpressionTests {
  private func type(_ text: String, _ m: inout ViewerModel) -> [Effect] {
    text.flatMap { m.update(.key(.character($0))) } + m.update(.key(.enter))
  }

  private func screen(_ m: ViewerModel, _ rows: Int = 36, _ columns: Int = 120) -> String {
    draw(m, rows: rows, columns: columns, mode: .half, cell: (10, 20)).0.snapshot
  }

  private func model() -> ViewerModel {
    var m = Sample.measuredModel()
    _ = m.update(.measured(study: "1", Sample.measured, group: .dilated))
    return m
  }

  @Test func aLetterAndAPercentage() {
    #expect(Impression("d 30") == Impression(.dilated, lvef: 30) && Impression("thick") == Impression(.thick))
    #expect(Impression("N 60 %") == nil && Impression("n 60%") == Impression(.normal, lvef: 60))
    for odd in ["", "x", "d x", "d 300", "d 0", "d nan", "d 30 40"] { #expect(Impression(odd) == nil, "\(odd)") }
    // Each letter is one group's.
    #expect(Set(Impression.Group.allCases.map(\.letter)).count == Impression.Group.allCases.count)
  }

  /// Nothing of what the program thinks is on the screen until one has committed; then both are.
  @Test(arguments: [(24, 80), (36, 120), (60, 200)]) func commitFirstThenSee(_ rows: Int, _ columns: Int) {
    var m = model()
    _ = m.update(.key(.character("B")))
    m.said = nil
    for word in ["LVEF 24", "24 %", "Reduced", "dilation", "severely", "210"] {
      #expect(!screen(m, rows, columns).contains(word), "\(word)")
    }
    #expect(screen(m, rows, columns).contains("your impression first"))
    let hash = m.entries[0].study.hash
    #expect(type("Id 30", &m) == [.keepImpression(hash: hash, Impression(.dilated, lvef: 30))])
    #expect(m.said?.text.contains("you agree") == true)
    #expect(screen(m, rows, columns).contains("educed LVEF"))
    // The next study is still to be judged.
    _ = m.update(.key(.character("j")))
    #expect(screen(m, rows, columns).contains("your impression first"))
    _ = type("Iwhatever", &m)
    #expect(m.entries[1].impression == nil && m.said?.isWarning == true)
  }

  @Test func theScoreIsAgainstTheTruth() {
    var m = model()
    _ = m.update(.truths(["1": Impression(.infarct, lvef: 28), "2": Impression(.normal, lvef: 60)]))
    _ = type("Id 30", &m)
    _ = m.update(.key(.character("j")))
    _ = type("In 56", &m)
    #expect(m.score == "right 1 of 2, LVEF off by 3.0 · agreed with the program 1 of 1, LVEF off by 6.2")
    #expect(m.verdict(m.entries[0]).contains("truth: infarct, LVEF 28 %"))
    #expect(m.verdict(m.entries[1]).hasPrefix("right"))
    _ = m.update(.key(.character("Q")))
    #expect(screen(m).contains("right 1 of 2"))
    #expect(m.impressionTable.count == 3 && m.impressionTable[1].suffix(3) == ["infarct", "28", "no"])
  }

  /// Kept ones come back, and do not take the place of what was said since.
  @Test func whatWasSaidBefore() {
    var m = model()
    _ = type("It", &m)
    _ = m.update(.impressions(["1": Impression(.other), "2": Impression(.right)]))
    #expect(m.entries.map { $0.impression?.group } == [.thick, .right])
  }

  @Test func aStoryNamesItsHearts() {
    var m = model()
    m.lessons = ["1": .init(title: "1 Normal", text: "Look at the ring.")]
    #expect(screen(m).contains("1 Normal") && screen(m).contains("Look at the ring."))
    // Not where one wants to find out.
    m.commitsFirst = true
    #expect(!screen(m).contains("1 Normal") && !screen(m).contains("Look at the ring."))
  }

  @Test(arguments: [(80, 24), (120, 36), (200, 60)]) func snapshots(_ columns: Int, _ rows: Int) throws {
    var blind = model()
    _ = blind.update(.key(.character("B")))
    _ = blind.update(.key(.character("I")))
    try SnapshotTests().check("impression", blind, columns, rows)
    _ = type("d 30", &blind)
    _ = blind.update(.key(.character("Q")))
    try SnapshotTests().check("score", blind, columns, rows)
    var story = model()
    story.lessons = ["1": .init(title: "1 Normal", text: "Look at the ring: it closes evenly and grows thick.")]
    try SnapshotTests().check("story", story, columns, rows)
  }
}
