import FoundationEssentials
import Testing
import Volumes

@Suite struct PNGTests {
  @Test func whatIsWrittenIsRead() throws {
    let (rows, columns) = (5, 7)
    let greys = (0..<rows * columns).map { UInt8($0 * 7) }
    let bytes = try #require(PNG.encode(rows: rows, columns: columns, rgb: greys.flatMap { [$0, $0, $0] }))
    #expect(bytes.prefix(8) == [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
    #expect(bytes == PNG.encode(rows: rows, columns: columns, rgb: greys.flatMap { [$0, $0, $0] }))
    let path = FileManager.default.temporaryDirectory.path + "/cinecor-\(UUID().uuidString).png"
    defer { try? FileManager.default.removeItem(atPath: path) }
    #expect(FileManager.default.createFile(atPath: path, contents: Data(bytes)))
    let read = try #require(GreyPicture(path: path))
    #expect(read.rows == rows && read.columns == columns && read.pixels == greys)
  }

  @Test func shapesThatAreNone() {
    #expect(PNG.encode(rows: 2, columns: 2, rgb: [0]) == nil && PNG.encode(rows: 0, columns: 0, rgb: []) == nil)
    #expect(PNG.encode(rows: -1, columns: -1, rgb: [0, 0, 0]) == nil)
    #expect(PNG.encode(rows: .max, columns: .max, rgb: []) == nil)
  }
}
