import Cine
import Foundation
import Testing

@testable import Intake

@Suite struct FolderGlanceTests {
  @Test func whateverChangesIsSeen() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("glance-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder.appendingPathComponent("a"), withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    func look() -> FolderGlance { FolderGlance([FilePath(folder.path)]) }
    let empty = look()
    #expect(empty == look() && empty.files == 0)
    let file = folder.appendingPathComponent("a/1.dcm")
    try Data([1, 2]).write(to: file)
    let one = look()
    #expect(one != empty && one.files == 1 && one == look())
    let handle = try FileHandle(forWritingTo: file)
    try handle.seekToEnd()
    try handle.write(contentsOf: Data([3]))
    try handle.close()
    let grown = look()
    #expect(grown != one)
    try FileManager.default.moveItem(at: file, to: folder.appendingPathComponent("2.dcm"))
    #expect(look() != grown && look().files == 1)
    // A folder that is not there is no reason to fall.
    #expect(FolderGlance([FilePath(folder.path + "/none")]).files == 0)
  }
}
