import Cine
import Intake

/// Foreign files, through processes that can do nothing but read them.
enum Reading {
  static let pool = WorkerPool()

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
}

typealias ReadFailure = CineLoader.Failure
