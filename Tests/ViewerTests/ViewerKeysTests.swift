import Terminal
import Testing

@testable import Viewer

@Suite struct ViewerKeysTests {
  @Test func ownKeysTakeThePlaceOfOthers() throws {
    // j moved the list; now it moves slices, and the list keeps its other keys.
    let keys = try ViewerKeys([("next-slice", ["j", "Down"]), ("play", ["F5"])])
    var m = Sample.model()
    m.keys = keys
    let slice = m.view.slice
    _ = m.update(.key(.character("j")))
    #expect(m.view.slice == slice + 1 && m.selectedUID == "1")
    _ = m.update(.key(.character("n")))
    #expect(m.selectedUID == "2")
    let playing = m.playing
    _ = m.update(.key(.character(" ")))
    #expect(m.playing == playing)
    _ = m.update(.key(.function(5)))
    #expect(m.playing != playing)
    #expect(keys.all.contains { $0.keys == "j ↓" && $0.help == "next slice" })
  }

  @Test func whatIsNoKeyOrCommandIsNamed() {
    #expect(throws: ViewerKeys.Problem.noCommand("fly")) { try ViewerKeys([("fly", ["x"])]) }
    #expect(throws: ViewerKeys.Problem.noKey("Hyper-x", of: "play")) { try ViewerKeys([("play", ["Hyper-x"])]) }
    for key in ["", "ab", "F13", "F0", "Ctrl-", "Ctrl-1", "\u{7}"] {
      #expect(throws: ViewerKeys.Problem.self, "\(key)") { try ViewerKeys([("play", [key])]) }
    }
    #expect(throws: ViewerKeys.Problem.noWayOut) { try ViewerKeys([("quit", [])]) }
  }

  /// Every key can be written as help names it.
  @Test func namesAreKeys() {
    for row in Keymap.browsing.rows {
      for key in row.keys { #expect(Key(name: key.name) == key, "\(key.name)") }
    }
  }
}
