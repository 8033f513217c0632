import Cine

/// Which row of a table is about which study.
public struct LabelMatch: Sendable {
  public struct Pair: Hashable, Sendable {
    /// Indices of the rows and studies that were given.
    public let row: Int
    public let study: Int
  }

  /// In the order of the studies.
  public let pairs: [Pair]
  /// Rows whose study is not there.
  public let missing: [LabelTable.Row]
  /// Rows that could be about several studies, and how many.
  public let ambiguous: [(row: LabelTable.Row, count: Int)]
  /// Studies that no row is about.
  public let unlabelled: [Int]

  /// A row names its study by the Study Instance UID, else by the path as `triage --json` prints it, else by the path's
  /// last part. Fails where two rows are about one study.
  public init(_ rows: [LabelTable.Row], _ studies: [Study]) throws(LearningError) {
    func index(_ key: (Study) -> String) -> [String: [Int]] {
      Dictionary(grouping: studies.indices.filter { !key(studies[$0]).isEmpty }, by: { key(studies[$0]) })
    }
    let indices = [
      index(\.instanceUID), index(\.path.text), index { $0.path.trimmed.name.text },
    ]
    var found: [Int: Int] = [:]
    var (missing, ambiguous): ([LabelTable.Row], [(row: LabelTable.Row, count: Int)]) = ([], [])
    for (i, row) in rows.enumerated() {
      // Columns of paths come from other folders, too.
      let last = FilePath(text: row.study).trimmed.name.text
      let candidates = zip(indices, [row.study, row.study, last]).lazy.compactMap { $0[$1] }.first ?? []
      guard let study = candidates.first else {
        missing.append(row)
        continue
      }
      guard candidates.count == 1 else {
        ambiguous.append((row, candidates.count))
        continue
      }
      if let other = found[study] {
        throw .labels(
          "has two rows for one study, in lines \(rows[other].line) and \(row.line) (\(rows[other].study), \(row.study))"
        )
      }
      found[study] = i
    }
    pairs = studies.indices.compactMap { s in found[s].map { Pair(row: $0, study: s) } }
    (self.missing, self.ambiguous) = (missing, ambiguous)
    unlabelled = studies.indices.filter { found[$0] == nil }
  }
}
