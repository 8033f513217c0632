import Cine
import Findings
import Learning
import Phantom
import Plain
import Preparation
import Synchronization
import Tensor

/// How good a package is on phantom studies whose seeds training never used, through the same path as a patient's study:
/// a full scan, the choice of clips, preparation, encoder, heads.
struct PhantomEvaluation {
  struct Row {
    let condition: String
    let roc: ROC

    private var area: GivenArea { GivenArea(roc) }
    var auc: Double { area.auc }
    var low: Double? { area.low }
    var high: Double? { area.high }
  }

  let count: Int
  /// Studies in which a heart was found; the figures are over these.
  let answered: Int
  /// Why there was no result in the others: warning codes, and how often each.
  let refused: [(code: String, count: Int)]
  let lvef: Agreement?
  /// In the manifest's order; conditions without a single positive are left out.
  let rows: [Row]
  let retrieval: Retrieval?
  /// Share of studies whose truth lay within the stated interval.
  let coverage: Double

  /// Mean AUC over conditions with ten or more positives.
  var meanAUC: Double? {
    let counted = rows.filter { $0.roc.positives >= 10 }
    return counted.isEmpty ? nil : counted.reduce(0) { $0 + $1.auc } / Double(counted.count)
  }

  static let seed = DefaultModel.seed + PhantomStudies.testOffset

  init(_ package: ModelPackage, count: Int, seed: UInt64 = PhantomEvaluation.seed, threads: Int) {
    struct Outcome {
      let truth: PhantomTruth
      let analysis: Analysis
      let report: [Float]
    }
    let analyser = Analyser(package)
    let results = Mutex<[Outcome?]>(Array(repeating: nil, count: count))
    let progress = Progress("evaluating", total: count)
    let done = Mutex(0)
    Lanes.run(count, threads: threads) { k, _ in
      let phantom = Phantom.make(PhantomRequest(seed: seed + UInt64(k), scan: .full))
      if let analysis = try? analyser.analyse(phantom.study, threads: 1) {
        let sentences = phantom.report.sentences.compactMap { package.embed(sentence: $0) }
        let made = Outcome(truth: phantom.truth, analysis: analysis, report: UnitVector.mean(sentences) ?? [])
        results.withLock { $0[k] = made }
      }
      done.withLock {
        $0 += 1
        progress.update($0)
      }
    }
    let outcomes = results.withLock { $0.compactMap { $0 } }
    self.count = outcomes.count
    let read = outcomes.filter { $0.analysis.lvef != nil }
    answered = read.count
    let codes = Dictionary(grouping: outcomes.compactMap(\.analysis.refusal?.code)) { $0 }
    refused = codes.map { ($0.key, $0.value.count) }.sorted { $0.code < $1.code }
    lvef = Agreement(truths: read.map(\.truth.lvef), predictions: read.compactMap(\.analysis.lvef?.percent))
    coverage =
      Double(
        read.count { o in o.analysis.lvef.map { $0.low <= o.truth.lvef && o.truth.lvef <= $0.high } ?? false })
      / Double(max(read.count, 1))
    rows = package.manifest.conditions.compactMap { label in
      let known = outcomes.compactMap { o in
        o.analysis.findings.first { $0.condition == label.name }.map {
          ($0.probability, o.truth.conditions[label.name] == true)
        }
      }
      return ROC(labels: known.map(\.1), scores: known.map(\.0)).map { Row(condition: label.name, roc: $0) }
    }
    let pairs = outcomes.filter { !$0.analysis.embedding.isEmpty && !$0.report.isEmpty }
    retrieval = Retrieval(studies: pairs.map(\.analysis.embedding), reports: pairs.map(\.report))
  }

  var text: String {
    func fixed(_ x: Double?, _ decimals: Int) -> String { JSON.aligned(x, decimals: decimals) }
    let why = refused.map { "\($0.code) \($0.count)" }.joined(separator: ", ")
    var lines = [
      "\(count) synthetic studies whose seeds training never used; \(answered) gave a result"
        + (why.isEmpty ? "" : ", the others none: \(why)"), "",
    ]
    if let lvef {
      lines.append(
        "LVEF       mean absolute error \(fixed(lvef.meanAbsoluteError, 2)) points, r \(fixed(lvef.correlation, 3)), "
          + "bias \(fixed(lvef.bias, 2)); within the stated 90 % interval: \(fixed(coverage * 100, 1)) %")
    }
    lines.append("conditions mean AUC \(fixed(meanAUC, 3)) over those with ten or more positives")
    if let r = retrieval {
      lines.append(
        "retrieval  own report among the nearest 5 of \(r.count): \(fixed(r.hits * 100, 1)) %, "
          + "\(fixed(r.timesChance, 1)) times chance; median rank \(fixed(r.medianRank, 0))")
    }
    lines.append("")
    for row in rows.sorted(by: { $0.auc > $1.auc }) {
      let name = row.condition + String(repeating: " ", count: max(1, 50 - row.condition.count))
      let few = row.roc.positives < 10 ? "  (too few to count)" : ""
      lines.append(
        "\(name)AUC \(fixed(row.auc, 3)) (\(fixed(row.low, 3))–\(fixed(row.high, 3)))  "
          + "\(Count.of(row.roc.positives, "positive"))\(few)")
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
