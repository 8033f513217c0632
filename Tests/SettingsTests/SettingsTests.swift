import Testing

@testable import Settings

@Suite struct SettingsTests {
  @Test func tablesListsAndNumbers() throws {
    let settings = try Settings(
      toml: """
        # a comment
        theme = "light"
        threads = 4
        mouse = false
        [keys]
        next-slice = ["n", "Down"]
        "play" = "Space"
        """)
    #expect(
      settings.values == [
        "theme": ["light"], "threads": ["4"], "mouse": ["false"], "keys.next-slice": ["n", "Down"],
        "keys.play": ["Space"],
      ])
    #expect(try Settings(toml: "").values.isEmpty)
  }

  @Test(arguments: ["theme =", "= 3", "[keys", "a = 1\na = 2", "\u{0}", "x = \"\\q\""])
  func whatIsNoTomlSaysWhy(_ text: String) {
    #expect(throws: SettingsError.self) { try Settings(toml: text) }
  }
}
