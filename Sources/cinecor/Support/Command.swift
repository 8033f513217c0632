/// One subcommand: what it is called, what it says of itself, and what it does.
struct Command: Sendable {
  let name: String
  /// What follows the name in the usage line.
  let synopsis: String
  let summary: String
  /// Options and an example, as `--help` shows them below the summary.
  let help: String
  var flags: Set<String> = []
  var options: Set<String> = []
  /// The configuration file counts for it; not for those that one needs to mend it.
  var usesSettings = true
  let run: @Sendable (Arguments) throws(Failure) -> ExitCode

  var usage: String {
    """
    usage: cinecor \(name.isEmpty ? "" : name + " ")\(synopsis)

    \(summary)

    \(help)

    """
  }

  /// How its help is asked for.
  var page: String { name.isEmpty ? "cinecor --help" : "cinecor \(name) --help" }

  /// What is said of an option that it does not have; `name` is what stands before an equals sign.
  func refusal(of word: String, name option: String) -> String {
    if flags.contains(option) { return "\(option) takes no value; see '\(page)'" }
    let own = flags.union(options).union(["--help"]).union(name.isEmpty ? ["--version"] : [])
    let place = name.isEmpty ? "the viewer" : "'\(name)'"
    return "'\(word)' is not known to \(place)\(Nearest.hint(option, among: own)); see '\(page)'"
  }
}
