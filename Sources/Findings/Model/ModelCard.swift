import Cine
import Plain

extension ModelPackage {
  /// The package's card, as `cinecor model info` prints it.
  public var card: String {
    let m = manifest
    func fixed(_ x: Double?, _ decimals: Int = 2) -> String { JSON.aligned(x, decimals: decimals) }
    var lines = [
      "\(m.name) \(m.version)", TriageReport.notice, "",
      "trained on    \(m.training.trainedOn)", "              \(m.training.statement)",
      "seed          \(m.training.seed.map(String.init) ?? "–")",
      "licence       \(m.licence)", "sha256        \(sha256)",
      "encoder       \(Count.of(m.video.depth, "block")), \(m.video.spatialSize)×\(m.video.spatialSize)×\(m.video.temporalSize), "
        + "\(Count.of(m.video.projection, "dimension")), \(Count.of(network.weightCount, "weight")) with heads and text tower",
      "reports       \(Count.of(reports.sentences.count, "sentence"))",
    ]
    if let p = m.performance {
      let how =
        m.training.fit.map { "in \($0.folds) folds of \(Count.of($0.patients, "patient")), each held out once" }
        ?? "that training never saw"
      lines += ["", "measured on \(Count.of(p.studies, "study", "studies")) \(how)"]
      if let error = p.lvefMeanAbsoluteError {
        lines.append("LVEF          mean absolute error \(fixed(error)), r \(fixed(p.lvefCorrelation))")
      }
      if let area = p.meanAUC {
        lines.append("conditions    mean AUC \(fixed(area, 3)) over those with ten or more positives")
      }
      if let hits = p.retrievalHits {
        lines.append(
          "retrieval     own report among the nearest five: \(fixed(hits * 100, 1)) %, "
            + "\(fixed(p.retrievalTimesChance, 1)) times chance")
      }
    }
    if let l = m.lvef {
      lines.append(
        "LVEF interval \(fixed(l.residualLow, 1)) … +\(fixed(l.residualHigh, 1)) points hold "
          + "\(fixed(l.coverage * 100, 0)) % of held-out errors")
    }
    for q in m.quantities ?? [] {
      lines.append(
        "\(q.name) [\(q.unit)]  mean absolute error \(fixed(q.meanAbsoluteError)), r \(fixed(q.correlation)), n \(q.count); "
          + "\(fixed(q.residualLow)) … \(fixed(q.residualHigh)) hold \(fixed(q.coverage * 100, 0)) % of held-out errors"
      )
    }
    if !m.conditions.isEmpty {
      let width = m.conditions.map(\.name.count).max() ?? 0
      lines += ["", "condition" + String(repeating: " ", count: max(width - 9, 0)) + "  AUC (95 %)         positives"]
      for c in m.conditions {
        let auc = c.auc.map { "\(fixed($0, 3)) (\(fixed(c.aucLow, 3))–\(fixed(c.aucHigh, 3)))" } ?? "not measured"
        let name = c.name + String(repeating: " ", count: width - c.name.count)
        let padded = auc + String(repeating: " ", count: max(19 - auc.count, 1))
        lines.append("\(name)  \(padded)\(c.positives.map(String.init) ?? "–")/\(c.count.map(String.init) ?? "–")")
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
