import CSandbox
import Cine
import Foundation
import Glibc
import TestSupport
import Testing

@testable import Intake

/// Archives are folders: what is in them is read as if it lay there, and nothing is opened by a member's name.
@Suite struct ArchiveTests {
  let scratch: ScratchFolder

  init() throws { scratch = try ScratchFolder() }

  static func image(_ instance: Int) -> [UInt8] {
    DicomBytes.preamble + DicomBytes.element(8, 0x18, "UI", Array("1.\(instance)".utf8))
      + DicomBytes.image(
        before: DicomBytes.element(0x20, 0x0D, "UI", Array("1.23".utf8))
          + DicomBytes.element(0x20, 0x13, "IS", Array("\(instance)".utf8)))
      + DicomBytes.element(0x7FE0, 0x10, "OW", (0..<96).map { UInt8($0 & 1 == 0 ? $0 + instance : 0) })
  }

  /// POSIX.1-1988, a name and a content each.
  static func tar(_ members: [(name: String, bytes: [UInt8])]) -> [UInt8] {
    func octal(_ n: Int, _ width: Int) -> [UInt8] {
      let digits = String(n, radix: 8)
      return Array((String(repeating: "0", count: width - 1 - digits.count) + digits).utf8) + [0]
    }
    return members.flatMap { name, bytes -> [UInt8] in
      var head = [UInt8](repeating: 0, count: 512)
      head.replaceSubrange(0..<name.utf8.count, with: name.utf8)
      head.replaceSubrange(100..<124, with: octal(0o644, 8) + octal(0, 8) + octal(0, 8))
      head.replaceSubrange(124..<148, with: octal(bytes.count, 12) + octal(0, 12))
      head.replaceSubrange(148..<156, with: [UInt8](repeating: 32, count: 8))
      head[156] = UInt8(ascii: "0")
      head.replaceSubrange(257..<265, with: Array("ustar".utf8) + [0, 48, 48])
      head.replaceSubrange(148..<155, with: octal(head.reduce(0) { $0 + Int($1) }, 7))
      return head + bytes + [UInt8](repeating: 0, count: (512 - bytes.count % 512) % 512)
    } + [UInt8](repeating: 0, count: 1024)
  }

  func values(_ folder: StudyFolder) throws -> [[Float]] {
    try folder.studies.flatMap(\.series).flatMap(\.slices).map { slice throws(UnreadableFile) in
      try CineLoader(TestWorkers.pool).load(slice).pixels
    }
  }

  @Test func anArchiveIsReadAsTheFolderThatItHolds() throws {
    let members = (10..<30).map { (name: "scan/\($0)", bytes: Self.image($0)) }
    for member in members { _ = try scratch.write("plain/\(member.name)", member.bytes) }
    let path = try scratch.write("person.tar", Self.tar(members))
    let plain = StudyFolder([scratch.path + "/plain"], pool: TestWorkers.pool)
    let packed = StudyFolder([path], pool: TestWorkers.pool)
    #expect(packed.unreadable == [] && packed.skipped == 0 && packed.studies.map(\.path.text) == [path + "/scan"])
    let phases = packed.studies[0].series[0].slices[0].phases
    #expect(phases.count == 20 && phases[3].path.text == path + "/scan/13")
    #expect(phases[3].path.archive == FilePath(path))
    // What is kept of a study is found again while its archive is as it was.
    #expect(FileState(path: phases[3].path) == FileState(path: FilePath(path)))
    #expect(try values(packed) == values(plain))
    // Both at once: copies.
    let both = StudyFolder([scratch.path], pool: TestWorkers.pool)
    #expect(both.studies.count == 1 && both.duplicates == 20)
  }

