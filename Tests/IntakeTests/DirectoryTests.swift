import Cine
import TestSupport
import Testing

@testable import Intake

/// A DICOMDIR as a table of contents (PS3.10 section 8.6).
@Suite struct DirectoryTests {
  let scratch: ScratchFolder

  init() throws { scratch = try ScratchFolder() }

  /// One record a file, each ID its names with backslashes between.
  static func directory(_ ids: [String]) -> [UInt8] {
    let items = ids.flatMap { id -> [UInt8] in
      let even = Array(id.utf8) + (id.utf8.count & 1 == 0 ? [] : [32])
      let record = DicomBytes.element(4, 0x1430, "CS", Array("IMAGE ".utf8)) + DicomBytes.element(4, 0x1500, "CS", even)
      return DicomBytes.tag(0xFFFE, 0xE000) + DicomBytes.long(record.count) + record
    }
    return DicomBytes.preamble + DicomBytes.element(4, 0x1220, "SQ", items)
  }

  static func image(_ instance: Int) -> [UInt8] {
    DicomBytes.preamble
      + DicomBytes.image(before: DicomBytes.element(0x20, 0x13, "IS", Array("\(instance)".utf8)))
      + DicomBytes.pixels()
  }

  func phases(_ folder: StudyFolder) -> Int {
    folder.studies.flatMap(\.series).flatMap(\.slices).reduce(0) { $0 + $1.phases.count }
  }

  @Test func whatItNamesIsRead() throws {
    _ = try scratch.write("IMAGES/A1", Self.image(10))
    // As some systems mount discs.
    _ = try scratch.write("images/a2", Self.image(11))
    _ = try scratch.write("IMAGES/NOT_NAMED", Self.image(12))
    let path = try scratch.write("DICOMDIR", Self.directory(["IMAGES\\A1", "IMAGES\\A2"]))
    let folder = StudyFolder([path], pool: TestWorkers.pool)
    #expect(phases(folder) == 2 && folder.unreadable == [] && folder.skipped == 1)
    var rows: [FileInspection] = []
    FolderInspection.inspect([path], pool: TestWorkers.pool) { row, _ in rows.append(row) }
    #expect(rows.map(\.status) == [.noPixels, .ok, .ok])
    // A folder is read whole, named or not.
    #expect(phases(StudyFolder([scratch.path], pool: TestWorkers.pool)) == 3)
  }

  @Test func whatIsMissingIsNamed() throws {
    _ = try scratch.write("A1", Self.image(10))
    let path = try scratch.write("DICOMDIR", Self.directory(["A1", "GONE\\B", "GONE\\C"]))
    let folder = StudyFolder([scratch.path], pool: TestWorkers.pool)
    #expect(phases(folder) == 1 && folder.unreadable.map(\.path.text) == [path])
    let refusal = try #require(folder.unreadable.first)
    #expect(refusal.reason == "missing_files" && refusal.text.contains("3 files, of which 2 are not there (GONE/B"))
  }

  /// A disc as others have it: names in small or mixed letters, with a version (ISO 9660), with a suffix.
  @Test(arguments: [
    ["IMAGES/A1.dcm", "IMAGES/A2.DCM"], ["Images/A1", "images/a2"], ["images/a1.;1", "IMAGES/A2;1"],
    ["IMAGES/a1.dcm", "Images/A2.bin"],
  ])
  func namesAreFoundAsSystemsWriteThem(_ names: [String]) throws {
    for (i, name) in names.enumerated() { _ = try scratch.write(name, Self.image(10 + i)) }
    // Named like an image of it, but none.
    _ = try scratch.write("\(names[0]).txt", Array("notes".utf8))
    _ = try scratch.write("\(names[0].split(separator: "/")[0])/A1.jpg", Array("preview".utf8))
    let path = try scratch.write("DICOMDIR", Self.directory(["IMAGES\\A1", "IMAGES\\A2"]))
    let folder = StudyFolder([path], pool: TestWorkers.pool)
    #expect(phases(folder) == 2 && folder.unreadable == [])
    let whole = StudyFolder([scratch.path], pool: TestWorkers.pool)
    #expect(phases(whole) == 2 && whole.unreadable == [])
  }

  @Test func nothingLeadsOutOfItsFolder() throws {
    let outside = try ScratchFolder()
    let secret = try outside.write("x", Self.image(10))
    let way = secret.split(separator: "/").joined(separator: "\\")
    let up = String(repeating: "..\\", count: 12)
    let path = try scratch.write("DICOMDIR", Self.directory([up + way, secret, "..", "."]))
    let folder = StudyFolder([path], pool: TestWorkers.pool)
    #expect(folder.studies.isEmpty && folder.unreadable == [])
  }
}
