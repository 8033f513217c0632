import Cine
import Plain

/// The same numbers and notes for programs, for spreadsheets and for people.
extension Evaluation {
  public var json: JSON {
    func number(_ x: Double?) -> JSON { .optional(x) { .number($0, decimals: 6) } }
    func turned(_ roc: ROC?) -> JSON { .optional(roc) { .bool($0.isTurned) } }
    switch self {
    case .conditions(let rows):
      let list = rows.map { r in
        JSON.object([
          .init("condition", .string(r.condition)), .init("n", .int(r.count)), .init("positives", .int(r.positives)),
          .init("auc", number(r.roc?.auc)), .init("auc_low", number(r.roc?.low)),
          .init("auc_high", number(r.roc?.high)), .init("baseline_auc", number(r.baseline?.auc)),
          .init("p_value", .optional(r.pValue) { .scientific($0, digits: 6) }),
          .init("direction", .optional(r.roc) { .string($0.direction.rawValue) }),
          .init("turned", turned(r.roc)), .init("baseline_turned", turned(r.baseline)),
          .init("interval", .optional(r.roc?.intervalRule) { .string($0.rawValue) }),
          .init("notes", .array(r.notes.map { .string($0) })),
        ])
      }
      return .object([.init("schema_version", .int(1)), .init("conditions", .array(list))])
    case .regression(let a, let baseline):
      var fields: [JSON.Field] = [
        .init("schema_version", .int(1)), .init("n", .int(a.count)), .init("mae", number(a.meanAbsoluteError)),
        .init("rmse", number(a.rootMeanSquareError)), .init("r", number(a.correlation)),
        .init("bias", number(a.bias)),
        .init(
          "limits_of_agreement",
          .optional(a.limits) { .array([number($0.lowerBound), number($0.upperBound)]) }),
      ]
      if let baseline { fields.append(.init("baseline_mae", number(baseline.meanAbsoluteError))) }
      return .object(fields)
    }
  }

  /// A row a condition, or one for a quantity; numbers as in the JSON.
  public var csv: String {
    func number(_ x: Double?) -> String { x.flatMap { JSON.fixed($0, decimals: 6) } ?? "" }
    func turned(_ roc: ROC?) -> String { roc.map { $0.isTurned ? "turned" : "as given" } ?? "" }
    var table: [[String]]
    switch self {
    case .conditions(let rows):
      table = [
        [
          "condition", "n", "positives", "auc", "auc_low", "auc_high", "direction", "interval", "baseline_auc",
          "baseline_direction", "p_value", "notes",
        ]
      ]
      for r in rows {
        table.append([
          TriageReport.cell(r.condition), "\(r.count)", "\(r.positives)", number(r.roc?.auc), number(r.roc?.low),
          number(r.roc?.high), turned(r.roc), r.roc?.intervalRule?.rawValue ?? "", number(r.baseline?.auc),
          turned(r.baseline), r.pValue.map { JSON.scientific($0, digits: 6).compact } ?? "",
          TriageReport.cell(r.notes.joined(separator: "; ")),
        ])
      }
    case .regression(let a, let baseline):
      table = [
        ["n", "mae", "rmse", "r", "bias", "limit_low", "limit_high", "baseline_mae"],
        [
          "\(a.count)", number(a.meanAbsoluteError), number(a.rootMeanSquareError), number(a.correlation),
          number(a.bias), number(a.limits?.lowerBound), number(a.limits?.upperBound),
          number(baseline?.meanAbsoluteError),
        ],
      ]
    }
    return table.map { $0.joined(separator: ",") + "\r\n" }.joined()
  }

  public var text: String {
    func fixed(_ x: Double?) -> String { JSON.aligned(x, decimals: 3) }
    switch self {
    case .conditions(let rows):
      func area(_ roc: ROC?) -> String { fixed(roc?.auc) + (roc?.isTurned == true ? " turned" : "") }
      return rows.map { r in
        let interval = r.roc?.intervalRule == nil ? "" : " (\(fixed(r.roc?.low))–\(fixed(r.roc?.high)))"
        let baseline = r.baseline.map { "  baseline \(area($0))" } ?? ""
        let p = r.pValue.map { "  p \(JSON.scientific($0, digits: 3).compact)" } ?? ""
        return "\(r.condition)  n \(r.count)  positives \(r.positives)  AUC \(area(r.roc))\(interval)\(baseline)\(p)\n"
          + r.notes.map { "  · \($0)\n" }.joined()
      }.joined()
    case .regression(let a, let baseline):
      let other = baseline.map { "  baseline \(fixed($0.meanAbsoluteError))" } ?? ""
      let limits = a.limits.map { "\(fixed($0.lowerBound)) to \(fixed($0.upperBound))" } ?? "none of a single study"
      return "n \(a.count)  mean absolute error \(fixed(a.meanAbsoluteError))\(other)  rmse "
        + "\(fixed(a.rootMeanSquareError))  r \(fixed(a.correlation))  bias \(fixed(a.bias))  limits of agreement \(limits)\n"
    }
  }
}
