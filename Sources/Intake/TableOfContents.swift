import Cine
import Glibc

/// What a DICOMDIR names, as files below the folder that it lies in.
struct TableOfContents {
  private(set) var files: [FilePath] = []
  /// As the directory names them.
  private(set) var missing: [String] = []

  /// `unpacked`: the archive that the directory lies in, where it does.
  init(_ names: [[String]], of path: FilePath, in unpacked: Unpacked? = nil) {
    let folder = FilePath(bytes: path.bytes.dropLast(path.name.bytes.count))
    var media = Media(unpacked)
    for parts in names {
      if let there = media.find(parts, below: folder) {
        files.append(there)
      } else {
        missing.append(parts.joined(separator: "/"))
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
      guard path.trimmed.name.text.uppercased().hasPrefix("DICOMDIR"),
        case .success(.facts(.directory(let names))) = pool.ask(path, .facts)
      else { return [path] }
      return [path] + TableOfContents(names, of: path).files
    }
  }
}

/// Folders as a copy of a disc has them. A DICOMDIR names files in capitals and without a suffix (PS3.10 section 8.2);
/// systems that mount discs turn names into small letters or show their version (ISO 9660: "NAME.;1"), and archives that
/// write a folder put a suffix behind.
private struct Media {
  /// Each folder's names by what is left of them without case and version.
  private typealias Names = [String: [FilePath]]
  private var folders: [FilePath: Names] = [:]
  /// Where the disc was copied into an archive.
  private let unpacked: Unpacked?

  init(_ unpacked: Unpacked?) { self.unpacked = unpacked }

  /// The path of what lies below a folder. Nil where nothing does.
  mutating func find(_ parts: [String], below folder: FilePath) -> FilePath? {
    let exact = folder.appending(parts.joined(separator: "/").utf8)
    let isThere = unpacked?.contains(exact) ?? (exact.withCString { access($0, F_OK) } == 0)
    return isThere ? exact : find(parts[...], folder)
  }

  private mutating func find(_ parts: ArraySlice<String>, _ folder: FilePath) -> FilePath? {
    guard let wanted = parts.first else { return nil }
    let rest = parts.dropFirst()
    let names = listing(folder)
    if rest.isEmpty { return Self.file(wanted, names).map { folder.appending($0.bytes) } }
    for name in names[Self.key(wanted)] ?? [] {
      if let found = find(rest, folder.appending(name.bytes)) { return found }
    }
    return nil
  }

  /// The name that differs least: in nothing, in case and version, by a suffix that images have, by another one.
  private static func file(_ wanted: String, _ names: Names) -> FilePath? {
    let key = key(wanted)
    if let same = names[key] { return same.contains(FilePath(wanted)) ? FilePath(wanted) : same.first }
    for suffix in [".dcm", ".ima", ".dic", ".dicom"] {
      if let found = names[key + suffix]?.first { return found }
    }
    let others = names.keys.filter { $0.hasPrefix(key + ".") && !$0.dropFirst(key.count + 1).contains(".") }
    return others.min().flatMap { names[$0]?.first }
  }

  private static func key(_ name: String) -> String {
    var key = name.lowercased()[...]
    if let version = key.lastIndex(of: ";"), key[version...].dropFirst().allSatisfy(\.isNumber) {
      key = key[..<version]
    }
    if key.hasSuffix(".") { key = key.dropLast() }
    return String(key)
  }

  private mutating func listing(_ folder: FilePath) -> Names {
    if let known = folders[folder] { return known }
    var names = unpacked?.names(in: folder) ?? []
    if unpacked == nil, let handle = (folder.bytes.isEmpty ? "." : folder).withCString({ opendir($0) }) {
      defer { closedir(handle) }
      while let entry = readdir(handle) {
        names.append(withUnsafeBytes(of: entry.pointee.d_name) { FilePath(bytes: $0.prefix { $0 != 0 }) })
      }
    }
    let found = Dictionary(grouping: names.filter { $0 != "." && $0 != ".." }.sorted()) { Self.key($0.text) }
    folders[folder] = found
    return found
  }
}
