import Cine
import Glibc

/// Finds every DICOM image below some paths, by content and not by suffix.
public struct DicomFolder: Sendable {
  public private(set) var studies: [Study] = []
  public private(set) var unreadable: [UnreadableFile] = []
  /// Files that are no medical image.
  public private(set) var skipped = 0
  /// Second copies of images that were left out.
  public private(set) var duplicates = 0
  /// How each study's series came into their order, where that was asked for.
  public private(set) var order: [[OrderExplanation]] = []

  /// `progress` is called after every file with the number of files done, the number found, and a way to the studies so
  /// far; returning false stops the scan there.
  public init(
    _ paths: [String], names: ViewNames = ViewNames(), explainOrder: Bool = false,
    progress: (_ done: Int, _ total: Int, _ studies: () -> [Study]) -> Bool = { _, _, _ in true }
  ) {
    let found = FileWalk(paths)
    unreadable = found.unreadable
    var builder = StudyBuilder(names: names)
    for (i, path) in found.files.enumerated() {
      do throws(DicomError) {
        builder.add(try DicomHeader.read(path: path))
      } catch {
        if error.isSkipped { skipped += 1 } else { unreadable.append(error.unreadable(path)) }
      }
      if !progress(i + 1, found.files.count, { builder.studies() }) { break }
    }
    if explainOrder {
      let explained = builder.explained()
      (studies, order) = (explained.map(\.study), explained.map(\.order))
    } else {
      studies = builder.studies()
    }
    duplicates = builder.duplicates
  }
}
