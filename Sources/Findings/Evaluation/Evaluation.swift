import Cine

/// Predictions held against the truth: a row a condition, or one for a quantity.
public enum Evaluation: Hashable, Sendable {
  public struct ConditionRow: Hashable, Sendable {
    public let condition: String
    public let count: Int
    public let positives: Int
    /// Nil where there are only cases or only controls.
    public let roc: ROC?
    public let baseline: ROC?
    /// Paired DeLong over the studies that both runs hold.
    public let pValue: Double?
  }

  case conditions([ConditionRow])
  case regression(Agreement, baseline: Agreement?)

  /// Reads a table as `cinecor evaluate` takes it. Baseline cells may be blank or NA.
  public init(csv bytes: [UInt8]) throws(EvaluationError) {
    let rows = try CSV(bytes).rows
    guard let header = rows.first else { throw .empty }
    let table = Table(header: header.cells.map(Self.trimmed), rows: rows.dropFirst())
    guard !table.rows.isEmpty else { throw .empty }
    if table.has("condition") || table.has("probability") {
      try table.require(["study", "condition", "label", "probability"])
      self = .conditions(try Self.conditions(table))
    } else {
      try table.require(["study", "label", "prediction"])
      self = try Self.regression(table)
    }
  }

  private static func conditions(_ table: Table) throws(EvaluationError) -> [ConditionRow] {
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
        let both = g.labels.indices.filter { g.baseline[$0] != nil }
        let bothLabels = both.map { g.labels[$0] }
        let baseline = ROC(labels: bothLabels, scores: both.compactMap { g.baseline[$0] })
        let paired = baseline.flatMap { _ in ROC(labels: bothLabels, scores: both.map { g.scores[$0] }) }
        return ConditionRow(
          condition: name, count: g.labels.count, positives: g.labels.count { $0 },
          roc: ROC(labels: g.labels, scores: g.scores), baseline: baseline,
          pValue: baseline.flatMap { b in paired.flatMap { ROC.pValue($0, b) } })
      }
    }
  }

  private static func regression(_ table: Table) throws(EvaluationError) -> Evaluation {
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

  /// As `evaluate --json` prints it.
  public var json: JSON {
    func number(_ x: Double?) -> JSON { .optional(x) { .number($0, decimals: 6) } }
    switch self {
    case .conditions(let rows):
      let list = rows.map { r in
        JSON.object([
          .init("condition", .string(r.condition)), .init("n", .int(r.count)), .init("positives", .int(r.positives)),
          .init("auc", number(r.roc?.auc)), .init("auc_low", number(r.roc?.low)),
          .init("auc_high", number(r.roc?.high)), .init("baseline_auc", number(r.baseline?.auc)),
          .init("p_value", .optional(r.pValue) { .scientific($0, digits: 6) }),
          .init("direction", .optional(r.roc) { .string($0.direction.rawValue) }),
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

  static func trimmed(_ s: String) -> String {
    func isBlank(_ c: Character) -> Bool { c == " " || c == "\t" }
    return String(s.drop(while: isBlank).reversed().drop(while: isBlank).reversed())
  }
}

/// A table whose columns have names.
private struct Table {
  let columns: [String: Int]
  let rows: ArraySlice<CSV.Row>

  init(header: [String], rows: ArraySlice<CSV.Row>) {
    columns = Dictionary(header.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    self.rows = rows
  }

  func has(_ name: String) -> Bool { columns[name] != nil }

  func require(_ names: [String]) throws(EvaluationError) {
    let missing = names.filter { columns[$0] == nil }
    guard missing.isEmpty else { throw .missingColumns(missing) }
  }

  /// Nil where the table has no such column.
  private func cell(_ name: String, _ row: CSV.Row) throws(EvaluationError) -> String? {
    guard let column = columns[name] else { return nil }
    guard row.cells.indices.contains(column) else { throw .line(row.line, "it ends before the column \(name)") }
    return Evaluation.trimmed(row.cells[column])
  }

  func text(_ name: String, _ row: CSV.Row) throws(EvaluationError) -> String {
    guard let text = try cell(name, row), !text.isEmpty else { throw .line(row.line, "\(name) is blank") }
    return text
  }

  func number(_ name: String, _ row: CSV.Row) throws(EvaluationError) -> Double {
    let text = try text(name, row)
    guard let x = Double(text), x.isFinite else { throw .line(row.line, "\(name) is no number: \(text)") }
    return x
  }

  func numberOrBlank(_ name: String, _ row: CSV.Row) throws(EvaluationError) -> Double? {
    guard let text = try cell(name, row), !text.isEmpty, text != "NA" else { return nil }
    return try number(name, row)
  }
}
