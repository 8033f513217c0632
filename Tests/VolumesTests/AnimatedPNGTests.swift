import Testing

@testable import Volumes

@Suite struct AnimatedPNGTests {
  private func picture(_ level: UInt8) -> [UInt8] { Array(repeating: level, count: 4 * 5 * 3) }

  private func chunks(_ png: [UInt8]) -> [(name: String, data: [UInt8])] {
    var (found, at): ([(String, [UInt8])], Int) = ([], 8)
    while at + 12 <= png.count {
      let count = png[at..<at + 4].reduce(0) { $0 << 8 | Int($1) }
      found.append((String(decoding: png[at + 4..<at + 8], as: UTF8.self), Array(png[at + 8..<at + 8 + count])))
      at += 12 + count
    }
    return found
  }

  /// Numbers of control and data chunks run on without a gap, and every frame has its time.
  @Test func framesInOrder() throws {
    let png = try #require(
      AnimatedPNG.encode(
        rows: 4, columns: 5, frames: [(picture(0), 40), (picture(90), 0), (picture(255), 99_999)]))
    let all = chunks(png)
    #expect(Array(png.prefix(8)) == [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
    #expect(all.map(\.name) == ["IHDR", "acTL", "fcTL", "IDAT", "fcTL", "fdAT", "fcTL", "fdAT", "IEND"])
    #expect(all[1].data == [0, 0, 0, 3, 0, 0, 0, 0])
    let sequence = all.filter { ["fcTL", "fdAT"].contains($0.name) }.map { $0.data[3] }
    #expect(sequence == [0, 1, 2, 3, 4])
    let delays = all.filter { $0.name == "fcTL" }.map { Int($0.data[20]) << 8 | Int($0.data[21]) }
    #expect(delays == [40, 1, 65_535])
  }

  @Test func shapesMustAgree() {
    #expect(AnimatedPNG.encode(rows: 4, columns: 5, frames: []) == nil)
    #expect(AnimatedPNG.encode(rows: 4, columns: 4, frames: [(picture(0), 40)]) == nil)
  }
}
