import Cine
import Findings
import Plain

/// The README.md of a fitted package: a model card whose front matter Hugging Face reads
/// (huggingface.co/docs/hub/model-cards, model-index).
extension FitResult {
  public func card(_ manifest: ModelManifest) -> String {
    let encoder = manifest.training.fit?.encoder
    let source = encoder.map { "\($0.name) \($0.version), sha256 \($0.sha256.prefix(16))…" } ?? "–"
    let data = manifest.training.synthetic ? "synthetic hearts" : "studies of the user's"
    let manySaid =
      studies == patients
      ? "Every study is another patient's."
      : "Some patients have several studies, so that the intervals, which count studies, are too narrow."
    var lines = frontMatter(manifest, dataset: "\(studies) \(data)")
    lines += [
      "# \(Self.inline(manifest.name))", "", "**\(TriageReport.notice)**", "",
      "Heads over a frozen video encoder of cine cardiac MR, fitted with `cinecor fit`.", "", "## Intended use", "",
      "Research on studies like those it was fitted to: cines of the same site, scanners and patients. "
        + "`cinecor triage PATH --model DIR` reads a study and says what the heads make of it.", "",
      "## What it was fitted on", "",
      "- \(Count.of(studies, "study", "studies")) (\(data)) of \(Count.of(patients, "patient")), with the user's own labels",
      "- encoder: \(Self.inline(source)); it learned from \(Self.inline(encoder?.trainedOn ?? "–")), and did not change",
      "",
      "## How well it did", "",
      "By cross-validation in up to \(plan.folds) folds of patients: each number is over studies that the head had not "
        + "learned from, by heads of the other folds; the heads here have learned from all of them. \(manySaid) "
        + "Thresholds mark at most \(JSON.fixed(plan.falseMarks * 100, decimals: 2) ?? "?") % of those without the condition.",
      "", "| label | studies | patients | prevalence | measured |", "| --- | --- | --- | --- | --- |",
    ]
    for head in heads {
      var prevalence = "–"
      if case .condition(let c) = head.outcome, let n = c.count, n > 0 {
        prevalence = Self.percent((Double(c.positives ?? 0) / Double(n) * 1000).rounded() / 1000)
      }
      lines.append(
        "| \(Self.inline(Self.title(head))) | \(head.studies) | \(head.patients) | \(prevalence) | \(Self.said(head))\(Self.aloneSaid(head)) |"
      )
    }
    if !few.isEmpty {
      lines += [
        "", "## With fewer labels", "",
        "AUC (mean absolute error of a number) on the same held-out studies, learned from a share of the labelled patients; "
          + "in brackets how many these were on average.", "",
        "| label | " + few.map { Self.percent($0.share) }.joined(separator: " | ") + " |",
        "| --- |" + String(repeating: " --- |", count: few.count),
      ]
      for (c, head) in heads.enumerated() {
        lines.append(
          "| \(Self.inline(Self.title(head))) | " + few.map { Self.cell($0.cells[c]) }.joined(separator: " | ") + " |")
      }
    }
    lines += [
      "", "## Limits", "",
      "- Not a medical device; never validated on other patients than these.",
      "- Probabilities hold where a condition is about as frequent as here; elsewhere they are off, and the AUC is not.",
      "- With few cases an interval is wide, and a threshold rests on the few without the condition.",
      "- The encoder sees cines alone: what needs other sequences (scar, oedema, iron) it can only guess.",
    ]
    if manifest.training.synthetic {
      lines.append("- All hearts were synthetic: the numbers say that the machinery works, no more.")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// YAML whose strings are written as JSON's, which YAML holds.
  private func frontMatter(_ manifest: ModelManifest, dataset: String) -> [String] {
    func quoted(_ s: String) -> String { JSON.string(s).compact }
    let isApache = manifest.licence == "Apache-2.0"
    var lines = ["---", "license: \(isApache ? "apache-2.0" : "other")"]
    if !isApache { lines.append("license_name: \(quoted(manifest.licence))") }
    lines += [
      "library_name: cinecor", "pipeline_tag: video-classification",
      "tags:", "- cardiac-mri", "- cine", "- medical", "model-index:", "- name: \(quoted(manifest.name))", "  results:",
    ]
    for head in heads {
      let metrics: [(type: String, name: String, value: Double?)]
      switch head.outcome {
      case .condition(let c):
        metrics = [
          ("roc_auc", "AUC, cross-validated", c.auc), ("roc_auc_low", "AUC, lower end of 95 %", c.aucLow),
          ("roc_auc_high", "AUC, upper end of 95 %", c.aucHigh),
        ]
      case .lvef(_, let a):
        metrics = [
          ("mae", "mean absolute error, cross-validated", a.meanAbsoluteError), ("pearsonr", "r", a.correlation),
        ]
      case .quantity(let q):
        metrics = [
          ("mae", "mean absolute error, cross-validated", q.meanAbsoluteError), ("pearsonr", "r", q.correlation),
        ]
      }
      let known = metrics.compactMap { m in m.value.flatMap { JSON.fixed($0, decimals: 4) }.map { (m, $0) } }
      guard !known.isEmpty else { continue }
      lines += [
        "  - task:", "      type: video-classification", "      name: \(quoted(Self.title(head)))", "    dataset:",
        "      type: private", "      name: \(quoted(dataset))", "    metrics:",
      ]
      for (m, value) in known {
        lines += ["    - type: \(m.type)", "      name: \(quoted(m.name))", "      value: \(value)"]
      }
    }
    return lines + ["---", ""]
  }

  /// Names come from a table: within one cell of another they must not end it.
  private static func inline(_ text: String) -> String {
    String(text.map { $0 == "|" || $0 == "\n" || $0 == "\r" || $0 == "`" || $0 == "<" ? " " : $0 })
  }
}
