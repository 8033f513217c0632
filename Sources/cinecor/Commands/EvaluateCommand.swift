import Findings
import Foundation
import Plain

/// `cinecor evaluate`: how good predictions are, as the paper measures it.
enum EvaluateCommand {
  static let command = Command(
    name: "evaluate", synopsis: "FILE.csv [--json|--csv] | --masks A B [--json]",
    summary: "AUC with DeLong's interval, or agreement of a measurement.",
    help: """
      Columns study, condition, label, probability and optionally baseline_probability; or, for a measurement, study,
      label, prediction and optionally baseline_prediction. Commas, semicolons or tabs part them; decimal commas and
      UTF-16 are read as well.

      --json  the same numbers as one object
      --csv   a row a condition

      A curve whose cases score lower than its controls is turned, as pROC does, and says so: of the scores as given the
      AUC is 1 minus that. An AUC of 1 gets the interval of Clopper and Pearson, a class of one gets none.

      --masks  two label maps (NIfTI), or two folders of them with the same names: Dice, and Hausdorff's distance in mm,
               of every label; of several moments the mean

      example: cinecor evaluate predictions.csv --json
               cinecor evaluate --masks ours theirs
      """, flags: ["--json", "--csv", "--masks"], run: run)

  private static func run(_ arguments: Arguments) throws(Failure) -> ExitCode {
    if arguments.has("--masks") { return try masks(arguments) }
    guard let path = arguments.positional.first, arguments.positional.count == 1 else {
      throw Failure(code: .usage, text: "evaluate wants one FILE.csv")
    }
    guard let bytes = Files.contents(path) else {
      throw Failure(code: .someUnreadable, text: "\(path) could not be opened: check its name and permissions")
    }
    let evaluation: Evaluation
    do throws(TableError) {
      evaluation = try Evaluation(csv: bytes)
    } catch {
      throw Failure(code: .someUnreadable, text: "\(path) \(Evaluation.sentence(error))")
    }
    if arguments.has("--json") {
      try Output.write(evaluation.json.pretty + "\n")
    } else {
      // Names of conditions come from a file.
      try Output.write(arguments.has("--csv") ? evaluation.csv : Output.safe(evaluation.text))
    }
    return .allWell
  }

  private static func masks(_ arguments: Arguments) throws(Failure) -> ExitCode {
    guard arguments.positional.count == 2, !arguments.has("--csv") else {
      throw Failure(code: .usage, text: "evaluate --masks wants two label maps, or two folders of them")
    }
    let masks = try Masks(arguments.positional[0], arguments.positional[1])
    try Output.write(arguments.has("--json") ? masks.json.pretty : Output.safe(masks.text))
    for text in masks.failures { Output.complain(text) }
    return masks.failures.isEmpty ? .allWell : .someUnreadable
  }
}