  @Test func anArchiveThatChangesIsNoticed() throws {
    let path = try scratch.write("x.tar", Self.tar([("10", Self.image(10)), ("11", Self.image(11))]))
    let slice = try #require(StudyFolder([path], pool: TestWorkers.pool).studies.first?.series[0].slices[0])
    _ = try scratch.write("x.tar", Self.tar([("10", Self.image(10)), ("12", Self.image(11)), ("13", Self.image(13))]))
    #expect(throws: Refusal.changed.unreadable(slice.phases[1].path)) {
      try CineLoader(TestWorkers.pool).load(slice)
    }
    try FileManager.default.removeItem(atPath: path)
    do throws(UnreadableFile) {
      _ = try CineLoader(TestWorkers.pool).load(slice)
      Issue.record("read from nowhere")
    } catch {
      #expect(error.reason == "cannot_open")
    }
  }

  @Test func aDirectoryWithinAnArchiveIsHeldAgainstIt() throws {
    let directory = DirectoryTests.directory(["IMAGES\\A1", "IMAGES\\A2"])
    let whole = [
      ("disc/DICOMDIR", directory), ("disc/IMAGES/A1", Self.image(10)), ("disc/images/a2.dcm", Self.image(11)),
    ]
    let folder = StudyFolder([try scratch.write("whole.tar", Self.tar(whole))], pool: TestWorkers.pool)
    #expect(folder.unreadable == [] && folder.skipped == 1)
    let path = try scratch.write("cut.tar", Self.tar(Array(whole.dropLast())))
    let lacking = StudyFolder([path], pool: TestWorkers.pool)
    #expect(lacking.unreadable.map(\.path.text) == [path + "/disc/DICOMDIR"])
    #expect(lacking.unreadable.map(\.reason) == ["missing_files"])
  }

  /// An archive that is given by two names, and one beside what was unpacked from it.
  @Test func manyArchivesLeaveNothingOpen() throws {
    func open() throws -> Int { try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count }
    for i in 10..<99 { _ = try scratch.write("in/\(i).tar", Self.tar([("x", Self.image(i))])) }
    let before = try open()
    do {
      let pool = WorkerPool(TestWorkers.program)
      let folder = StudyFolder([scratch.path, scratch.path + "/in/10.tar"], pool: pool)
      #expect(folder.studies.map(\.path.text) == [scratch.path + "/in"] && folder.duplicates == 0)
      #expect(folder.studies[0].series[0].slices[0].phases.count == 89)
      // Other tests open files meanwhile.
      #expect(try open() < before + 85)
    }
  }

  @Test func whatOthersCouldStillChangeIsNotBelieved() throws {
    let path = FilePath(try scratch.write("x", [1]))
    let state = try #require(FileState(path: path))
    let memory = csandbox_memory(1 << 20)
    let place = mmap(nil, 1 << 20, PROT_READ | PROT_WRITE, MAP_SHARED, memory, 0)
    #expect(Unpacked(path, state, ArchiveContents(), memory: memory, size: 1 << 20) == nil)
    munmap(place, 1 << 20)
    let again = csandbox_memory(1 << 20)
    let contents = ArchiveContents(members: [.init(name: "a", kind: .file, offset: 2, count: 4)])
    let unpacked = try #require(Unpacked(path, state, contents, memory: again, size: 1 << 20))
    let (descriptor, size) = try #require(try unpacked.open(FilePath(in: path, member: Array("a".utf8))))
    defer { close(descriptor) }
    #expect(size == 4 && write(descriptor, "x", 1) < 0 && ftruncate(descriptor, 1) < 0 && ftruncate(again, 1) < 0)
    #expect(try unpacked.open("x/a") == nil)
  }

  /// What does not fit into the memory that was lent is refused; the worker goes on.
  @Test func memoryIsBounded() throws {
    let path = try scratch.write("x.tar", Self.tar((10..<20).map { ("\($0)", Self.image($0)) }))
    let needed = 10 * Self.image(10).count
    for (room, fits) in [(needed + 1, true), (needed - 1, false), (1 << 20, true)] {
      let memory = csandbox_memory(room)
      defer { close(memory) }
      let answer = TestWorkers.pool.ask(path, .unpack(memory: memory, size: room))
      if case .success(.contents(let contents)) = answer {
        #expect(fits && contents.members.count == 10 && contents.problem == nil)
      } else {
        #expect(!fits && answer == .failure(.archiveTooLarge))
      }
    }
  }
}
