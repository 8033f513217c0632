import Cine
import DicomFiles
import Glibc

/// All regular files below some paths, each folder's in the order of their names' bytes. Links are followed; a folder is
/// walked once, so that no ring of links is endless, and a file counts once by whatever names it is reached. What cannot
/// be reached is named. The inside of `.git` is nobody's study.
struct FileWalk {
  private(set) var files: [FilePath] = []
  /// Paths that could not be opened.
  private(set) var unreadable: [UnreadableFile] = []
  private var known: Set<Place> = []

  private struct Place: Hashable {
    var device: dev_t
    var inode: ino_t
  }

  init(_ paths: [FilePath]) {
    for path in paths.map(\.trimmed) {
      guard let status = status(path) else { continue }
      switch status.st_mode & S_IFMT {
      case S_IFREG, S_IFDIR: visit(path, status)
      case let kind: unreadable.append(Refusal.noFile(kind).unreadable(path))
      }
    }
  }

  /// Of what a path leads to; nil where it leads nowhere, which is noted.
  private mutating func status(_ path: FilePath) -> stat? {
    var status = stat()
    if path.withCString({ stat($0, &status) }) == 0 { return status }
    let code = errno
    let refusal = Self.target(path).flatMap { Refusal.link(to: $0, code) } ?? .cannotOpen(code)
    unreadable.append(refusal.unreadable(path))
    return nil
  }

  /// What a link says; nil for anything else.
  private static func target(_ path: FilePath) -> FilePath? {
    var bytes = [CChar](repeating: 0, count: Int(PATH_MAX))
    let n = path.withCString { readlink($0, &bytes, bytes.count) }
    return n < 0 ? nil : FilePath(bytes: bytes[..<n].map(UInt8.init(bitPattern:)))
  }

  /// Folders are kept on a list of their own rather than on the call stack: any depth is walked.
  private mutating func visit(_ path: FilePath, _ status: stat) {
    var open = [(path, status)]
    while let (path, status) = open.popLast() {
      let place = Place(device: status.st_dev, inode: status.st_ino)
      switch status.st_mode & S_IFMT {
      case S_IFREG where known.insert(place).inserted: files.append(path)
      case S_IFDIR where known.insert(place).inserted:
        // Last name first, because the last of the list is taken next.
        open += entries(path).reversed()
      default: break
      }
    }
  }

  private mutating func entries(_ folder: FilePath) -> [(FilePath, stat)] {
    guard let handle = folder.withCString({ opendir($0) }) else {
      unreadable.append(Refusal.cannotOpen(errno).unreadable(folder))
      return []
    }
    defer { closedir(handle) }
    var names: [FilePath] = []
    errno = 0
    while let entry = readdir(handle) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { FilePath(bytes: $0.prefix { $0 != 0 }) }
      if name != ".", name != "..", name != ".git" { names.append(name) }
      errno = 0
    }
    // A disc that fails in the middle of a folder ends it no differently than its last name.
    if errno != 0 { unreadable.append(Refusal.cannotOpen(errno).unreadable(folder)) }
    return names.sorted().compactMap { name in
      let path = folder.appending(name.bytes)
      return status(path).map { (path, $0) }
    }
  }
}
