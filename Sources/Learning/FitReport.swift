import Cine
import Findings
import Plain

/// What a fit found, for people and for programs.
extension FitResult {
  public var text: String {
    let width = max(heads.map { Self.title($0).count }.max() ?? 0, 6)
    func padded(_ s: String, _ n: Int) -> String { s + String(repeating: " ", count: max(n - s.count, 0)) }
    var lines = [
      "\(Count.of(studies, "study", "studies")) of \(Count.of(patients, "patient")), up to \(plan.folds) folds, seed "
        + "\(plan.seed)", "",
    ]
    for head in heads { lines.append("\(padded(Self.title(head), width))  \(Self.said(head))\(Self.aloneSaid(head))") }
    if !few.isEmpty {
      lines += ["", "learned from a share of the labelled patients (how many): AUC, or mean absolute error"]
      lines.append(padded("", width) + few.map { "  " + padded(Self.percent($0.share), 13) }.joined())
      for (c, head) in heads.enumerated() {
        let cells = few.map { "  " + padded(Self.cell($0.cells[c]), 13) }.joined()
        lines.append((padded(Self.title(head), width) + cells).trimmedRight)
      }
    }
    return lines.map(\.trimmedRight).joined(separator: "\n") + "\n"
  }

  static func title(_ head: Head) -> String { head.unit.isEmpty ? head.name : "\(head.name) [\(head.unit)]" }

  static func percent(_ share: Double) -> String { "\(JSON.fixed(share * 100, decimals: 2) ?? "?") %" }

  static func cell(_ cell: FewRow.Cell) -> String {
    "\(cell.value.map { JSON.aligned($0, decimals: 3) } ?? "–") (\(JSON.fixed(cell.patients, decimals: 0) ?? "?"))"
  }

  /// "AUC 0.912 (0.801–1.000), 6 of 24 positive, marked from 0.61".
  static func said(_ head: Head) -> String {
    func number(_ x: Double?, _ decimals: Int = 3) -> String { JSON.aligned(x, decimals: decimals) }
    func error(_ count: Int, _ mae: Double?, _ r: Double?, _ low: Double, _ high: Double, _ coverage: Double) -> String
    {
      "mean absolute error \(number(mae, 2)), r \(number(r)), n \(count); \(number(low, 2)) to \(high > 0 ? "+" : "")\(number(high, 2)) hold "
        + "\(number(coverage * 100, 0)) %"
    }
    switch head.outcome {
    case .condition(let c):
      let interval = c.aucLow == nil ? "" : " (\(number(c.aucLow))–\(number(c.aucHigh)))"
      return "AUC \(number(c.auc))\(interval), \(c.positives ?? 0) of \(c.count ?? 0) positive, marked from "
        + number(c.threshold, 2)
    case .lvef(let l, let a):
      return error(
        a.count, a.meanAbsoluteError, a.correlation, l.residualLow, l.residualHigh, l.coverage)
    case .quantity(let q):
      return error(q.count, q.meanAbsoluteError, q.correlation, q.residualLow, q.residualHigh, q.coverage)
    }
  }

  /// "; without measured numbers 0.871".
  static func aloneSaid(_ head: Head) -> String {
    head.alone.map { "; without measured numbers \(JSON.aligned($0, decimals: 3))" } ?? ""
  }

  public var json: [JSON.Field] {
    func number(_ x: Double?) -> JSON { .optional(x) { .number($0, decimals: 6) } }
    let rows = heads.map { head -> JSON in
      let fields: [JSON.Field]
      switch head.outcome {
      case .condition(let c):
        fields = [
          .init("positives", .int(c.positives ?? 0)), .init("auc", number(c.auc)), .init("auc_low", number(c.aucLow)),
          .init("auc_high", number(c.aucHigh)), .init("threshold", number(c.threshold)),
        ]
      case .lvef(let l, let a):
        fields = [
          .init("mae", number(a.meanAbsoluteError)), .init("r", number(a.correlation)),
          .init("low", number(l.residualLow)), .init("high", number(l.residualHigh)),
          .init("coverage", number(l.coverage)),
        ]
      case .quantity(let q):
        fields = [
          .init("mae", number(q.meanAbsoluteError)), .init("r", number(q.correlation)),
          .init("low", number(q.residualLow)), .init("high", number(q.residualHigh)),
          .init("coverage", number(q.coverage)),
        ]
      }
      return .object(
        [
          .init("name", .string(head.name)), .init("unit", .string(head.unit)), .init("n", .int(head.studies)),
          .init("patients", .int(head.patients)),
        ] + fields + (head.alone.map { [.init("without_measured", number($0))] } ?? []))
    }
    let curve = few.map { row in
      JSON.object([
        .init("percent", .number(row.share * 100, decimals: 4)),
        .init(
          "heads",
          .array(
            zip(heads, row.cells).map { head, cell in
              .object([
                .init("name", .string(head.name)), .init("patients", .number(cell.patients, decimals: 1)),
                .init("value", number(cell.value)),
              ])
            })),
      ])
    }
    return [
      .init("studies", .int(studies)), .init("patients", .int(patients)), .init("folds", .int(plan.folds)),
      .init("seed", .int(Int(truncatingIfNeeded: plan.seed))), .init("heads", .array(rows)),
      .init("few", .array(curve)),
    ]
  }
}

extension String {
  fileprivate var trimmedRight: String { String(reversed().drop { $0 == " " }.reversed()) }
}
