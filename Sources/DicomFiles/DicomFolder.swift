import Cine
import Dispatch
import Glibc
import Synchronization

/// Finds every image below some paths, by content and not by suffix: DICOM itself, and what another reader knows.
public struct DicomFolder: Sendable {
  public private(set) var studies: [Study] = []
  public private(set) var unreadable: [UnreadableFile] = []
  /// Files that are no medical image.
  public private(set) var skipped = 0
  /// Second copies of images that were left out.
  public private(set) var duplicates = 0
  /// How each study's series came into their order, where that was asked for.
  public private(set) var order: [[OrderExplanation]] = []

  /// What another reader makes of a file that is no DICOM.
  public enum Other: Sendable {
    case study(Study)
    case unreadable(UnreadableFile)
  }

  /// `other` is asked about every file that is no DICOM; nil says that it is no medical image at all.
  /// `progress` is called after every file with the number of files done, the number found, and a way to the studies so
  /// far; returning false stops the scan there.
  public init(
    _ paths: [String], names: ViewNames = ViewNames(), explainOrder: Bool = false,
    progress: (_ done: Int, _ total: Int, _ studies: () -> [Study]) -> Bool = { _, _, _ in true },
    other: (_ path: String) -> Other? = { _ in nil }
  ) {
    let found = FileWalk(paths)
    unreadable = found.unreadable
    var builder = StudyBuilder(names: names)
    var others: [Study] = []
    func all(_ studies: [Study]) -> [Study] {
      others.isEmpty ? studies : (studies + others).sorted { ($0.path, $0.instanceUID) < ($1.path, $1.instanceUID) }
    }
    // Files are read side by side and taken in their own order.
    var batch: [Result<DicomHeader, DicomError>] = []
    var first = 0
    for (i, path) in found.files.enumerated() {
      if i == first + batch.count {
        first = i
        batch = Self.headers(found.files[i..<min(i + (i == 0 ? 16 : 256), found.files.count)])
      }
      do throws(DicomError) {
        let header = try batch[i - first].get()
        // Siemens puts all slices of a volume into one picture; as a cine it would be nonsense.
        if header.isMosaic { throw .mosaic }
        builder.add(header)
      } catch {
        switch error == .notDicom ? other(path) : nil {
        case .study(let study): others.append(study)
        case .unreadable(let file): unreadable.append(file)
        case nil: if error.isSkipped { skipped += 1 } else { unreadable.append(error.unreadable(path)) }
        }
      }
      if !progress(i + 1, found.files.count, { all(builder.studies()) }) { break }
    }
    if explainOrder {
      let explained = builder.explained()
      studies = all(explained.map(\.study))
      let known = Dictionary(explained.map { ($0.study.instanceUID, $0.order) }) { first, _ in first }
      order = studies.map { known[$0.instanceUID] ?? [] }
    } else {
      studies = all(builder.studies())
    }
    duplicates = builder.duplicates
  }

  private static func headers(_ paths: ArraySlice<String>) -> [Result<DicomHeader, DicomError>] {
    let results = Mutex([Result<DicomHeader, DicomError>](repeating: .failure(.notDicom), count: paths.count))
    DispatchQueue.concurrentPerform(iterations: paths.count) { k in
      let made: Result<DicomHeader, DicomError>
      do throws(DicomError) {
        made = .success(try DicomHeader.read(path: paths[paths.startIndex + k]))
      } catch {
        made = .failure(error)
      }
      results.withLock { $0[k] = made }
    }
    return results.withLock { $0 }
  }
}
