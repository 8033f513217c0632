import Findings
import Foundation

/// `cinecor evaluate`: how good predictions are, as the paper measures it.
enum EvaluateCommand {
  static let command = Command(
    name: "evaluate", synopsis: "FILE.csv [--json|--csv]",
    summary: "AUC with DeLong's interval, or agreement of a measurement.",
    help: """
      Columns study, condition, label, probability and optionally baseline_probability; or, for a measurement, study,
      label, prediction and optionally baseline_prediction. Commas, semicolons or tabs part them; decimal commas and
      UTF-16 are read as well.

      --json  the same numbers as one object
      --csv   a row a condition

      A curve whose cases score lower than its controls is turned, as pROC does, and says so: of the scores as given the
      AUC is 1 minus that. An AUC of 1 gets the interval of Clopper and Pearson, a class of one gets none.

      example: cinecor evaluate predictions.csv --json
      """, flags: ["--json", "--csv"], run: run)

  private static func run(_ arguments: Arguments) throws(Failure) -> ExitCode {
    guard let path = arguments.positional.first, arguments.positional.count == 1 else {
      throw Failure(code: .usage, text: "evaluate wants one FILE.csv")
    }
    guard let bytes = Files.contents(path) else {
      throw Failure(code: .someUnreadable, text: "\(path) could not be opened: check its name and permissions")
    }
    let evaluation: Evaluation
    do throws(EvaluationError) {
      evaluation = try Evaluation(csv: bytes)
    } catch {
      throw Failure(code: .someUnreadable, text: "\(path) \(error.text)")
    }
    if arguments.has("--json") {
      try Output.write(evaluation.json.pretty + "\n")
    } else {
      // Names of conditions come from a file.
      try Output.write(arguments.has("--csv") ? evaluation.csv : Output.safe(evaluation.text))
    }
    return .allWell
  }
}
