/// `cinecor paths`: where things are kept.
enum PathsCommand {
  static let command = Command(
    name: "paths", synopsis: "", summary: "Where Cinecor keeps things.",
    help: """
      Follows the XDG Base Directory Specification. CINECOR_ASSETS names another folder of assets.

      example: cinecor paths
      """,
    usesSettings: false
  ) { _ throws(Failure) in
    try Output.write(
      """
      config   \(Places.config)
      state    \(Places.state)
      catalog  \(Places.catalog)
      log      \(Places.log)
      cache    \(Places.cache)
      assets   \(Places.assets ?? "not found: set CINECOR_ASSETS to the folder that holds model and demo")

      """)
    return .allWell
  }
}
