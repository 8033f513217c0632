import Cine
import Glibc

/// What a DICOMDIR names, as files below the folder that it lies in.
struct TableOfContents {
  private(set) var files: [String] = []
  /// As the directory names them.
  private(set) var missing: [String] = []

  init(_ names: [[String]], of path: String) {
    let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
    let start = path.contains("/") ? folder + "/" : ""
    for parts in names {
      let name = parts.joined(separator: "/")
      // Systems that mount discs may turn names into small letters.
      if let there = [name, name.lowercased()].first(where: { access(start + $0, F_OK) == 0 }) {
        files.append(start + there)
      } else {
        missing.append(name)
      }
    }
  }

  /// A copy of a disc that lacks something.
  func refusal(_ path: String) -> UnreadableFile? {
    guard let first = missing.first else { return nil }
    return UnreadableFile(
      path: path, reason: "missing_files",
      text: "names \(files.count + missing.count) files, of which \(missing.count) are not there "
        + "(\(first) is the first); copy the disc again")
  }

  /// The same paths, and behind each that is a DICOMDIR the files that it names.
  static func expand(_ paths: [String], pool: WorkerPool) -> [String] {
    paths.flatMap { path -> [String] in
      guard path.split(separator: "/").last?.uppercased() == "DICOMDIR",
        case .success(.facts(.directory(let names))) = pool.ask(path, .facts)
      else { return [path] }
      return [path] + TableOfContents(names, of: path).files
    }
  }
}
