import Cine
import DicomFiles
import Terminal

/// `cinecor inspect`: what is in the files, and how frames were grouped and ordered.
enum InspectCommand {
  static let command = Command(
    name: "inspect", synopsis: "PATH… [--json]",
    summary: "What studies, series and slices were found, and how they were ordered.",
    help: """
      --json         the same as JSON

      example: cinecor inspect /data/inbox
      """, flags: ["--json"], run: run)

  private static func run(_ arguments: Arguments) throws(Failure) -> ExitCode {
    guard !arguments.positional.isEmpty else { throw Failure(code: .usage, text: "inspect wants a PATH") }
    let folder = Reading.scan(arguments.positional)
    try Output.write(arguments.has("--json") ? json(folder).pretty + "\n" : text(folder))
    return folder.unreadable.isEmpty ? .allWell : .someUnreadable
  }

  private static func json(_ folder: DicomFolder) -> JSON {
    let studies = folder.studies.map { study in
      JSON.object([
        .init("study_instance_uid", .string(study.instanceUID)), .init("path", .string(study.path)),
        .init(
          "series",
          .array(
            study.series.map { s in
              .object([
                .init("series_instance_uid", .string(s.instanceUID)), .init("description", .string(s.description)),
                .init("view", .string(s.view.rawValue)), .init("view_rule", .string(s.viewRule.rawValue)),
                .init("slices", .int(s.slices.count)), .init("phases", .array(s.slices.map { .int($0.phases.count) })),
                .init("order_rule", .string(s.orderRule)), .init("ties", .int(s.ties)),
              ])
            })),
      ])
    }
    let unreadable = folder.unreadable.map { file in
      JSON.object([
        .init("path", .string(file.path)), .init("reason", .string(file.reason)), .init("text", .string(file.text)),
      ])
    }
    return .object([
      .init("schema_version", .int(1)), .init("studies", .array(studies)), .init("unreadable", .array(unreadable)),
      .init("duplicates", .int(folder.duplicates)), .init("skipped", .int(folder.skipped)),
    ])
  }

  private static func text(_ folder: DicomFolder) -> String {
    var lines: [String] = []
    for study in folder.studies {
      lines.append(SafeText("\(study.patientID)  \(study.date)  \(study.path)").text)
      for s in study.series {
        lines.append(
          SafeText(
            "  \(s.view.name) (by \(s.viewRule.rawValue))  \(s.slices.count) slices × \(s.phaseCount) phases  \"\(s.description)\""
          ).text)
        lines.append("    ordered by \(s.orderRule), \(s.ties) ties")
      }
    }
    for file in folder.unreadable { lines.append(SafeText("⚠ \(file.path) \(file.text)").text) }
    lines.append(
      "\(folder.studies.count) studies, \(folder.unreadable.count) unreadable, \(folder.duplicates) duplicates, "
        + "\(folder.skipped) skipped")
    return lines.joined(separator: "\n") + "\n"
  }
}
