import Cine
import DicomFiles
import Findings
import Foundation
import Quality
import Terminal

/// `cinecor qa`: what is broken in a data set.
enum QaCommand {
  static let command = Command(
    name: "qa", synopsis: "PATH… [--json|--csv|--html FILE] [--headers]",
    summary: "What is broken in a data set: a row a study, worst first.",
    help: """
      --json       summary and studies as one object
      --csv        a row a problem
      --html FILE  one page with thumbnails, complete in itself
      --headers    heads of files alone: quicker, and blind to what only pixels tell

      Ragged stacks, gaps and overlaps, short coverage, missing views, unknown order, duplicates, empty, repeated and
      clipped frames, shifts between breath-holds, files that cannot be read.

      example: cinecor qa /data/study-4000 --html report.html
      """, flags: ["--json", "--csv", "--headers"], options: ["--html"], run: run)

  private static func run(_ arguments: Arguments) throws(Failure) -> ExitCode {
    guard !arguments.positional.isEmpty else { throw Failure(code: .usage, text: "qa wants a PATH") }
    let folder = Reading.scan(arguments.positional)
    var unreadable = arguments.has("--headers") ? folder.unreadable : Reading.broken(folder)
    var (checked, thumbnails) = ([CheckedStudy](), [String: [UInt8]]())
    let progress = Progress("studies", total: folder.studies.count, quiet: true)
    for (i, study) in folder.studies.enumerated() {
      var one = CheckedStudy(study, HeaderChecks.problems(study))
      if !arguments.has("--headers") {
        let seen = pixels(study)
        one.problems += seen.checks.problems
        one.prints = seen.checks.prints
        unreadable.add(seen.unreadable)
        if arguments.value("--html") != nil { thumbnails[study.id] = seen.thumbnail }
      }
      checked.append(one)
      progress.update(i + 1)
    }
    let report = QualityReport(
      checked, unreadable: unreadable, skipped: folder.skipped + folder.setAside.count, copies: folder.duplicates)
    if let path = arguments.value("--html") {
      do {
        try Data(QualityPage(report, thumbnails).html.utf8).write(to: URL(filePath: path), options: .atomic)
      } catch {
        throw Failure(code: .outputFailed, text: "\(path) could not be written")
      }
    }
    if arguments.has("--json") {
      try Output.write(report.json.pretty)
    } else if arguments.has("--csv") {
      try Output.write(csv(report))
    } else {
      try Output.write(text(report) + (folder.setAsideText.map { $0 + "\n" } ?? ""))
    }
    return report.unreadable.isEmpty ? .allWell : .someUnreadable
  }

  private static func pixels(
    _ study: Study
  ) -> (checks: PixelChecks, unreadable: [UnreadableFile], thumbnail: [UInt8]?) {
    var (checks, unreadable, thumbnail) = (PixelChecks(), [UnreadableFile](), [UInt8]?.none)
    let shown = study.series.firstIndex { $0.view == .shortAxis } ?? study.series.firstIndex { $0.phaseCount > 1 }
    for (i, series) in study.series.enumerated() {
      for (k, slice) in series.slices.enumerated() {
        let loaded = Reading.whatReads(slice)
        unreadable += loaded.unreadable
        guard let clip = loaded.clip else { continue }
        checks.add(clip, series: i, slice: k)
        if i == shown, k == series.slices.count / 2 { thumbnail = Thumbnail.bitmap(clip) }
      }
    }
    return (checks, unreadable, thumbnail)
  }

  private static func csv(_ report: QualityReport) -> String {
    var rows = [["path", "study_instance_uid", "score", "weight", "code", "series_instance_uid", "text"]]
    for q in report.studies {
      let study = [q.study.path.text, q.study.instanceUID, "\(q.score)"]
      if q.problems.isEmpty { rows.append(study + ["", "", "", ""]) }
      for p in q.problems {
        let series = p.series.map { q.study.series[$0].instanceUID } ?? ""
        rows.append(study + [p.weight.name, p.code, series, p.text])
      }
    }
    for (file, study) in zip(report.unreadable, report.chargedTo) {
      rows.append([file.path.text, study?.instanceUID ?? "", "", "error", file.reason, "", file.text])
    }
    return rows.map { $0.map(TriageReport.cell).joined(separator: ",") + "\r\n" }.joined()
  }

  private static func text(_ report: QualityReport) -> String {
    var lines: [String] = []
    for q in report.studies where !q.problems.isEmpty {
      lines.append(SafeText("\(q.study.patientID)  \(q.study.path)").text)
      for p in q.problems {
        let series = p.series.map { " series \($0 + 1):" } ?? ""
        lines.append(
          SafeText("  \(p.weight == .error ? "✗" : p.weight == .warning ? "⚠" : "·")\(series) \(p.text)").text)
      }
    }
    for folder in report.folders {
      lines.append(SafeText(folder.path.text).text)
      lines.append("  ✗ \(Count.of(folder.count, "file")) of no study here could not be read.")
    }
    for file in report.unreadable { lines.append(SafeText("✗ \(file.sentence)").text) }
    lines.append(report.summary)
    lines += report.counts.map { "  \($0.studies) × \(Problem.name($0.code))" }
    return lines.joined(separator: "\n") + "\n"
  }
}
