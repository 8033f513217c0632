import Cine
import DicomFiles
import Intake
import Plain
import Terminal

/// `cinecor inspect`: what is in the files, and how frames were grouped and ordered.
enum InspectCommand {
  static let command = Command(
    name: "inspect", synopsis: "PATH… [--explain-order] [--json]",
    summary: "What is in each file, and how frames were grouped and ordered.",
    help: """
      --json           one object: a row a file, its pixels decoded and hashed, and the studies
      --explain-order  every rule that could order a slice's phases, and why it did or did not

      Zips and tars (also gz, bz2, xz, zst) are opened as the folders that they hold; an archive in an archive is named.

      NIfTI files of one subject are one study, by their names and folder. Label maps, and single moments of a cine that
      is there as a whole, are listed and set aside.

      example: cinecor inspect /data/inbox --json
      """, flags: ["--json", "--explain-order"], run: run)

  private static func run(_ arguments: Arguments) throws(Failure) -> ExitCode {
    guard !arguments.positional.isEmpty else { throw Failure(code: .usage, text: "inspect wants a PATH") }
    let folder = Reading.scan(arguments.positional, explainOrder: arguments.has("--explain-order"))
    var files: [FileInspection] = []
    let refused = Dictionary(folder.unreadable.map { ($0.path, $0) }) { first, _ in first }
    let progress = Progress("files", total: 0, quiet: true)
    FolderInspection.inspect(
      arguments.positional, pool: Reading.pool, progress: { done, total in progress.update(done, of: total) }
    ) { file, _ in files.append(file.refused(by: refused[file.path])) }
    try Output.write(arguments.has("--json") ? json(folder, files).pretty : text(folder, files))
    return leftOut(folder, files).isEmpty && !files.contains { $0.isBroken } ? .allWell : .someUnreadable
  }

  /// What can be decoded but was left out of every study, or is not there at all; with the rows that are broken, these are
  /// the files that the other commands name.
  private static func leftOut(_ folder: StudyFolder, _ files: [FileInspection]) -> [UnreadableFile] {
    let broken = Set(files.filter(\.isBroken).map(\.path))
    return folder.unreadable.filter { !broken.contains($0.path) }
  }

  // MARK: JSON

  private static func json(_ folder: StudyFolder, _ files: [FileInspection]) -> JSON {
    let studies = folder.studies.enumerated().map { i, study in
      JSON.object([
        .init("study_instance_uid", .string(study.instanceUID)), .init("path", .string(study.path.text)),
        .init(
          "series",
          .array(
            study.series.enumerated().map { k, series in
              json(series, folder.order.isEmpty || folder.order[i].isEmpty ? nil : folder.order[i][k])
            })),
        .init(
          "warnings",
          .array(
            study.warnings.map { .object([.init("code", .string($0.code)), .init("text", .string($0.text))]) })),
      ])
    }
    return .object([
      .init("schema_version", .int(1)), .init("files", .array(files.map(json))), .init("studies", .array(studies)),
      .init("left_out", leftOut(folder, files).json),
      .init("set_aside", folder.setAside.json),
      .init("duplicates", .int(folder.duplicates)), .init("skipped", .int(folder.skipped)),
    ])
  }

  private static func json(_ file: FileInspection) -> JSON {
    func text(_ t: String?) -> JSON { t.map { .string($0) } ?? .null }
    func number(_ n: Int?) -> JSON { n.map { .int($0) } ?? .null }
    return .object([
      .init("path", .string(file.path.text)), .init("status", .string(file.status.rawValue)),
      .init("reason", text(file.reason?.reason)), .init("text", text(file.reason?.text)),
      .init("transfer_syntax_uid", text(file.transferSyntax)), .init("rows", number(file.rows)),
      .init("columns", number(file.columns)), .init("frames", number(file.frames)),
      .init("samples", number(file.samples)), .init("bits_allocated", number(file.bitsAllocated)),
      .init("pixels_sha256", text(file.pixelSum)),
    ])
  }

