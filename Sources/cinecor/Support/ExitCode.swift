/// What the program says to the shell.
enum ExitCode: Int32 {
  case allWell = 0
  /// Some input could not be read; the rest was done.
  case someUnreadable = 1
  case usage = 2
  case noTerminal = 3
  case outputFailed = 4
  case modelUnavailable = 5
}

/// Ends a command with its exit code and a sentence for stderr.
struct Failure: Error {
  let code: ExitCode
  let text: String
}
