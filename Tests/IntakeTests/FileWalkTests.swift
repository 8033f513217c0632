import Foundation
import TestSupport
import Testing

@testable import Intake

@Suite struct FileWalkTests {
  let scratch: ScratchFolder

  init() throws { scratch = try ScratchFolder() }

  func names(_ walk: FileWalk) -> [String] { walk.files.map { String($0.dropFirst(scratch.path.count + 1)) } }

  @Test func anyDepthIsWalkedInOrder() throws {
    let deep = "z/" + Array(repeating: "d", count: 200).joined(separator: "/") + "/x"
    for name in ["b/2", "b/10", "a", "b/sub/1", ".hidden/y", "é", deep] { _ = try scratch.write(name, [1]) }
    #expect(names(FileWalk([scratch.path])) == [".hidden/y", "a", "b/10", "b/2", "b/sub/1", deep, "é"])
    #expect(names(FileWalk([scratch.path + "/b/", scratch.path + "/a"])) == ["b/10", "b/2", "b/sub/1", "a"])
  }

  @Test func ringsOfLinksEnd() throws {
    _ = try scratch.write("a/1", [1])
    _ = try scratch.write("elsewhere/2", [1])
    let files = FileManager.default
    try files.createSymbolicLink(atPath: scratch.path + "/a/up", withDestinationPath: "..")
    try files.createSymbolicLink(atPath: scratch.path + "/a/self", withDestinationPath: "self")
    try files.createSymbolicLink(atPath: scratch.path + "/a/gone", withDestinationPath: "nothing")
    try files.createSymbolicLink(atPath: scratch.path + "/a/link", withDestinationPath: "../elsewhere/2")
    #expect(names(FileWalk([scratch.path])) == ["a/1", "a/link", "elsewhere/2"])
  }

  @Test func whatIsNotThereIsNamed() {
    let walk = FileWalk([scratch.path + "/none"])
    #expect(walk.files == [])
    #expect(walk.unreadable.map(\.path) == [scratch.path + "/none"])
    #expect(walk.unreadable.map(\.reason) == ["cannot_open"])
  }

  @Test func onlyFilesAreOpened() throws {
    #expect(mkfifo(scratch.path + "/pipe", 0o600) == 0)
    _ = try scratch.write("a", [1])
    #expect(names(FileWalk([scratch.path])) == ["a"])
    let folder = StudyFolder([scratch.path], pool: TestWorkers.pool)
    #expect(folder.skipped == 1)
    #expect(folder.studies == [])
  }
}
