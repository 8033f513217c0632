import Catalog
import Cine
import Findings
import Glibc
import Intake
import Preparation
import Tensor

/// From a study on disk to what the model makes of it: the one path that the viewer and the batch commands share.
final class Engine: Sendable {
  let package: ModelPackage
  let catalog: Catalog
  private let analyser: Analyser
  private let complaint: Complaint

  /// `complaint` hears, once, that results cannot be kept.
  init(_ package: ModelPackage, _ catalog: Catalog, complaint: Complaint = Complaint()) {
    self.package = package
    self.catalog = catalog
    self.complaint = complaint
    analyser = Analyser(package)
  }

  /// The package that `--model` names, or the bundled one, in the precision that `--precision` names.
  static func package(_ arguments: Arguments) throws(Failure) -> ModelPackage {
    try package(arguments.value("--model"), try arguments.precision())
  }

  static func package(_ given: String?, _ precision: Precision = .float32) throws(Failure) -> ModelPackage {
    guard let path = given ?? Places.assets.map({ $0 + "/model" }) else {
      throw Failure(code: .modelUnavailable, text: "no model here: name one with --model, or set CINECOR_ASSETS")
    }
    do throws(ModelPackageError) {
      return try ModelPackage(path: path, precision: precision)
    } catch {
      throw Failure(code: .modelUnavailable, text: "\(path): \(error.text)")
    }
  }

  /// Results are kept below the state folder; where that cannot be, in memory. What the user should hear is said.
  static func openCatalog(_ say: (String) -> Void = { Output.complain($0) }) -> Catalog {
    let catalog = Catalog.open(Places.catalog)
    for note in catalog.notes { say(note.text) }
    return catalog
  }

  struct Outcome {
    let analysis: Analysis?
    /// Why there is none.
    let failure: String?
    let unreadable: [UnreadableFile]
  }

  /// Reads the clips that the model wants, and analyses them unless that was done before: files that are as they were
  /// need not be read for that, and copies of them need not be analysed. Nil once cancelled.
  func analyse(
    _ study: Study, threads: Int, progress: @Sendable (Int, Int) -> Void = { _, _ in },
    isCancelled: @Sendable () -> Bool = { false }
  ) -> Outcome? {
    let slices = ClipChoice(study).items.map { (item: $0, slice: package.manifest.recipe.slice($0, of: study)) }
    let files = Files(study, slices)
    if let files, let content = catalog.content(files: files.key),
      let kept = catalog.result(content: content, model: package.resultKey)
    {
      return Outcome(analysis: kept, failure: nil, unreadable: [])
    }
    var clips: [(item: ClipChoice.Item, clip: CineClip)] = []
    var unreadable: [UnreadableFile] = []
    for (item, slice) in slices {
      if isCancelled() { return nil }
      do throws(ReadFailure) {
        clips.append((item, try Reading.load(slice)))
      } catch {
        unreadable.append(error.file)
      }
    }
    if clips.isEmpty, let first = unreadable.first {
      return Outcome(analysis: nil, failure: "\(first.path) \(first.text)", unreadable: unreadable)
    }
    let content = StudyFingerprint.of(study, clips)
    // Only where all was read, and nothing written meanwhile.
    if unreadable.isEmpty, let files, files.isSettled, Files(study, slices)?.key == files.key {
      try? catalog.store(content: content, files: files.key)
    }
    if let kept = catalog.result(content: content, model: package.resultKey) {
      return Outcome(analysis: kept, failure: nil, unreadable: unreadable)
    }
    do throws(AnalysisError) {
      let made = try analyser.analyse(
        study, clips: clips, threads: threads, progress: progress, isCancelled: isCancelled)
      // A result that cannot be kept is still a result.
      complaint.hear { () throws(CatalogError) in
        try catalog.store(made, content: content, model: package.resultKey)
      }
      return Outcome(analysis: made, failure: nil, unreadable: unreadable)
    } catch {
      return nil
    }
  }

  /// The files of some slices, as they are now.
  private struct Files {
    let key: String
    /// False where one was written within the last moments: a clock of coarse steps could then hide another writing.
    let isSettled: Bool

    init?(_ study: Study, _ slices: [(item: ClipChoice.Item, slice: Slice)]) {
      var latest = Int.min
      let key = StudyFingerprint.ofFiles(study, slices) { path in
        let state = FileState(path: path)
        latest = max(latest, state?.modified ?? 0, state?.changed ?? 0)
        return state
      }
      guard let key else { return nil }
      self.key = key
      isSettled = latest < (time(nil) - 2) * 1_000_000_000
    }
  }
}
