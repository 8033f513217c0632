import Cine
import DicomFiles
import Glibc
import Volumes

/// Finds every medical image below some paths, by content and not by suffix.
public struct StudyFolder: Sendable {
  public private(set) var studies: [Study] = []
  public private(set) var unreadable: [UnreadableFile] = []
  /// Every file with an image, in the order in which they were found, left out or not.
  public private(set) var images: [FilePath] = []
  /// Files that are no medical image.
  public private(set) var skipped = 0
  /// Volumes that are no pictures of their own, and why: label maps, and moments of a cine that is there as a whole.
  public private(set) var setAside: [UnreadableFile] = []
  /// Second copies of images that were left out.
  public private(set) var duplicates = 0
  /// What was passed over, in numbers, where anything was.
  public var setAsideText: String? {
    let kinds = [("label_map", "label maps"), ("frame_of_cine", "single moments of cines")].compactMap { code, name in
      let n = setAside.count { $0.reason == code }
      return n == 0 ? nil : "\(n) \(name)"
    }
    return kinds.isEmpty ? nil : "set aside: \(kinds.joined(separator: ", ")); 'cinecor inspect' names them"
  }
  /// How each study's series came into their order, where that was asked for.
  public private(set) var order: [[OrderExplanation]] = []

  /// `progress` is called after every file with the number of files done, the number found, and a way to the studies so
  /// far; returning false stops the scan there.
  public init(
    _ paths: [FilePath], pool: WorkerPool, names: ViewNames = ViewNames(), explainOrder: Bool = false,
    progress: (_ done: Int, _ total: Int, _ studies: () -> [Study]) -> Bool = { _, _, _ in true }
  ) {
    let walk = FileWalk(TableOfContents.expand(paths, pool: pool))
    var builder = StudyBuilder(names: names)
    var volumes: [(path: FilePath, contents: VolumeContents)] = []
    var infos: [(path: FilePath, info: SubjectInfo)] = []
    var refused: [(place: FileQueue.Place, file: UnreadableFile)] = []
    var images: [(place: FileQueue.Place, path: FilePath)] = []
    var (done, skipped) = (0, 0)
    func all(_ studies: [Study]) -> [Study] {
      guard !volumes.isEmpty else { return studies }
      return (studies + SubjectFolder(volumes, infos: infos, names).studies).sorted {
        ($0.path, $0.id) < ($1.path, $1.id)
      }
    }
    FileQueue(pool: pool, files: walk.files).ask(.facts) { found, total in
      switch found.result {
      case .success(.facts(.image(let header))):
        images.append((found.place, found.path))
        builder.add(header)
      case .success(.facts(.volumes(let contents))):
        images.append((found.place, found.path))
        volumes.append((found.path, contents))
        refused += contents.unread.map { part in
          let path = found.path.appending(part.name.utf8)
          return (found.place, UnreadableFile(path: path, reason: part.reason, text: part.text))
        }
      case .success(.facts(.directory(let names))):
        skipped += 1
        let table = TableOfContents(names, of: found.path, in: found.unpacked)
        table.refusal(found.path).map { refused.append((found.place, $0)) }
      case .success(.facts(.subject(let info))):
        skipped += 1
        infos.append((found.path, info))
      case .success: break
      case .failure(let refusal) where refusal.isSkipped: skipped += 1
      case .failure(let refusal): refused.append((found.place, refusal.unreadable(found.path)))
      }
      done += 1
      return progress(done, total) { all(builder.studies()) }
    }
    if explainOrder {
      let explained = builder.explained()
      studies = all(explained.map(\.study))
      let known = Dictionary(explained.map { ($0.study.id, $0.order) }) { first, _ in first }
      order = studies.map { known[$0.id] ?? [] }
    } else {
      studies = all(builder.studies())
    }
    setAside = SubjectFolder(volumes, infos: infos, names).setAside
    // Answers come in any order; what is reported does not depend on it.
    unreadable = walk.unreadable + refused.sorted { $0.place < $1.place }.map(\.file)
    self.skipped = skipped
    self.images = images.sorted { $0.place < $1.place }.map(\.path)
    duplicates = builder.duplicates
  }
}
