import Cine
import Findings
import Foundation

/// `cinecor evaluate`: how good predictions are, as the paper measures it.
enum EvaluateCommand {
  static let command = Command(
    name: "evaluate", synopsis: "FILE.csv [--json]",
    summary: "AUC with DeLong's interval, or agreement of a measurement.",
    help: """
      Columns study, condition, label, probability and optionally baseline_probability; or, for a measurement, study,
      label, prediction and optionally baseline_prediction.

      example: cinecor evaluate predictions.csv --json
      """, flags: ["--json"], run: run)

  private static func run(_ arguments: Arguments) throws(Failure) -> ExitCode {
    guard let path = arguments.positional.first else { throw Failure(code: .usage, text: "evaluate wants a FILE.csv") }
    guard let bytes = Files.contents(path) else {
      throw Failure(code: .someUnreadable, text: "\(path) could not be opened: check its name and permissions")
    }
    let evaluation: Evaluation
    do throws(EvaluationError) {
      evaluation = try Evaluation(csv: bytes)
    } catch {
      throw Failure(code: .someUnreadable, text: "\(path): \(error.text)")
    }
    try Output.write(arguments.has("--json") ? evaluation.json.pretty + "\n" : text(evaluation))
    return .allWell
  }

  private static func text(_ evaluation: Evaluation) -> String {
    func fixed(_ x: Double?, _ n: Int = 3) -> String { JSON.aligned(x, decimals: n) }
    switch evaluation {
    case .conditions(let rows):
      return rows.map { r in
        let baseline = r.baseline.map { "  baseline \(fixed($0.auc))" } ?? ""
        return "\(r.condition)  n \(r.count)  positives \(r.positives)  AUC \(fixed(r.roc?.auc)) "
          + "(\(fixed(r.roc?.low))–\(fixed(r.roc?.high)))\(baseline)\n"
      }.joined()
    case .regression(let a, let baseline):
      let other = baseline.map { "  baseline \(fixed($0.meanAbsoluteError))" } ?? ""
      return
        "n \(a.count)  mean absolute error \(fixed(a.meanAbsoluteError))\(other)  rmse \(fixed(a.rootMeanSquareError))  "
        + "r \(fixed(a.correlation))  bias \(fixed(a.bias))\n"
    }
  }
}
