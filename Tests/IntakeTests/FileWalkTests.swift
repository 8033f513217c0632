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
    #expect(names(walk("")) == ["a/1", "a/link", "elsewhere/2"])
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
    #expect(folder.studies == [])
  }
}
