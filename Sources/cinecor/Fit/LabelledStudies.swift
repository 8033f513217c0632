import Cine
import Findings
import Learning
import Phantom
import Plain
import Synchronization
import Tensor
import Workup

/// Studies on disk and the rows of a table that are about them, as heads are fitted to them. What does not find together
/// is said on stderr.
struct LabelledStudies {
  let cohort: Cohort
  /// No study is a patient's.
  let isSynthetic: Bool
  let unreadable: [UnreadableFile]
  private let match: LabelMatch
  private let unlabelled: [Study]
  private let withoutResult: [(study: Study, whyNot: WhyNot)]

  init(
    _ file: FilePath, _ table: LabelTable, _ paths: [FilePath], _ package: ModelPackage, contours: ContourJob?,
    _ threads: Int
  ) throws(Failure) {
    let folder = Reading.scan(paths)
    let found: LabelMatch
    do throws(LearningError) {
      found = try LabelMatch(table.rows, folder.studies)
    } catch {
      throw Failure(code: .someUnreadable, text: "\(file) \(error.text)")
    }
    let unlabelled = found.unlabelled.map { folder.studies[$0] }
    Self.say(found, unlabelled)
    guard !found.pairs.isEmpty else {
      throw Failure(
        code: .usage,
        text:
          "no row of \(file) is about a study here: its column should have study UIDs, paths or names of folders as "
          + "'cinecor triage --json' prints them")
    }
    let studies = found.pairs.map { folder.studies[$0.study] }
    let embedded = Self.embed(studies, package, threads)
    var unreadable: [UnreadableFile] = []
    unreadable.add(folder.unreadable)
    var withoutResult: [(study: Study, whyNot: WhyNot)] = []
    var members: [(embedding: StudyEmbedding, pair: Int)] = []
    for (i, one) in embedded.enumerated() {
      unreadable.add(one.unreadable)
      if let embedding = one.embedding, embedding.whyNot == nil {
        members.append((embedding, i))
      } else {
        withoutResult.append(
          (studies[i], one.embedding?.whyNot ?? one.unreadable.first.map { WhyNot($0) } ?? .noResult))
      }
    }
    (match, self.unlabelled, self.unreadable, self.withoutResult) = (found, unlabelled, unreadable, withoutResult)
    for (study, whyNot) in withoutResult { Output.complain("\(study.path): left out: \(whyNot.sentence)") }
    let rows = members.map { found.pairs[$0.pair].row }
    let people = People(members.map { studies[$0.pair] }, rows.map { table.rows[$0].patient })
    for note in people.notes { Output.complain(note) }
    cohort = Cohort(
      embeddings: members.map(\.embedding), width: package.manifest.video.projection, patients: people.names,
      columns: table.columns, rows: rows,
      measured: contours.map { Self.measure(members.map { studies[$0.pair] }, $0, threads) })
    isSynthetic = members.allSatisfy { Phantom.isPhantom(studies[$0.pair]) }
  }

  private typealias Embedded = (embedding: StudyEmbedding?, unreadable: [UnreadableFile])

  /// Side by side, but not so many that their networks' memory counts.
  private static func embed(_ studies: [Study], _ package: ModelPackage, _ threads: Int) -> [Embedded] {
    let engine = Engine(package)
    let lanes = min(threads, 4)
    let progress = Progress("studies", total: studies.count)
    let state = Mutex<(made: [Embedded], done: Int)>((Array(repeating: (nil, []), count: studies.count), 0))
    Lanes.run(studies.count, threads: lanes) { i, _ in
      let one = engine.embed(studies[i], threads: threads / lanes)
      state.withLock { s in
        s.made[i] = one ?? (nil, [])
        s.done += 1
        progress.update(s.done)
      }
    }
    return state.withLock { $0.made }
  }

  /// What contours give of each study, by name.
  private static func measure(_ studies: [Study], _ contours: ContourJob, _ threads: Int) -> [[String: Double]] {
    let engine = Engine(nil, contours: contours)
    let progress = Progress("contours", total: studies.count)
    return studies.enumerated().map { i, study in
      let measured = engine.workUp(study, threads: threads)?.measured
      progress.update(i + 1)
      return measured?.numbers ?? [:]
    }
  }

  private static func say(_ match: LabelMatch, _ unlabelled: [Study]) {
    for row in match.missing { Output.complain("line \(row.line): no study here is \(row.study)") }
    for (row, count) in match.ambiguous {
      Output.complain("line \(row.line): \(count) studies here could be \(row.study): write its study UID")
    }
    for study in unlabelled.prefix(mostNamed) { Output.complain("\(study.path): no row is about it") }
    if unlabelled.count > mostNamed {
      Output.complain("and \(unlabelled.count - mostNamed) more studies without a row (--json names them all)")
    }
  }

  private static let mostNamed = 20

  var json: [JSON.Field] {
    func name(_ study: Study) -> JSON.Field { .init("path", .string(study.path.text)) }
    return [
      .init(
        "rows_without_study",
        .array(
          (match.missing + match.ambiguous.map(\.row)).sorted { $0.line < $1.line }.map {
            .object([.init("line", .int($0.line)), .init("study", .string($0.study))])
          })),
      .init("studies_without_row", .array(unlabelled.map { .object([name($0)]) })),
      .init(
        "studies_without_result",
        .array(
          withoutResult.map {
            .object([
              name($0.study), .init("reason", .string($0.whyNot.code)), .init("text", .string($0.whyNot.sentence)),
            ])
          })),
      .init("unreadable", unreadable.json),
    ]
  }
}

/// Whose studies they are: by the table where it says so, else by the files' patient IDs.
struct People {
  let names: [String]
  let notes: [String]

  init(_ studies: [Study], _ given: [String?]) {
    let hashes = studies.map { TriageReport.patientHash($0.patientID) }
    let names = studies.indices.map { i in
      given[i].map { "patient \($0)" } ?? (hashes[i].isEmpty ? "study \(i)" : "id \(hashes[i])")
    }
    var notes: [String] = []
    let nameless = studies.indices.count { given[$0] == nil && hashes[$0].isEmpty }
    if nameless > 0 {
      notes.append(
        "\(Count.of(nameless, "study has", "studies have")) no patient ID: each counts as another patient's; a column "
          + "`patient` says whose they are")
    }
    let known = studies.indices.filter { given[$0] != nil && !hashes[$0].isEmpty }
    let shared = Dictionary(grouping: known, by: { hashes[$0] }).values.count { Set($0.map { names[$0] }).count > 1 }
    if shared > 0 {
      notes.append(
        "\(Count.of(shared, "patient ID")) of the files "
          + (shared == 1 ? "is" : "are") + " several patients' by the column `patient`, which is believed")
    }
    (self.names, self.notes) = (names, notes)
  }
}
