import Cine
import Findings
import Learning
import Phantom
import Preparation
import Synchronization

/// The studies of a table of pairs, as they lie on disk. What is not found, or says nothing, is said on stderr.
struct SiteStudies {
  let studies: [TrainingStudy]
  private let found: [Study]
  /// Whether something could not be read.
  let isIncomplete: Bool

  init(_ file: FilePath, _ table: PairTable) throws(Failure) {
    for line in table.withoutSentences { Output.complain("line \(line): its report has no sentence") }
    var order: [FilePath] = []
    var rows: [FilePath: [PairTable.Row]] = [:]
    for row in table.rows {
      let path = Self.resolved(row.path, beside: file)
      if rows[path] == nil { order.append(path) }
      rows[path, default: []].append(row)
    }
    var (found, own): ([Study], [[PairTable.Row]]) = ([], [])
    var isIncomplete = false
    let progress = Progress("studies", total: order.count)
    for (i, path) in order.enumerated() {
      let folder = Reading.scan([path]) { _, _, _ in true }
      let rows = rows[path] ?? []
      progress.update(i + 1)
      for broken in folder.unreadable { Output.complain(broken.sentence) }
      if !folder.unreadable.isEmpty { isIncomplete = true }
      guard let study = folder.studies.first, folder.studies.count == 1 else {
        let lines = rows.map { "\($0.line)" }.joined(separator: ", ")
        Output.complain(
          folder.studies.isEmpty
            ? "line \(lines): there is no study at \(path)"
            : "line \(lines): \(folder.studies.count) studies lie at \(path): name the folder of one")
        isIncomplete = true
        continue
      }
      found.append(study)
      own.append(rows)
    }
    guard !found.isEmpty else {
      throw Failure(
        code: .someUnreadable, text: "no row of \(file) leads to a study: paths are relative to the table's own folder")
    }
    let people = People(found, own.map { $0.lazy.compactMap(\.patient).first })
    for note in people.notes { Output.complain(note) }
    studies = zip(people.names, own).map { patient, rows in
      TrainingStudy(patient: patient, sentences: rows.flatMap(\.sentences))
    }
    (self.found, self.isIncomplete) = (found, isIncomplete)
  }

  private static func resolved(_ path: String, beside file: FilePath) -> FilePath {
    if path.hasPrefix("/") { return FilePath(text: path) }
    let folder = file.text.lastIndex(of: "/").map { String(file.text[...$0]) } ?? ""
    return FilePath(text: folder + path)
  }

  /// Whether no patient is behind it.
  func isSynthetic(_ study: Int) -> Bool { Phantom.isPhantom(found[study]) }

  func path(_ study: Int) -> FilePath { found[study].path }

  /// Nothing where no heart beats: what analysis refuses is not learned from either.
  func clips(_ study: Int, _ recipe: PreparationRecipe) -> [GreyClip] {
    let study = found[study]
    var clips: [(item: ClipChoice.Item, clip: CineClip)] = []
    for item in ClipChoice(study).items {
      do throws(UnreadableFile) {
        clips.append((item, try Reading.load(recipe.slice(item, of: study))))
      } catch {
        Output.complain(error.sentence)
      }
    }
    let input = recipe.prepare(clips)
    guard input.evidence.doubt == nil else { return [] }
    return input.clips.map { GreyClip(view: $0.item.view, values: recipe.grey($0.values)) }
  }
}
