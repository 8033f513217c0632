import Cine
import DicomFiles
import Glibc

/// All regular files below some paths, each folder's in the order of their names' bytes. Links are followed; a folder is
/// walked once, so that no ring of links is endless.
struct FileWalk {
  private(set) var files: [FilePath] = []
  /// Paths that could not be opened.
  private(set) var unreadable: [UnreadableFile] = []
  private var walked: Set<Place> = []

  private struct Place: Hashable {
    var device: dev_t
    var inode: ino_t
  }

  init(_ paths: [FilePath]) {
    for path in paths {
      if let status = Self.status(path.trimmed) { visit(path.trimmed, status) } else { fail(path) }
    }
  }

  private mutating func fail(_ path: FilePath) {
    unreadable.append(DicomError.cannotOpen(systemMessage()).unreadable(path))
  }

  private static func status(_ path: FilePath) -> stat? {
    var status = stat()
    return path.withCString { stat($0, &status) } == 0 ? status : nil
  }

  /// Folders are kept on a list of their own rather than on the call stack: any depth is walked.
  private mutating func visit(_ path: FilePath, _ status: stat) {
    var open = [(path, status)]
    while let (path, status) = open.popLast() {
      switch status.st_mode & S_IFMT {
      case S_IFREG: files.append(path)
      case S_IFDIR where walked.insert(Place(device: status.st_dev, inode: status.st_ino)).inserted:
        // Last name first, because the last of the list is taken next.
        open += entries(path).reversed()
      default: break
      }
    }
  }

  private mutating func entries(_ folder: FilePath) -> [(FilePath, stat)] {
    guard let handle = folder.withCString({ opendir($0) }) else {
      fail(folder)
      return []
    }
    defer { closedir(handle) }
    var names: [FilePath] = []
    while let entry = readdir(handle) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { FilePath(bytes: $0.prefix { $0 != 0 }) }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted().compactMap { name in
      let path = folder.appending(name.bytes)
      return Self.status(path).map { (path, $0) }
    }
  }
}
