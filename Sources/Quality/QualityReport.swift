import Cine
import Plain

/// A data set's studies, worst first, with those files that could not be read.
public struct QualityReport: Sendable {
  public let studies: [StudyQuality]
  /// Each once.
  public let unreadable: [UnreadableFile]
  /// The study that each of them is charged to; nil where that is its folder.
  public let chargedTo: [Study?]
  public let skipped: Int
  /// Second copies of images that were left out.
  public let copies: Int

  public init(_ checked: [CheckedStudy], unreadable: [UnreadableFile], skipped: Int, copies: Int) {
    var named: Set<FilePath> = []
    self.unreadable = unreadable.filter { named.insert($0.path).inserted }
    let charges = Charges(checked.map(\.study))
    let owners = self.unreadable.map { charges.study(of: $0) }
    chargedTo = owners.map { owner in owner.map { checked[$0].study } }
    self.skipped = skipped
    self.copies = copies
    var all = checked
    for (i, problem) in Copies.problems(checked) { all[i].problems.append(problem) }
    for i in all.indices {
      let broken = owners.count { $0 == i }
      guard broken > 0 else { continue }
      all[i].problems.append(Problem("unreadable_files", .error, "\(broken) of its files could not be read."))
    }
    studies = all.map { StudyQuality($0.study, $0.problems) }
      .sorted { a, b in (b.score, a.study.path, a.study.instanceUID) < (a.score, b.study.path, b.study.instanceUID) }
  }

  /// Folders with unreadable files that no study could be found for, and how many; by path.
  public var folders: [(path: FilePath, count: Int)] {
    let homeless = zip(unreadable, chargedTo).filter { $0.1 == nil }.map { Charges.folder(of: $0.0.path) }
    return Dictionary(homeless.map { ($0, 1) }, uniquingKeysWith: +).map { ($0.key, $0.value) }.sorted { $0.0 < $1.0 }
  }

  /// One line, without its end.
  public var summary: String {
    let well = studies.count { $0.problems.isEmpty }
    return "\(Count.of(studies.count, "study", "studies")), \(well) without problems, "
      + Count.of(unreadable.count, "unreadable file")
      + (copies > 0 ? ", \(Count.of(copies, "second copy", "second copies")) left out" : "")
  }

  /// How many studies have each problem, most first.
  public var counts: [(code: String, studies: Int)] {
    let all = Dictionary(studies.flatMap { Set($0.problems.map(\.code)).map { ($0, 1) } }, uniquingKeysWith: +)
    return all.map { ($0.key, $0.value) }.sorted { a, b in (b.1, a.0) < (a.1, b.0) }
  }

  public var json: JSON {
    .object([
      .init("schema_version", .int(1)),
      .init(
        "summary",
        .object([
          .init("studies", .int(studies.count)), .init("without_problems", .int(studies.count { $0.problems.isEmpty })),
          .init("problems", .object(counts.map { .init($0.code, .int($0.studies)) })),
        ])),
      .init("studies", .array(studies.map(Self.json))),
      .init(
        "unreadable",
        .array(
          zip(unreadable, chargedTo).map { file, study in
            .object([
              .init("path", .string(file.path.text)), .init("reason", .string(file.reason)),
              .init("text", .string(file.text)),
              .init("study_instance_uid", .optional(study) { .string($0.instanceUID) }),
            ])
          })), .init("skipped", .int(skipped)), .init("second_copies", .int(copies)),
    ])
  }

  private static func json(_ q: StudyQuality) -> JSON {
    .object([
      .init("path", .string(q.study.path.text)), .init("study_instance_uid", .string(q.study.instanceUID)),
      .init("score", .int(q.score)), .init("series", .int(q.study.series.count)),
      .init(
        "problems",
        .array(
          q.problems.map { p in
            .object([
              .init("code", .string(p.code)), .init("weight", .string(p.weight.name)),
              .init("series_instance_uid", p.series.map { .string(q.study.series[$0].instanceUID) } ?? .null),
              .init("text", .string(p.text)),
            ])
          })),
    ])
  }
}
