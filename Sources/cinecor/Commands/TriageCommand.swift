import Cine
import Findings
import Plain
import Terminal
import Workup

/// `cinecor triage`: reads, infers, prints.
enum TriageCommand {
  static let command = Command(
    name: "triage",
    synopsis: "PATH… [--model DIR] [--contours DIR] [--limits FILE] [--precision P] [--threads N] [--json|--csv]",
    summary: "Reads studies, runs the model and prints what it makes of them.",
    help: """
      --json         one object, stable bytes for the same input
      --csv          a row a study
      --model DIR    another model package than the bundled one
      --contours DIR another contour network than the bundled one
      --limits FILE  another table of what is normal than the bundled one
      --precision P  float32 (default), bfloat16, or auto: bfloat16 where the processor has it
      --threads N    cores to use (default: all); results do not depend on it

      Results are kept, so that the second time is quick. Research use only, not for diagnosis.

      example: cinecor triage /data/inbox --json
      """, flags: ["--json", "--csv"], options: ["--model", "--contours", "--limits", "--precision", "--threads"],
    run: run)

  private static func run(_ arguments: Arguments) throws(Failure) -> ExitCode {
    guard !arguments.positional.isEmpty else { throw Failure(code: .usage, text: "triage wants a PATH") }
    let threads = try arguments.threads()
    let package = try Packages.model(arguments)
    let engine = Engine(package, contours: try Packages.contourJob(arguments))
    let folder = Reading.scan(arguments.positional)
    let progress = Progress("studies", total: folder.studies.count, quiet: true)
    var unreadable: [UnreadableFile] = []
    unreadable.add(Reading.broken(folder))
    var entries: [TriageReport.Entry] = []
    for (i, study) in folder.studies.enumerated() {
      if let outcome = engine.workUp(study, threads: threads) {
        unreadable.add(outcome.unreadable)
        entries.append(.init(study, outcome))
      }
      progress.update(i + 1)
    }
    let report = TriageReport(
      model: .init(package), entries: entries, unreadable: unreadable,
      skipped: folder.skipped + folder.setAside.count)
    if arguments.has("--json") {
      try Output.write(report.json.pretty + "\n")
    } else if arguments.has("--csv") {
      try Output.write(report.csv)
      for file in unreadable { Output.complain(file.sentence) }
    } else {
      try Output.write(TriageText.text(report) + (folder.setAsideText.map { $0 + "\n" } ?? ""))
    }
    return unreadable.isEmpty ? .allWell : .someUnreadable
  }
}

/// The report for people: a paragraph a study.
enum TriageText {
  static func text(_ report: TriageReport) -> String {
    var lines = [
      "\(report.model.name) \(report.model.version), trained on \(report.model.trainedOn). \(TriageReport.notice)", "",
    ]
    for entry in report.entries { lines += study(entry, report) + [""] }
    if report.entries.isEmpty { lines += ["No study here. 'cinecor demo' shows bundled ones.", ""] }
    for file in report.unreadable { lines.append(SafeText("⚠ \(file.sentence)").text) }
    lines.append(
      "\(Count.of(report.entries.count, "study", "studies")), \(Count.of(report.unreadable.count, "unreadable file")), "
        + "\(report.skipped) skipped")
    // Names of conditions and of models come from files too.
    return Output.safe(lines.joined(separator: "\n")) + "\n"
  }

  static func study(_ entry: TriageReport.Entry, _ report: TriageReport) -> [String] {
    let stack = entry.study.series.map { "\($0.view.name) \($0.slices.count)×\($0.phaseCount)" }.joined(
      separator: ", ")
    var lines = [SafeText("\(entry.study.patientID)  \(entry.study.path)").text, "  \(stack)"]
    func warn(_ all: [AnalysisWarning]) { lines += all.map { "  ⚠ \(SafeText($0.text).text)" } }
    guard let a = entry.analysis else {
      warn(entry.warnings)
      return lines + ["  " + SafeText(entry.status.text).text]
    }
    func whole(_ x: Double) -> String { "\(Int(x.rounded()))" }
    func said(_ l: EjectionFraction) -> String { "\(whole(l.percent)) %  (\(whole(l.low))–\(whole(l.high)))" }
    if a.refusal != nil { lines.append("  no result") }
    if let measured = entry.measured {
      if let l = measured.lvef { lines.append("  LVEF \(said(l)) by contours") }
      if let l = a.lvef { lines.append("       \(said(l)) learned on \(report.model.trainedOn)") }
      if let numbers = numbers(measured) { lines.append("  " + numbers) }
      if measured.quality.grade != .green {
        let grade = measured.quality.grade == .none ? "no number" : "amber"
        lines += measured.quality.reasons.map { "  ⚠ \(grade): \(SafeText($0.text).text)" }
      }
      for f in measured.findings {
        lines.append("  ▸ \(ConditionNames.long(f.condition)): \(SafeText(f.why).text)")
      }
    } else if let l = a.lvef {
      lines.append("  LVEF \(said(l))")
    }
    for q in a.quantities ?? [] {
      func said(_ x: Double) -> String { JSON.scientific(x, digits: 3).compact }
      lines.append(
        "  \(SafeText(q.name).text) \(said(q.value)) \(SafeText(q.unit).text)  (\(said(q.low))–\(said(q.high))) learned"
      )
    }
    // Unmarked ones stay below the line, where there is something measured to read.
    let learned = entry.measured == nil ? Array(a.findings.prefix(5)) : a.findings.filter(\.positive)
    for f in learned {
      let name = SafeText(ConditionNames.long(f.condition)).text
      lines.append("  \(f.positive ? "▹" : " ") \(name): \(TriageReport.why(f, report.model))")
    }
    for s in a.sentences {
      lines.append("    \(JSON.aligned(s.similarity, decimals: 2))  \(SafeText(s.text).text)")
    }
    warn(entry.warnings)
    return lines
  }

  /// "EDV 184 ml, ESV 130 ml, mass 162 g, RVEF 48 %".
  static func numbers(_ measured: Measured) -> String? {
    let names = [
      ("EDV", "lv_edv"), ("EDV index", "lv_edv_index"), ("ESV", "lv_esv"), ("mass", "lv_mass"), ("RV EDV", "rv_edv"),
      ("RVEF", "rvef"), ("thickest wall", "wall_thickness_max"),
    ]
    let said = names.compactMap { words, name in
      measured.measurements.first { $0.name == name }.map {
        "\(words) \(JSON.fixed($0.value, decimals: 0) ?? "?") \($0.unit)"
      }
    }
    return said.isEmpty ? nil : said.joined(separator: ", ")
  }
}
