import Cine
import DicomFiles
import Glibc

/// All regular files below some paths, each folder's in the order of their names' bytes. Links are followed; a folder is
/// walked once, so that no ring of links is endless.
struct FileWalk {
  private(set) var files: [String] = []
  /// Paths that could not be opened.
  private(set) var unreadable: [UnreadableFile] = []
  private var walked: Set<Place> = []

  private struct Place: Hashable {
    var device: dev_t
    var inode: ino_t
  }

  init(_ paths: [String]) {
    for path in paths {
      let trimmed = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
      var status = stat()
      if stat(trimmed, &status) != 0 { fail(path) } else { visit(trimmed, status) }
    }
  }

  private mutating func fail(_ path: String) {
    unreadable.append(DicomError.cannotOpen(systemMessage()).unreadable(path))
  }

  /// Folders are kept on a list of their own rather than on the call stack: any depth is walked.
  private mutating func visit(_ path: String, _ status: stat) {
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

  private mutating func entries(_ folder: String) -> [(String, stat)] {
    guard let handle = opendir(folder) else {
      fail(folder)
      return []
    }
    defer { closedir(handle) }
    var names: [String] = []
    while let entry = readdir(handle) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      if name != ".", name != ".." { names.append(name) }
    }
    let prefix = folder.hasSuffix("/") ? folder : folder + "/"
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.compactMap { name in
      var status = stat()
      return stat(prefix + name, &status) == 0 ? (prefix + name, status) : nil
    }
  }
}
