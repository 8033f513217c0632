import Catalog
import Cine
import Findings
import Preparation

/// From a study on disk to what the model makes of it: the one path that the viewer and the batch commands share.
public final class Engine: Sendable {
  public let package: ModelPackage
  private let catalog: Catalog
  private let reader: ClipReader
  private let analyser: Analyser
  private let complaint: Complaint

  /// `complaint` hears, once, that results cannot be kept.
  public init(_ package: ModelPackage, _ catalog: Catalog, _ reader: ClipReader, complaint: Complaint) {
    self.package = package
    self.catalog = catalog
    self.reader = reader
    self.complaint = complaint
    analyser = Analyser(package)
  }

  public struct Outcome: Sendable {
    public let analysis: Analysis?
    /// Why there is none.
    public let failure: String?
    public let unreadable: [UnreadableFile]
  }

  /// Reads the clips that the model wants, and analyses them unless that was done before: files that are as they were
  /// need not be read for that, and copies of them need not be analysed. Nil once cancelled.
  public func analyse(
    _ study: Study, threads: Int, progress: @Sendable (_ done: Int, _ total: Int) -> Void = { _, _ in },
    isCancelled: @Sendable () -> Bool = { false }
  ) -> Outcome? {
    let wanted = ClipChoice(study).items.map { (item: $0, slice: package.manifest.recipe.slice($0, of: study)) }
    let files = FilesKey(study, wanted)
    if let files, let content = catalog.content(files: files.key),
      let kept = catalog.value(Analysis.self, kind: .findings, content: content, model: package.resultKey)
    {
      return Outcome(analysis: kept, failure: nil, unreadable: [])
    }
    guard let (clips, unreadable) = reader.clips(wanted, isCancelled: isCancelled) else { return nil }
    if clips.isEmpty, let first = unreadable.first {
      return Outcome(analysis: nil, failure: "\(first.path) \(first.text)", unreadable: unreadable)
    }
    let content = StudyFingerprint.of(study, clips)
    // Only where all was read, and nothing written meanwhile.
    if unreadable.isEmpty, let files, files.isSettled, FilesKey(study, wanted)?.key == files.key {
      try? catalog.store(content: content, files: files.key)
    }
    if let kept = catalog.value(Analysis.self, kind: .findings, content: content, model: package.resultKey) {
      return Outcome(analysis: kept, failure: nil, unreadable: unreadable)
    }
    do throws(AnalysisError) {
      let made = try analyser.analyse(
        study, clips: clips, threads: threads, progress: progress, isCancelled: isCancelled)
      // A result that cannot be kept is still a result.
      complaint.hear { () throws(CatalogError) in
        try catalog.store(made, kind: .findings, content: content, model: package.resultKey)
      }
      return Outcome(analysis: made, failure: nil, unreadable: unreadable)
    } catch {
      return nil
    }
  }
}
