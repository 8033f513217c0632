import Glibc
import Plain

/// What a terminal says when it is asked, and how long it takes: for people who want to know why a picture looks as it does.
public struct Examination: Sendable {
  public struct Answer: Hashable, Sendable {
    public let question: String
    public let answer: String
    /// Nil where none came.
    public let seconds: Double?
  }

  public let kind: TerminalKind
  public private(set) var abilities: TerminalAbilities
  public private(set) var answers: [Answer] = []

  /// Asks the terminal on stdin and stdout, for as long as a slow link takes: what came later would reach the shell.
  public init() throws(TerminalError) {
    guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1 else { throw .noTerminal }
    (kind, abilities) = try Probe.known()
    var saved = termios()
    guard abilities.colours >= 8, tcgetattr(STDIN_FILENO, &saved) == 0 else { return }
    var quiet = saved
    cfmakeraw(&quiet)
    tcsetattr(STDIN_FILENO, TCSANOW, &quiet)
    defer { tcsetattr(STDIN_FILENO, TCSAFLUSH, &saved) }
    var input = TerminalInput(InputParser(utf8: abilities.utf8))
    let reports = Self.ask(Probe.questions(kind), &input)
    for (report, _) in reports { abilities.take(report) }
    answers = Self.questions(kind).map { question, read in
      for (report, seconds) in reports {
        if let text = read(report) { return Answer(question: question, answer: text, seconds: seconds) }
      }
      return Answer(question: question, answer: "no answer", seconds: nil)
    }
    // How long a question takes by itself.
    let link = reports.isEmpty ? [] : Self.ask("\u{1B}[c", &input)
    answers.append(Answer(question: "there and back", answer: link.isEmpty ? "no answer" : "", seconds: link.last?.1))
  }

  /// Reports with the seconds after which each came.
  private static func ask(_ questions: String, _ input: inout TerminalInput) -> [(TerminalReport, Double)] {
    var reports: [(TerminalReport, Double)] = []
    let start = Monotonic.now()
    TerminalWriter.write(questions)
    input.expectAnswers(patience: 2)
    while input.isExpecting, !input.isGone {
      for case .report(let report) in input.wait(seconds: 2, waker: -1) {
        reports.append((report, Monotonic.now() - start))
      }
    }
    return reports
  }

  private typealias Reading = (TerminalReport) -> String?

  private static func questions(_ kind: TerminalKind) -> [(String, Reading)] {
    var all: [(String, Reading)] = [
      (
        "24-bit colour", { if case .rendition = $0 { does($0, \.trueColour) ? "kept" : "not given back" } else { nil } }
      ),
      ("cell in pixels", { if case .cellSize(let width, let height) = $0 { "\(width)×\(height)" } else { nil } }),
      ("synchronised output", { if case .mode(2026, _) = $0 { does($0, \.synchronised) ? "yes" : "no" } else { nil } }),
      ("background", { if case .background(let light) = $0 { light < 0.5 ? "dark" : "light" } else { nil } }),
    ]
    if Probe.asksForKitty(kind) {
      all.append(
        (
          "kitty graphics",
          { if case .kitty(Probe.kittyNumber, let isWell) = $0 { isWell ? "yes" : "no" } else { nil } }
        )
      )
    }
    all.append(("done with what came", { if case .ready = $0 { "yes" } else { nil } }))
    all.append(("device attributes", { if case .attributes(let numbers) = $0 { joined(numbers) } else { nil } }))
    return all
  }

  private static func joined(_ numbers: [Int]) -> String { numbers.map(String.init).joined(separator: " ") }

  /// What one answer says by itself.
  private static func does(_ report: TerminalReport, _ ability: KeyPath<TerminalAbilities, Bool>) -> Bool {
    var abilities = TerminalAbilities()
    abilities.take(report)
    return abilities[keyPath: ability]
  }
}
