import Cine
import DicomFiles

/// Files of every kind, through the reader of each.
enum Reading {
  /// Everything below some paths, with a line of progress.
  static func scan(_ paths: [String], explainOrder: Bool = false) -> DicomFolder {
    var progress: Progress?
    return scan(paths, explainOrder: explainOrder) { done, total, _ in
      let line = progress ?? Progress("files", total: total, quiet: true)
      progress = line
      line.update(done)
      return true
    }
  }

  static func scan(
    _ paths: [String], explainOrder: Bool = false,
    progress: (_ done: Int, _ total: Int, _ studies: () -> [Study]) -> Bool
  ) -> DicomFolder {
    DicomFolder(
      paths, names: SiteViews.names, explainOrder: explainOrder, progress: progress,
      other: { path in
        switch VolumeWorker.study(path) {
        case .success(let study): .study(study)
        case .failure(let failure): failure.file.reason == "no_pixels" ? nil : .unreadable(failure.file)
        case nil: nil
        }
      })
  }

  /// One slice over its heartbeat; fails with the first file that cannot be read.
  static func load(_ slice: Slice) throws(ReadFailure) -> CineClip {
    if let first = slice.phases.first, slice.phases.allSatisfy({ $0.path == first.path }),
      let last = slice.phases.last, last.frame - first.frame == slice.phases.count - 1,
      let made = try VolumeWorker.frames(first.path, first.frame..<last.frame + 1)
    {
      guard made.rows == slice.rows, made.columns == slice.columns else {
        throw ReadFailure(first.path, "unreadable", "changed since it was first read")
      }
      return CineLoader.clip(slice, made.pixels)
    }
    do throws(CineLoader.Failure) {
      return try CineLoader.load(slice)
    } catch {
      throw ReadFailure(error.file.path, error.file.reason, error.file.text)
    }
  }
}
