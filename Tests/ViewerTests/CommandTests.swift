import Cine
import Terminal
import Testing

@testable import Viewer

@Suite struct CommandTests {
  private func type(_ text: String, _ m: inout ViewerModel) -> [Effect] {
    text.flatMap { m.update(.key(.character($0))) } + m.update(.key(.enter))
  }

  /// Whatever a key does can be typed, and no name is there twice.
  @Test func everyKeyHasAName() {
    #expect(Set(Command.names).count == Command.names.count)
    for row in Keymap.browsing.rows where ![.command, .quit].contains(row.action) {
      var (typed, pressed) = (Sample.measuredModel(), Sample.measuredModel())
      let a = type(":" + row.action.name, &typed)
      let b = row.keys.first.map { pressed.update(.key($0)) } ?? []
      #expect(a == b && typed.modes == pressed.modes && typed.view.id == pressed.view.id, "\(row.action.name)")
    }
  }

  @Test func tabCompletesAsFarAsCandidatesAgree() {
    #expect(Command.complete("mo") == "mo" && Command.complete("mon") == "montage")
    #expect(Command.complete("next") == "next-" && Command.complete("sli") == "slice ")
    #expect(Command.complete("xyz") == "xyz" && Command.complete("slice 3") == "slice 3")
    #expect(Command.hint("xyz") == "no such command" && Command.hint("slice ") == "N")
    #expect(Command.hint("next-").contains("next-phase"))
    var m = Sample.model()
    for key in [Key.character(":"), .character("m"), .character("o"), .character("n"), .tab] { _ = m.update(.key(key)) }
    #expect(m.draft == "montage")
    for _ in 0..<8 { _ = m.update(.key(.backspace)) }
    #expect(m.mode == nil)
  }

  @Test func wordsTakeValues() {
    var m = Sample.model()
    _ = type(":slice 5", &m)
    #expect(m.view.slice == 4)
    _ = type(":phase 3", &m)
    #expect(m.phase == 2 && !m.playing)
    _ = type(":series 2", &m)
    #expect(m.view.series == 1)
    _ = type(":study 2", &m)
    #expect(m.selectedUID == "2")
    _ = type(":study anon-0042", &m)
    #expect(m.selectedUID == "1")
    _ = type(":window 5 80", &m)
    #expect(m.view.window == Viewport.Window(low: 5, high: 80))
    _ = type(":speed 50", &m)
    #expect(m.speed == 0.5)
    _ = type(":field 120", &m)
    #expect(m.view.framing.field == 120)
    _ = type(":sort name", &m)
    #expect(m.order == .name)
    _ = type(":filter 0043", &m)
    #expect(m.visible.map(\.study.patientID) == ["anon-0043"])
  }

  /// Nonsense changes nothing but says so.
  @Test func nonsenseIsSaid() {
    for line in [
      "xyz", "slice", "slice 99", "slice -1", "slice nan", "slice 1e300", "phase 0", "study 17", "window 90 20",
      "speed 0", "field x", "sort weight", "next",
    ] {
      var m = Sample.model()
      let before = m.view
      #expect(type(":" + line, &m).isEmpty && m.said?.isWarning == true, "\(line)")
      #expect(m.view.id == before.id && m.view.window == before.window && m.speed == 1, "\(line)")
    }
    var m = Sample.model()
    #expect(type(":", &m).isEmpty && m.said == nil)
  }

  @Test func aSentenceRanksTheList() {
    var m = Sample.model()
    #expect(type("\\severe dilation", &m) == [.ask("severe dilation")])
    _ = m.update(.answer("severe dilation", similarity: ["2": 0.6, "1": 0.2], refusal: nil))
    #expect(m.order == .likeness && m.entries.map(\.study.instanceUID) == ["2", "1"])
    let text = draw(m, rows: 36, columns: 120, mode: .half, cell: (10, 20)).0.snapshot
    #expect(text.contains("by likeness") && text.contains(".60"))
    // Where nothing is near that is said, and the list stays.
    _ = m.update(.answer("gibberish", similarity: [:], refusal: "nothing is near"))
    #expect(m.order == .likeness && m.said?.text == "nothing is near" && m.said?.isWarning == true)
    // An empty sentence goes back to urgency.
    #expect(type("\\", &m).isEmpty && m.order == .urgency && m.question == nil)
  }

  @Test func findingsCanBeHidden() {
    var m = Sample.measuredModel()
    _ = m.update(.key(.character("H")))
    for (columns, rows) in [(80, 24), (120, 36), (200, 60)] {
      let text = draw(m, rows: rows, columns: columns, mode: .half, cell: (10, 20)).0.snapshot
      for word in ["LVEF 24", "24 %", "dilation", "severely", "Reduced"] { #expect(!text.contains(word), "\(word)") }
    }
    _ = m.update(.key(.character("H")))
    #expect(draw(m, rows: 36, columns: 120, mode: .half, cell: (10, 20)).0.snapshot.contains("Reduced LVEF"))
  }

  @Test(arguments: [(80, 24), (120, 36), (200, 60)]) func snapshots(_ columns: Int, _ rows: Int) throws {
    var command = Sample.measuredModel()
    for key in ":ne" { _ = command.update(.key(.character(key))) }
    try SnapshotTests().check("command", command, columns, rows)
    var asked = Sample.measuredModel()
    _ = asked.update(.answer("severe dilation", similarity: ["2": 0.6, "1": 0.2], refusal: nil))
    try SnapshotTests().check("asked", asked, columns, rows)
    var card = Sample.measuredModel()
    _ = card.update(.card([("", "cinecor-phantom 1"), ("", "Every heart in training was synthetic.")]))
    _ = card.update(.key(.character("T")))
    try SnapshotTests().check("card", card, columns, rows)
  }
}
