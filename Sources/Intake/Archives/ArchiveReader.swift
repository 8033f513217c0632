import CArchive
import Cine
import Glibc

/// Unpacks an archive in one pass, in the worker: an open descriptor and a piece of shared memory come in, and what lies
/// where in it goes out. Nothing is opened by a member's name.
struct ArchiveReader: ~Copyable {
  private let archive: OpaquePointer
  private let memory: UnsafeMutableRawBufferPointer
  /// Set for a gzip.
  private let gzip: GzipStream?
  /// What is not wanted has to be read all the same.
  private let isStream: Bool
  private let mostInflated: Int
  private var contents = ArchiveContents()
  /// Bytes of the memory that are taken.
  private var used = 0
  private var inflated = 0
  /// Of the names so far: an answer has its limit too.
  private var nameBytes = 0
  private var nested: (first: FilePath, count: Int)?
  private var isBroken = false

  /// Names of members are UTF-8 where an archive says so. To be called before the worker locks itself up.
  static func prepare() { setlocale(LC_CTYPE, "C.UTF-8") }

  /// `memory` is a descriptor of `size` bytes that both sides share.
  static func unpack(descriptor: Int32, memory: Int32, size: Int) throws(Refusal) -> ArchiveContents {
    guard let kind = ArchiveKind.of(descriptor: descriptor) else { throw .changed }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .cannotOpen(errno) }
    let place = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_SHARED, memory, 0)
    guard let place, place != MAP_FAILED else { throw .archiveTooLarge }
    defer { munmap(place, size) }
    guard let archive = archive_read_new() else { throw .archiveTooLarge }
    let room = UnsafeMutableRawBufferPointer(start: place, count: size)
    var reader = ArchiveReader(archive, kind, room, descriptor, fileSize: Int(status.st_size))
    return try reader.run(descriptor)
  }

  /// Takes the archive over; only the kind's own reader is let near the bytes.
  private init(
    _ archive: OpaquePointer, _ kind: ArchiveKind, _ memory: UnsafeMutableRawBufferPointer, _ descriptor: Int32,
    fileSize: Int
  ) {
    self.archive = archive
    self.memory = memory
    isStream = kind != .zip && kind != .tar
    mostInflated = ArchiveContents.Limit.inflated(fileSize)
    gzip = kind == .gzip ? GzipStream(descriptor) : nil
    switch kind {
    case .zip: archive_read_support_format_zip(archive)
    case .bzip2: archive_read_support_filter_bzip2(archive)
    case .xz: archive_read_support_filter_xz(archive)
    case .zstd: archive_read_support_filter_zstd(archive)
    case .tar, .gzip, .other: break
    }
    if kind != .zip { archive_read_support_format_tar(archive) }
    if isStream { archive_read_support_format_raw(archive) }
  }

  deinit { archive_read_free(archive) }

  private mutating func run(_ descriptor: Int32) throws(Refusal) -> ArchiveContents {
    let opened = gzip?.open(archive) ?? archive_read_open_fd(archive, descriptor, 1 << 16)
    if opened != ARCHIVE_OK { breaks() }
    var entry: OpaquePointer?
    reading: while !isBroken {
      switch archive_read_next_header(archive, &entry) {
      case ARCHIVE_EOF: break reading
      case ARCHIVE_RETRY: continue
      case ARCHIVE_OK, ARCHIVE_WARN: break
      default: breaks()
      }
      guard let entry, !isBroken else { break }
      // The compression and the file itself; a third is one compression within another.
      guard archive_filter_count(archive) <= 2 else { throw .holdsArchives("", 1) }
      let isRaw = archive_format(archive) == ARCHIVE_FORMAT_RAW
      try add(entry, isRaw ? "" : name(entry))
      if isRaw { break }
    }
    if !isBroken, let gzip, let failure = gzip.failureAtEnd(most: mostInflated) {
      // Which of its bytes are wrong, nobody knows.
      throw .damagedArchive(failure)
    }
    if let nested, contents.problem == nil { contents.problem = .holdsArchives(nested.first.text, nested.count) }
    return contents
  }

  /// Nothing more can be read from it.
  private mutating func breaks() {
    isBroken = true
    contents.problem = .damagedArchive(gzip?.failure ?? message)
  }

  private var message: String { archive_error_string(archive).map { String(cString: $0) } ?? "part of it is missing" }

  private func name(_ entry: OpaquePointer) -> FilePath {
    guard let start = archive_entry_pathname(entry) ?? archive_entry_pathname_utf8(entry) else {
      return FilePath("member \(contents.members.count + 1)")
    }
    var bytes = Self.bytes(start)[...]
    while bytes.starts(with: "./".utf8) { bytes = bytes.dropFirst(2) }
    return FilePath(bytes: bytes)
  }

  private static func bytes(_ start: UnsafePointer<CChar>) -> [UInt8] {
    Array(UnsafeRawBufferPointer(start: start, count: strnlen(start, ArchiveContents.Limit.name)))
  }

  private mutating func add(_ entry: OpaquePointer, _ name: FilePath) throws(Refusal) {
    var member = ArchiveContents.Member(name: name)
    let type = archive_entry_filetype(entry)
    if type == S_IFLNK, let target = archive_entry_symlink(entry) {
      (member.kind, member.target) = (.link, FilePath(bytes: Self.bytes(target)))
    } else if archive_entry_hardlink(entry) != nil || type != S_IFREG && type != 0 {
      // A hard link's content is another member's; folders and devices have none.
      return
    } else if archive_entry_is_encrypted(entry) != 0 {
      contents.problem = .encryptedArchive
      return
    } else {
      guard try unpack(&member) else { return }
    }
    nameBytes += 4 * (member.name.bytes.count + member.target.bytes.count) + 32
    guard contents.members.count < ArchiveContents.Limit.members, nameBytes < WireLimit.facts / 2 else {
      throw .archiveTooLarge
    }
    contents.members.append(member)
  }

  private enum Progress { case more, end, damaged }

  /// The first bytes tell whether the rest is wanted. False where there is nothing to be said of the member itself.
  private mutating func unpack(_ member: inout ArchiveContents.Member) throws(Refusal) -> Bool {
    let start = used
    guard start < memory.count else { throw .archiveTooLarge }
    var (progress, isNested) = (try read(to: start + 1 << 16), false)
    let head = Array(memory[start..<used])
    let isPartner = [".img", ".img.gz"].contains { member.name.hasSuffix($0) }
    // What was not fetched is named as outside of archives.
    if ArchiveKind.mayBeImage(head) || isPartner || ContentPointer.refusal(head) != nil {
      if progress == .more { progress = try read(to: start + ArchiveContents.Limit.member) }
      guard progress != .more else { throw .archiveTooLarge }
      (member.kind, member.offset, member.count) = (.file, start, used - start)
    } else {
      used = start
      isNested = ArchiveKind.of(head) != nil
      if isNested { nested = (nested?.first ?? member.name, (nested?.count ?? 0) + 1) }
      while progress == .more, isStream {
        progress = try read(to: start + 1 << 20)
        used = start
      }
    }
    guard progress == .damaged else { return !isNested }
    used = start
    member = ArchiveContents.Member(name: member.name, kind: .damaged)
    return !isBroken
  }

  /// Reads on until that much of the memory is taken, or the member ends.
  private mutating func read(to wanted: Int) throws(Refusal) -> Progress {
    let end = min(wanted, memory.count)
    while used < end {
      let n = archive_read_data(archive, memory.baseAddress.map { $0 + used }, min(end - used, 1 << 20))
      if n == 0 { return .end }
      if n == Int(ARCHIVE_RETRY) { continue }
      guard n > 0 else {
        if message.hasPrefix("Unsupported") { throw .unsupportedArchive("a zip of an unusual compression") }
        if n == Int(ARCHIVE_FATAL) { breaks() }
        return .damaged
      }
      used += n
      inflated += n
      guard inflated <= mostInflated else { throw .archiveTooLarge }
    }
    return .more
  }
}
