import CSandbox
import Cine
import Glibc
import Synchronization

/// An archive's files in memory, as long as this lives. Nobody can change them any more.
final class Unpacked: Sendable {
  let archive: FilePath
  /// The archive as it was.
  let state: FileState
  let problem: Refusal?
  /// All that may be images, in the archive's order.
  let files: [FilePath]
  /// All others, with why each is none.
  let others: [(path: FilePath, refusal: Refusal)]
  /// Bytes of memory.
  let count: Int
  private let places: [FilePath: Range<Int>]
  private let memory: Int32
  private let start: UInt
  /// The last large file that was opened: frames of one file are asked for one after another.
  private let last = Mutex<(path: FilePath, descriptor: Int32)?>(nil)
  private static let large = 4 << 20

  /// Takes the memory over; nil where it cannot be sealed, as somebody could still change it.
  init?(_ archive: FilePath, _ state: FileState, _ contents: ArchiveContents, memory: Int32, size: Int) {
    (self.archive, self.state, self.memory, problem) = (archive, state, memory, contents.problem)
    var places: [FilePath: Range<Int>] = [:]
    var (files, others) = ([FilePath](), [(path: FilePath, refusal: Refusal)]())
    let names = MemberNames(archive, contents.members)
    var end = 0
    for (member, path) in zip(contents.members, names.paths) {
      switch member.kind {
      case .file:
        files.append(path)
        places[path] = member.offset..<member.offset + member.count
        end = max(end, member.offset + member.count)
      case .other: others.append((path, .notMedical))
      case .damaged: others.append((path, .damagedMember))
      case .link: if let refusal = names.refusal(of: member) { others.append((path, refusal)) }
      }
    }
    (self.places, self.files, self.others, count) = (places, files, others, end)
    let place = csandbox_seal(memory) == 0 ? mmap(nil, max(end, 1), PROT_READ, MAP_SHARED, memory, 0) : MAP_FAILED
    guard let place, place != MAP_FAILED, end <= size else {
      close(memory)
      return nil
    }
    start = UInt(bitPattern: place)
  }

  deinit {
    munmap(UnsafeMutableRawPointer(bitPattern: start), max(count, 1))
    close(memory)
    last.withLock { if let kept = $0 { close(kept.descriptor) } }
  }

  /// By the bytes of its name alone.
  func contains(_ path: FilePath) -> Bool {
    places[FilePath(in: archive, member: Array(path.bytes.dropFirst(archive.bytes.count + 1)))] != nil
  }

  /// What lies in a folder of it.
  func names(in folder: FilePath) -> [FilePath] {
    let start = folder.trimmed.bytes + [UInt8(ascii: "/")]
    let below = (files + others.map(\.path)).map(\.bytes).filter { $0.starts(with: start) }
    return Set(below.map { FilePath(bytes: $0.dropFirst(start.count).prefix { $0 != UInt8(ascii: "/") }) }).sorted()
  }

  /// A file of its own, to be closed by the caller; nil where there is no such member.
  func open(_ path: FilePath) throws(Refusal) -> (descriptor: Int32, size: Int)? {
    guard let place = places[path] else { return nil }
    let descriptor = last.withLock { kept -> Int32 in
      if let kept, kept.path == path { return dup(kept.descriptor) }
      let made = copy(place)
      if made >= 0, place.count >= Self.large {
        if let kept { close(kept.descriptor) }
        kept = (path, dup(made))
      }
      return made
    }
    guard descriptor >= 0 else { throw .cannotOpen(-descriptor) }
    return (descriptor, place.count)
  }

  private func copy(_ place: Range<Int>) -> Int32 {
    let made = csandbox_memory(0)
    guard made >= 0 else { return made }
    var at = place.lowerBound
    while at < place.upperBound {
      let n = write(made, UnsafeRawPointer(bitPattern: start + UInt(at)), place.upperBound - at)
      if n < 0, errno == EINTR { continue }
      guard n > 0 else {
        let code = errno
        close(made)
        return -code
      }
      at += n
    }
    _ = csandbox_seal(made)
    return made
  }
}

/// What members are called: one by one, though an archive may give a name twice.
private struct MemberNames {
  let paths: [FilePath]
  private let known: Set<FilePath>

  init(_ archive: FilePath, _ members: [ArchiveContents.Member]) {
    var times: [FilePath: Int] = [:]
    var known: Set<FilePath> = []
    paths = members.map { member in
      times[member.name, default: 0] += 1
      let again = times[member.name, default: 1]
      let name = member.name.bytes + (again > 1 ? Array("#\(again)".utf8) : [])
      var folder = member.name
      // Links lead to folders too.
      while known.insert(folder).inserted, folder.bytes.contains(UInt8(ascii: "/")) {
        folder = FilePath(bytes: folder.bytes.dropLast(folder.name.bytes.count + 1))
      }
      return FilePath(in: archive, member: member.name.bytes.isEmpty ? nil : name)
    }
    self.known = known
  }

  /// Of a link that leads to nothing in the archive; what it leads to otherwise is read by its own name.
  func refusal(of link: ArchiveContents.Member) -> Refusal? {
    var parts = link.target.bytes.first == UInt8(ascii: "/") ? [] : Array(link.name.parts.dropLast())
    for part in link.target.parts where !part.isEmpty && !part.elementsEqual(".".utf8) {
      if part.elementsEqual("..".utf8) { _ = parts.popLast() } else { parts.append(part) }
    }
    let target = FilePath(bytes: parts.joined(separator: [UInt8(ascii: "/")]))
    return parts.isEmpty || known.contains(target) ? nil : .link(to: link.target, ENOENT)
  }
}
