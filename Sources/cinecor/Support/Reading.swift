import Cine
import Foundation
import Intake

/// Foreign files, through processes that can do nothing but read them.
enum Reading {
  static let cores = max(1, ProcessInfo.processInfo.activeProcessorCount)
  /// One reading process a core, and one more for the picture that somebody waits for.
  static let pool = WorkerPool(size: cores + 1)

  /// Everything below some paths, with a line of progress.
  static func scan(_ paths: [FilePath], explainOrder: Bool = false) -> StudyFolder {
    var progress: Progress?
    return scan(paths, explainOrder: explainOrder) { done, total, _ in
      let line = progress ?? Progress("files", total: total, quiet: true)
      progress = line
      line.update(done)
      return true
    }
  }

  static func scan(
    _ paths: [FilePath], explainOrder: Bool = false,
    progress: (_ done: Int, _ total: Int, _ studies: () -> [Study]) -> Bool
  ) -> StudyFolder {
    StudyFolder(paths, pool: pool, names: SiteViews.names, explainOrder: explainOrder, progress: progress)
  }

  /// One slice over its heartbeat; fails with the first file that cannot be read.
  static func load(_ slice: Slice) throws(CineLoader.Failure) -> CineClip { try CineLoader(pool).load(slice) }

  /// The same without what cannot be read of it, which is named.
  static func whatReads(_ slice: Slice) -> (clip: CineClip?, slice: Slice, unreadable: [UnreadableFile]) {
    CineLoader(pool).whatReads(slice)
  }

  /// A study's files that do not decode to the end.
  static func unreadable(in study: Study) -> [UnreadableFile] {
    var (files, seen): ([FilePath], Set<FilePath>) = ([], [])
    for phase in study.series.flatMap(\.slices).flatMap(\.phases) where seen.insert(phase.path).inserted {
      files.append(phase.path)
    }
    return FolderInspection.unreadable(of: files, pool: pool)
  }

  /// Second copies that do not decode to the end: they are no part of a study, but files all the same.
  static func unreadableCopies(_ folder: StudyFolder) -> [UnreadableFile] {
    FolderInspection.unreadable(of: folder.copies, pool: pool)
  }
}

typealias ReadFailure = CineLoader.Failure
