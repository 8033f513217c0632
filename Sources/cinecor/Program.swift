import Cine
import Glibc
import Settings

/// The whole program: finds the command, runs it, and turns its outcome into an exit code.
enum Program {
  static let version = "0.1.0"

  static let commands: [Command] = [
    ViewCommand.command, ViewCommand.demo, ViewCommand.quiz, WatchCommand.command, TriageCommand.command,
    ContourCommand.command,
    InspectCommand.command, QaCommand.command, SearchCommand.command, ViewsCommand.command, EmbedCommand.command,
    PhantomCommand.command,
    TrainCommand.command, FitCommand.command, EvaluateCommand.command, ModelCommand.command, DoctorCommand.command,
    PathsCommand.command, CompletionsCommand.command, ManCommand.command, BenchCommand.command,
  ]

  static func run(_ words: [FilePath]) -> ExitCode {
    signal(SIGPIPE, SIG_IGN)
    do throws(Failure) {
      return try dispatch(words)
    } catch {
      Output.complain(error.text)
      return error.code
    }
  }

  private static func dispatch(_ words: [FilePath]) throws(Failure) -> ExitCode {
    guard let first = words.first else {
      try Output.write(overview)
      return .usage
    }
    switch first.text {
    case "--help", "-h", "help":
      let asked = words.dropFirst().first?.text
      let named = asked.flatMap { name in commands.first { $0.name == name } }
      if let asked, named == nil {
        let near = Nearest.hint(asked, among: commands.map(\.name))
        throw Failure(code: .usage, text: "there is no command '\(asked)'\(near); see 'cinecor --help'")
      }
      try Output.write(named?.usage ?? overview)
      return .allWell
    case "--version":
      try Output.write("cinecor \(version)\n")
      return .allWell
    default:
      let named = commands.first { $0.name == first.text && !first.bytes.isEmpty }
      let command = named ?? ViewCommand.command
      let rest = named == nil ? words : Array(words.dropFirst())
      if rest.prefix(while: { $0 != "--" }).contains(where: { $0 == "--help" || $0 == "-h" }) {
        try Output.write(command.usage)
        return .allWell
      }
      let settings = command.usesSettings ? try Configuration.read() : Settings()
      return try command.run(Arguments(Configuration.words(settings, for: command) + rest, for: command))
    }
  }

  static var overview: String {
    let rows = commands.map { command in
      let left = "cinecor \(command.name.isEmpty ? command.synopsis : command.name)"
      return "  " + left + String(repeating: " ", count: max(2, 24 - left.utf8.count)) + command.summary
    }
    return """
      cinecor: a terminal viewer for cine cardiac MR with a model in the background.
      Research use only, not for diagnosis.

      \(rows.joined(separator: "\n"))

      PATH is a file or folder of any depth. 'cinecor COMMAND --help' says more, with an example.
      Exit codes: 0 all well, 1 some input unreadable, 2 usage, 3 no terminal, 4 output failed, 5 model unavailable.

      """
  }
}
