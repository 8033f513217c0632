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
  let run: @Sendable (Arguments) throws(Failure) -> ExitCode

  var usage: String {
    """
    usage: cinecor \(name.isEmpty ? "" : name + " ")\(synopsis)

    \(summary)

    \(help)

    """
  }
}
