import Cine
import Glibc

/// What a DICOMDIR names, as files below the folder that it lies in.
struct TableOfContents {
  private(set) var files: [FilePath] = []
  /// As the directory names them.
  private(set) var missing: [String] = []

  init(_ names: [[String]], of path: FilePath) {
    let folder = FilePath(bytes: path.bytes.dropLast(path.name.bytes.count))
    for parts in names {
      let name = parts.joined(separator: "/")
      // Systems that mount discs may turn names into small letters.
      let spellings = [name, name.lowercased()].map { folder.appending($0.utf8) }
      if let there = spellings.first(where: { $0.withCString { access($0, F_OK) } == 0 }) {
        files.append(there)
      } else {
        missing.append(name)
      }
    }
  }

  /// A copy of a disc that lacks something.
  func refusal(_ path: FilePath) -> UnreadableFile? {
    guard let first = missing.first else { return nil }
    return UnreadableFile(
      path: path, reason: "missing_files",
      text:
        "names \(Count.of(files.count + missing.count, "file")), of which \(missing.count) \(missing.count == 1 ? "is" : "are") not there "
        + "(\(first) is the first); copy the disc again")
  }

  /// The same paths, and behind each that is a DICOMDIR the files that it names.
  static func expand(_ paths: [FilePath], pool: WorkerPool) -> [FilePath] {
    paths.flatMap { path -> [FilePath] in
      guard path.trimmed.name.text.uppercased() == "DICOMDIR",
        case .success(.facts(.directory(let names))) = pool.ask(path, .facts)
      else { return [path] }
      return [path] + TableOfContents(names, of: path).files
    }
  }
}
