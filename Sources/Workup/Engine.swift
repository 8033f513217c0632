import Catalog
import Cine
import Contours
import Findings

/// From a study on disk to what is made of it: the one path that the viewer and the batch commands share.
public final class Engine: Sendable {
  private let findings: FindingsJob?
  private let contours: ContourJob?
  private let catalog: Catalog
  private let reader: ClipReader
  private let complaint: Complaint

  /// Without a package its part is left out. `complaint` hears, once, that results cannot be kept.
  public init(
    _ package: ModelPackage?, contours: ContourJob?, _ catalog: Catalog, _ reader: ClipReader, complaint: Complaint
  ) {
    findings = package.map(FindingsJob.init)
    self.contours = contours
    self.catalog = catalog
    self.reader = reader
    self.complaint = complaint
  }

  public struct Outcome: Sendable {
    public internal(set) var analysis: Analysis?
    public internal(set) var measured: Measured?
    public internal(set) var contours: StudyContours?
    /// Why there is nothing of what was asked for first: the analysis, else the contours.
    public internal(set) var whyNot: WhyNot?
    /// Each file once.
    public internal(set) var unreadable: [UnreadableFile] = []
  }

  /// Reads the clips that are wanted, each once, and works on them unless that was done before: files that are as they
  /// were need not be read for that, and copies of them need no work. `progress` begins anew with each part. Nil once
  /// cancelled.
  public func workUp(
    _ study: Study, threads: Int, progress: @Sendable (_ done: Int, _ total: Int) -> Void = { _, _ in },
    isCancelled: @Sendable () -> Bool = { false }
  ) -> Outcome? {
    var clips = LoadedClips(reader)
    var outcome = Outcome()
    if let findings {
      guard let ran = run(findings, study, &clips, threads, progress, isCancelled) else { return nil }
      outcome.analysis = ran.made
      outcome.unreadable.add(ran.unreadable)
    }
    if let contours {
      guard let ran = run(contours, study, &clips, threads, progress, isCancelled) else { return nil }
      outcome.contours = ran.made?.contours
      outcome.measured = ran.made?.measured
      outcome.unreadable.add(ran.unreadable)
    }
    if let measured = outcome.measured {
      if let findings { outcome.analysis = outcome.analysis?.weighed(with: measured, by: findings.manifest) }
      outcome.analysis = outcome.analysis?.reconciled(with: measured)
    }
    let isThere = findings == nil ? outcome.contours != nil : outcome.analysis != nil
    if !isThere { outcome.whyNot = outcome.unreadable.first.map { WhyNot($0) } }
    return outcome
  }

  /// What the encoder makes of a study, with what could not be read of it; no embedding without a model, or where nothing
  /// could be read. As with `workUp`, files that are as they were are not read again. Nil once cancelled.
  public func embed(
    _ study: Study, threads: Int, isCancelled: @Sendable () -> Bool = { false }
  ) -> (embedding: StudyEmbedding?, unreadable: [UnreadableFile])? {
    guard let findings else { return (nil, []) }
    var clips = LoadedClips(reader)
    return run(EmbeddingJob(findings: findings), study, &clips, threads, { _, _ in }, isCancelled).map {
      ($0.made, $0.unreadable)
    }
  }

  /// Nothing is made where nothing could be read. Nil once cancelled.
  private func run<Job: StudyJob>(
    _ job: Job, _ study: Study, _ loaded: inout LoadedClips, _ threads: Int,
    _ progress: @Sendable (_ done: Int, _ total: Int) -> Void, _ isCancelled: @Sendable () -> Bool
  ) -> (made: Job.Made?, unreadable: [UnreadableFile])? {
    let wanted = job.wanted(study)
    let files = FilesKey(study, wanted)
    if let files, let content = catalog.content(files: files.key),
      let kept = job.kept(study, content: content, in: catalog)
    {
      return (kept, [])
    }
    guard let (clips, unreadable) = loaded.clips(wanted, isCancelled: isCancelled) else { return nil }
    if clips.isEmpty, !unreadable.isEmpty { return (nil, unreadable) }
    let content = StudyFingerprint.of(study, clips)
    // Only where all was read, and nothing written meanwhile.
    if unreadable.isEmpty, let files, files.isSettled, FilesKey(study, wanted)?.key == files.key {
      try? catalog.store(content: content, files: files.key)
    }
    if let kept = job.kept(study, content: content, in: catalog) { return (kept, unreadable) }
    guard let made = job.make(study, clips, threads: threads, progress: progress, isCancelled: isCancelled) else {
      return nil
    }
    // A result that cannot be kept is still a result.
    complaint.hear { () throws(CatalogError) in try job.keep(made, of: study, content: content, in: catalog) }
    return (made, unreadable)
  }
}
