import Cine
import Glibc

/// Finds every DICOM image below some paths, by content and not by suffix.
public struct DicomFolder: Sendable {
  public private(set) var studies: [Study] = []
  public private(set) var unreadable: [UnreadableFile] = []
  /// Files that are no medical image.
  public private(set) var skipped = 0

  /// `progress` is called now and then with the number of files done, the number found, and the studies so far.
  public init(_ paths: [String], progress: (_ done: Int, _ total: Int, _ studies: () -> [Study]) -> Void = { _, _, _ in }) {
    var files: [String] = []
    for path in paths { Self.collect(path, into: &files, unreadable: &unreadable) }
    var builder = StudyBuilder()
    let root = paths.first ?? "."
    for (i, path) in files.enumerated() {
      do throws(DicomError) {
        builder.add(try DicomHeader.read(path: path))
      } catch {
        switch error {
        case .notDicom, .noPixels: skipped += 1
        default: unreadable.append(error.unreadable(path))
        }
      }
      progress(i + 1, files.count) { builder.studies(root: root) }
    }
    studies = builder.studies(root: root)
  }

  /// Files below a path in the order of their names; links to folders are not followed, so no walk is endless.
  private static func collect(_ path: String, into files: inout [String], unreadable: inout [UnreadableFile]) {
    var status = stat()
    guard stat(path, &status) == 0 else {
      let why = strerror(errno).map { String(cString: $0) } ?? "error"
      unreadable.append(DicomError.cannotOpen(why).unreadable(path))
      return
    }
    switch status.st_mode & S_IFMT {
    case S_IFREG: files.append(path)
    case S_IFDIR: walk(path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path, &files, &unreadable)
    default: break
    }
  }

  private static func walk(_ folder: String, _ files: inout [String], _ unreadable: inout [UnreadableFile]) {
    guard let handle = opendir(folder) else {
      let why = strerror(errno).map { String(cString: $0) } ?? "error"
      unreadable.append(DicomError.cannotOpen(why).unreadable(folder))
      return
    }
    var names: [(name: String, isFolder: Bool)] = []
    while let entry = readdir(handle) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      if name == "." || name == ".." { continue }
      var status = stat()
      guard lstat(folder + "/" + name, &status) == 0 else { continue }
      var kind = status.st_mode & S_IFMT
      if kind == S_IFLNK, stat(folder + "/" + name, &status) == 0, status.st_mode & S_IFMT == S_IFREG { kind = S_IFREG }
      if kind == S_IFREG || kind == S_IFDIR { names.append((name, kind == S_IFDIR)) }
    }
    closedir(handle)
    for (name, isFolder) in names.sorted(by: { $0.name < $1.name }) {
      if isFolder { walk(folder + "/" + name, &files, &unreadable) } else { files.append(folder + "/" + name) }
    }
  }
}
