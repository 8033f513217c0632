import Cine
import Contours
import Findings
import Foundation
import Intake
import Plain
import Volumes
import Workup

/// `cinecor contour`: the ventricles' contours as label maps, and their volumes.
enum ContourCommand {
  static let command = Command(
    name: "contour", synopsis: "PATH… --out DIR [--contours DIR] [--limits FILE] [--threads N] [--json]",
    summary: "Draws the contours of hearts, and measures their volumes.",
    help: """
      --out DIR       label maps go there, NIfTI on the pictures' own grid, one a file or series:
                      0 rest, 1 right ventricle, 2 muscle and 3 cavity of the left one, 4 left and 5 right atrium
      --contours DIR  another contour network than the bundled one
      --limits FILE   another table of what is normal than the bundled one
      --threads N     cores to use (default: all); results do not depend on it
      --json          volumes as one object

      What was drawn is kept, so that the second time is quick. Research use only, not for diagnosis.

      example: cinecor contour /data/inbox --out contours --json
      """, flags: ["--json"], options: ["--out", "--contours", "--limits", "--threads"], run: run)

  private static func run(_ arguments: Arguments) throws(Failure) -> ExitCode {
    guard !arguments.positional.isEmpty, let out = arguments.value("--out") else {
      throw Failure(code: .usage, text: "contour wants a PATH and --out DIR")
    }
    let threads = try arguments.threads()
    let package = try Packages.contours(arguments.value("--contours"))
    let engine = Engine(nil, contours: ContourJob(package, try Packages.limits(arguments.value("--limits"))))
    let folder = Reading.scan(arguments.positional)
    do {
      try FileManager.default.createDirectory(atPath: out, withIntermediateDirectories: true)
    } catch {
      throw Failure(code: .outputFailed, text: "\(out) could not be made: \(error.localizedDescription)")
    }
    var unreadable = folder.unreadable
    var rows: [Row] = []
    var used: Set<String> = []
    let progress = Progress("studies", total: folder.studies.count, quiet: true)
    for (i, study) in folder.studies.enumerated() {
      guard let outcome = engine.workUp(study, threads: threads) else { continue }
      unreadable.add(outcome.unreadable)
      var files: [String] = []
      for map in LabelMaps.of(study, outcome.contours) {
        let name = LabelMaps.unused(map.name, &used)
        guard map.write(to: FilePath("\(out)/\(name)")) else {
          throw Failure(code: .outputFailed, text: "\(out)/\(name) could not be written")
        }
        files.append(name)
      }
      rows.append(Row(study: study, measured: outcome.measured, files: files))
      progress.update(i + 1)
    }
    try Output.write(
      arguments.has("--json")
        ? json(package, rows, unreadable).pretty + "\n" : Output.safe(text(package, rows, unreadable)))
    return unreadable.isEmpty ? .allWell : .someUnreadable
  }

  private struct Row {
    let study: Study
    let measured: Measured?
    let files: [String]
  }

  private static func whole(_ x: Double) -> String { JSON.fixed(x, decimals: 0) ?? "?" }

  private static func json(
    _ package: ContourPackage, _ rows: [Row], _ unreadable: [UnreadableFile]
  ) -> JSON {
    .object([
      .init("schema_version", .int(2)),
      .init(
        "contours",
        .object([
          .init("name", .string(package.manifest.name)), .init("version", .string(package.manifest.version)),
          .init("sha256", .string(package.sha256)), .init("taught_on", .string(package.manifest.taughtOn)),
        ])),
      .init(
        "studies",
        .array(
          rows.map { row in
            .object([
              .init("study_instance_uid", .string(row.study.instanceUID)),
              .init("path", .string(row.study.path.text)),
              .init("quality", .optional(row.measured?.quality, TriageReport.json)),
              .init("volumes", .optional(row.measured, TriageReport.volumes)),
              .init("files", .array(row.files.map { .string($0) })),
            ])
          })),
      .init(
        "unreadable", unreadable.json), .init("notice", .string(TriageReport.notice)),
    ])
  }

  private static func text(
    _ package: ContourPackage, _ rows: [Row], _ unreadable: [UnreadableFile]
  ) -> String {
    var lines = [
      "\(package.manifest.name) \(package.manifest.version), taught on \(package.manifest.taughtOn). "
        + TriageReport.notice, "",
    ]
    for row in rows {
      lines.append(row.study.path.text)
      if let measured = row.measured {
        let numbers = measured.lvef.map { "LVEF \(whole($0.percent)) % (\(whole($0.low))–\(whole($0.high))), " } ?? ""
        if let said = TriageText.numbers(measured) { lines.append("  \(numbers)\(said)") }
        let grade = measured.quality.grade == .none ? "no number" : "amber"
        lines += measured.quality.reasons.map { "  ⚠ \(grade): \($0.text)" }
      }
      lines += row.files.map { "  \($0)" }
    }
    lines += unreadable.map { "⚠ \($0.sentence)" }
    return lines.joined(separator: "\n") + "\n"
  }
}
