import Cine
import Foundation
import Intake
import Workup

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
      line.update(done, of: total)
      return true
    }
  }

  static func scan(
    _ paths: [FilePath], explainOrder: Bool = false,
    progress: (_ done: Int, _ total: Int, _ studies: () -> [Study]) -> Bool
  ) -> StudyFolder {
    StudyFolder(paths, pool: pool, names: SiteViews.names, explainOrder: explainOrder, progress: progress)
  }

  /// What of a folder cannot be read: files whose heads cannot, and then those whose pixels cannot all be decoded. Every
  /// command that says which files are broken says it by this.
  static func broken(_ folder: StudyFolder) -> [UnreadableFile] {
    folder.unreadable + FolderInspection.broken(folder.images, pool: pool)
  }

  /// One slice over its heartbeat; fails with the first file that cannot be read.
  static func load(_ slice: Slice) throws(UnreadableFile) -> CineClip { try CineLoader(pool).load(slice) }

  static let clips = ClipReader { slice throws(UnreadableFile) in try load(slice) }

  /// The same without what cannot be read of it, which is named.
  static func whatReads(_ slice: Slice) -> (clip: CineClip?, slice: Slice, unreadable: [UnreadableFile]) {
    CineLoader(pool).whatReads(slice)
  }
}