  private static func json(_ s: Series, _ order: OrderExplanation?) -> JSON {
    var fields: [JSON.Field] = [
      .init("series_instance_uid", .string(s.instanceUID)), .init("description", .string(s.description)),
      .init("view", .string(s.view.rawValue)), .init("view_rule", .string(s.viewRule.rawValue)),
      .init("slices", .int(s.slices.count)), .init("phases", .array(s.slices.map { .int($0.phases.count) })),
      .init("order_rule", .string(s.orderRule)), .init("ties", .int(s.ties)),
      .init(
        "notes",
        .array(s.notes.map { .object([.init("code", .string($0.code)), .init("text", .string($0.text))]) })),
    ]
    if let order {
      fields.append(.init("differs_from_published_order", .bool(s.differsFromPublishedOrder)))
      let steps = order.slices.map { slice in
        JSON.array(
          slice.map { step in
            .object([
              .init("rule", .string(step.rule)), .init("missing", .int(step.missing)), .init("tied", .int(step.tied)),
              .init("decides", .bool(step.decides)),
            ])
          })
      }
      fields.append(.init("order_of_slices", .array(steps)))
    }
    return .object(fields)
  }

  // MARK: Text

  private static func text(_ folder: StudyFolder, _ files: [FileInspection]) -> String {
    var lines: [String] = []
    for (i, study) in folder.studies.enumerated() {
      lines.append(SafeText("\(study.patientID)  \(study.date)  \(study.path)").text)
      for warning in study.warnings { lines.append(SafeText("  ⚠ \(warning.text)").text) }
      for (k, s) in study.series.enumerated() {
        let name = "\(s.view.name) (by \(s.viewRule.rawValue))"
        lines.append(
          SafeText(
            "  \(name)  \(Count.of(s.slices.count, "slice")) × \(Count.of(s.phaseCount, "phase"))  \"\(s.description)\""
          ).text)
        let woven = s.isWoven ? ": several pictures share each moment, and nothing tells them apart" : ""
        lines.append("    ordered by \(s.orderRule), \(Count.of(s.ties, "tie"))\(woven)")
        for note in s.notes { lines.append(SafeText("    \(note.isWarning ? "⚠" : "·") \(note.text)").text) }
        if !folder.order.isEmpty, !folder.order[i].isEmpty { lines += text(folder.order[i][k], s) }
      }
    }
    for file in folder.setAside { lines.append(SafeText("· \(file.sentence)").text) }
    for file in files {
      if let reason = file.reason, file.isBroken { lines.append(SafeText("⚠ \(file.path) \(reason.text)").text) }
    }
    for file in leftOut(folder, files) { lines.append(SafeText("⚠ \(file.sentence)").text) }
    let kinds = Dictionary(grouping: files, by: \.status.name).map { "\($1.count) \($0)" }.sorted()
    lines.append(
      "\(Count.of(folder.studies.count, "study", "studies")), \(Count.of(folder.duplicates, "duplicate")); files: "
        + (kinds.isEmpty ? "none" : kinds.joined(separator: ", ")))
    return lines.joined(separator: "\n") + "\n"
  }

  /// Slices whose rules behave alike share a line.
  private static func text(_ order: OrderExplanation, _ series: Series) -> [String] {
    var lines: [String] = []
    var first = 0
    while first < order.slices.count {
      let next = order.slices[first...].firstIndex { $0 != order.slices[first] } ?? order.slices.count
      let steps = order.slices[first].map { step in
        let why =
          step.decides
          ? "decides"
          : step.missing > 0
            ? "missing in \(step.missing)"
            : step.tied > 0
              ? "\(step.tied) tied" : order.slices[first].contains(where: \.decides) ? "not needed" : "not asked"
        return "\(step.rule) \(why)"
      }
      lines.append("      slices \(first + 1)–\(next): \(steps.joined(separator: ", "))")
      first = next
    }
    return series.differsFromPublishedOrder
      ? lines + ["      the published order (SliceLocation, InstanceNumber, name) is another"] : lines
  }
}
