import Plain

/// Predictions held against the truth: a row a condition, or one for a quantity.
public enum Evaluation: Hashable, Sendable {
  case conditions([ConditionRow])
  case regression(Agreement, baseline: Agreement?)

  /// Reads a table as `cinecor evaluate` takes it. Baseline cells may be blank or NA.
  public init(csv bytes: [UInt8]) throws(TableError) {
    let table = try Table(
      CSV(bytes), numeric: ["label", "probability", "prediction", "baseline_probability", "baseline_prediction"])
    if table.has("condition") || table.has("probability") {
      try table.require(["study", "condition", "label", "probability"])
      self = .conditions(try Self.conditions(table))
    } else {
      try table.require(["study", "label", "prediction"])
      self = try Self.regression(table)
    }
  }

  /// Why such a table could not be evaluated, to be read after the file's name.
  public static func sentence(_ error: TableError) -> String {
    guard case .missingColumns = error else { return error.text }
    return error.text
      + ": it should name study, condition, label and probability, or study, label and prediction, parted by commas, "
      + "semicolons or tabs"
  }

  private static func conditions(_ table: Table) throws(TableError) -> [ConditionRow] {
    struct Group {
      var labels: [Bool] = []
      var scores: [Double] = []
      var baseline: [Double?] = []
      var studies: Set<String> = []
    }
    var order: [String] = []
    var groups: [String: Group] = [:]
    for row in table.rows {
      let condition = try table.text("condition", row)
      let study = try table.text("study", row)
      if groups[condition] == nil { order.append(condition) }
      var group = groups[condition] ?? Group()
      guard group.studies.insert(study).inserted else {
        throw .line(row.line, "study \(study) has \(condition) a second time")
      }
      let label = try table.number("label", row)
      guard label == 0 || label == 1 else { throw .line(row.line, "a label must be 0 or 1") }
      group.labels.append(label == 1)
      group.scores.append(try table.number("probability", row))
      group.baseline.append(try table.numberOrBlank("baseline_probability", row))
      groups[condition] = group
    }
    return order.compactMap { name in
      groups[name].map { g in
        ConditionRow(name, labels: g.labels, scores: g.scores, baseline: g.baseline)
      }
    }
  }

  private static func regression(_ table: Table) throws(TableError) -> Evaluation {
    var (truths, predictions): ([Double], [Double]) = ([], [])
    var (baselineTruths, baseline): ([Double], [Double]) = ([], [])
    var studies: Set<String> = []
    for row in table.rows {
      let study = try table.text("study", row)
      guard studies.insert(study).inserted else { throw .line(row.line, "study \(study) comes a second time") }
      let truth = try table.number("label", row)
      truths.append(truth)
      predictions.append(try table.number("prediction", row))
      if let b = try table.numberOrBlank("baseline_prediction", row) {
        baselineTruths.append(truth)
        baseline.append(b)
      }
    }
    guard let agreement = Agreement(truths: truths, predictions: predictions) else { throw .empty }
    return .regression(agreement, baseline: Agreement(truths: baselineTruths, predictions: baseline))
  }
}
