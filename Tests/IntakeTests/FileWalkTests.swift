import Cine
import Foundation
import TestSupport
import Testing

@testable import Intake

@Suite struct FileWalkTests {
  let scratch: ScratchFolder

  init() throws { scratch = try ScratchFolder() }

  func walk(_ names: String...) -> FileWalk { FileWalk(names.map { FilePath(scratch.path + $0) }) }

  func names(_ walk: FileWalk) -> [String] { walk.files.map { String($0.text.dropFirst(scratch.path.count + 1)) } }

  @Test func anyDepthIsWalkedInOrder() throws {
    let deep = "z/" + Array(repeating: "d", count: 200).joined(separator: "/") + "/x"
    for name in ["b/2", "b/10", "a", "b/sub/1", ".hidden/y", "é", deep] { _ = try scratch.write(name, [1]) }
    #expect(names(walk("")) == [".hidden/y", "a", "b/10", "b/2", "b/sub/1", deep, "é"])
    #expect(names(walk("/b/", "/a")) == ["b/10", "b/2", "b/sub/1", "a"])
  }

  @Test func ringsOfLinksEnd() throws {
    _ = try scratch.write("a/1", [1])
    _ = try scratch.write("elsewhere/2", [1])
    let files = FileManager.default
    try files.createSymbolicLink(atPath: scratch.path + "/a/up", withDestinationPath: "..")
    try files.createSymbolicLink(atPath: scratch.path + "/a/self", withDestinationPath: "self")
    try files.createSymbolicLink(atPath: scratch.path + "/a/gone", withDestinationPath: "nothing")
    try files.createSymbolicLink(atPath: scratch.path + "/a/link", withDestinationPath: "../elsewhere/2")
    let walk = walk("")
    #expect(names(walk) == ["a/1", "a/link"])
    #expect(walk.unreadable.map(\.path.text) == ["/a/gone", "/a/self"].map { scratch.path + $0 })
    #expect(Set(walk.unreadable.map(\.reason)) == ["broken_link"])
    #expect(walk.unreadable[0].text.contains("nothing") && walk.unreadable[1].text.contains("itself"))
  }

  /// Overlapping paths, other spellings, hard links and links: the file is one.
  @Test func aFileCountsOnce() throws {
    _ = try scratch.write("d/x", [1])
    _ = try scratch.write("d/y", [1])
    try FileManager.default.linkItem(atPath: scratch.path + "/d/x", toPath: scratch.path + "/d/z")
    try FileManager.default.createSymbolicLink(atPath: scratch.path + "/d/a", withDestinationPath: "y")
    #expect(names(walk("/d", "/d/x", "/d/../d/x", "//d")) == ["d/a", "d/x"])
    #expect(names(walk("/d/x", "/d")) == ["d/x", "d/a"])
  }

  /// A DataLad data set: files are links into the annex, of which one was fetched.
  @Test func anAnnexIsReadThroughItsLinks() throws {
    _ = try scratch.write("ds/.git/annex/objects/a/k1/k1", [1])
    _ = try scratch.write("ds/.git/index", [1])
    _ = try scratch.write("ds/sub-1/notes", [1])
    for key in ["k1", "k2"] {
      try FileManager.default.createSymbolicLink(
        atPath: scratch.path + "/ds/sub-1/\(key)", withDestinationPath: "../.git/annex/objects/a/\(key)/\(key)")
    }
    let walk = walk("/ds")
    #expect(names(walk) == ["ds/sub-1/k1", "ds/sub-1/notes"])
    #expect(walk.unreadable.map(\.path.text) == [scratch.path + "/ds/sub-1/k2"])
    #expect(walk.unreadable.map(\.reason) == ["not_fetched"])
    #expect(walk.unreadable[0].text.contains("datalad get"))
    // Who names its inside means it.
    #expect(names(self.walk("/ds/.git/annex")) == ["ds/.git/annex/objects/a/k1/k1"])
  }

  /// Where links cannot be, and with Git LFS, a small file stands for the content.
  @Test(arguments: [
    ("/annex/objects/MD5E-s1000--0123456789abcdef.nii.gz\n", "datalad get"),
    ("../.git/annex/objects/aa/b1/MD5E-s1000--01.nii.gz/MD5E-s1000--01.nii.gz", "git annex get"),
    ("version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n", "git lfs pull"),
  ])
  func whatWasNotFetchedIsNamed(_ content: String, _ help: String) throws {
    let path = try scratch.write("sub-01_cine.nii.gz", Array(content.utf8))
    _ = try scratch.write("README", Array("Files lie below .git/annex/objects/.\nSee there.\n".utf8))
    let folder = StudyFolder([scratch.path], pool: TestWorkers.pool)
    #expect(folder.skipped == 1 && folder.unreadable.map(\.path.text) == [path])
    #expect(folder.unreadable.map(\.reason) == ["not_fetched"] && folder.unreadable[0].text.contains(help))
    var rows: [FileInspection] = []
    FolderInspection.inspect([scratch.path], pool: TestWorkers.pool) { row, _ in rows.append(row) }
    #expect(rows.map(\.status) == [.notMedical, .refused] && rows[1].reason == folder.unreadable[0])
  }

  @Test func whatIsNotThereIsNamed() {
    let walk = walk("/none")
    #expect(walk.files == [])
    #expect(walk.unreadable.map(\.path.text) == [scratch.path + "/none"])
    #expect(walk.unreadable.map(\.reason) == ["cannot_open"])
  }

  @Test func onlyFilesAreOpened() throws {
    #expect(mkfifo(scratch.path + "/pipe", 0o600) == 0)
    _ = try scratch.write("a", [1])
    #expect(names(walk("")) == ["a"])
    let folder = StudyFolder([scratch.path], pool: TestWorkers.pool)
    #expect(folder.skipped == 1)
    #expect(folder.studies == [] && folder.unreadable == [])
    // Who names a pipe expects something of it.
    let named = walk("/pipe", "/a")
    #expect(names(named) == ["a"] && named.unreadable.map(\.reason) == ["no_file"])
  }
}
