import Cine

/// A data set's studies, worst first, with those files that could not be read.
public struct QualityReport: Sendable {
  public let studies: [StudyQuality]
  public let unreadable: [UnreadableFile]
  public let skipped: Int

  public init(_ studies: [StudyQuality], unreadable: [UnreadableFile], skipped: Int) {
    self.studies = studies.sorted { a, b in (b.score, a.study.path) < (a.score, b.study.path) }
    self.unreadable = unreadable
    self.skipped = skipped
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
          unreadable.map {
            .object([
              .init("path", .string($0.path.text)), .init("reason", .string($0.reason)),
              .init("text", .string($0.text)),
            ])
          })), .init("skipped", .int(skipped)),
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
