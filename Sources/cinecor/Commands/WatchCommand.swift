import Cine
import Findings
import Workup

/// `cinecor watch`: a folder that fills while one looks.
enum WatchCommand {
  static let command = Command(
    name: "watch", synopsis: "DIR… [options]", summary: "The viewer on folders that fill, or a line a finished study.",
    help: """
      --json           no screen: an object a line as studies become whole; ends by SIGTERM or Ctrl-C
      --quiet-time S   seconds without a change after which a study is whole (default 3)
      and every option of the viewer: 'cinecor --help'

      It looks every half second, because network folders tell nobody of their changes. A study that grows later is worked
      out anew. Results are kept: after a restart they are there at once.

      example: cinecor watch /data/inbox --json
      """, flags: ViewCommand.flags.union(["--json"]), options: ViewCommand.options.union(["--quiet-time"])
  ) { arguments throws(Failure) in
    let paths = arguments.positional
    guard !paths.isEmpty else { throw Failure(code: .usage, text: "watch wants a folder") }
    for path in paths where !Files.isThere(path) {
      throw Failure(code: .usage, text: "\(path): no such file or folder")
    }
    let quiet = try arguments.number("--quiet-time", in: 0.5...600) ?? 3
    if arguments.has("--json") { return try lines(paths, quiet: quiet, arguments) }
    return try ViewCommand.open(paths, "\(paths[0])", arguments, follows: quiet)
  }

  private static func lines(_ paths: [FilePath], quiet: Double, _ arguments: Arguments) throws(Failure) -> ExitCode {
    let threads = try arguments.threads()
    let package = try Packages.model(arguments)
    let engine = Engine(package, contours: try Packages.contourJob(arguments))
    Interruption.postpone()
    @Sendable func stopped() -> Bool { Interruption.isAsked }
    var watch = FolderWatch(paths, quiet: quiet)
    var done: Set<String> = []
    var isQuiet = true
    repeat {
      let folder = Reading.scan(paths)
      for study in watch.whole(folder.studies, isQuiet: isQuiet) where done.insert(study.job).inserted && !stopped() {
        guard let outcome = engine.workUp(study, threads: threads, isCancelled: stopped) else { continue }
        let report = TriageReport(
          model: .init(package), entries: [.init(study, outcome)], unreadable: outcome.unreadable, skipped: 0)
        try Output.write(report.json.compact + "\n")
      }
      guard let next = watch.change(isStopped: stopped) else { break }
      isQuiet = next
    } while !stopped()
    return .allWell
  }
}
