import Testing

@testable import Terminal

/// What a terminal would draw, decoded from the sequence (DEC STD 070, chapter 9).
@Suite struct SixelTests {
  /// Grey levels in percent by row and column.
  static func decode(_ text: String) -> [[Int]] {
    var colours: [Int: Int] = [:]
    var rows: [[Int]] = []
    var (x, band, colour) = (0, 0, 0)
    var rest = text.unicodeScalars.drop { $0 != "q" }.dropFirst()
    func numbers() -> [Int] {
      let end = rest.firstIndex { !("0"..."9").contains($0) && $0 != ";" } ?? rest.endIndex
      defer { rest = rest[end...] }
      return rest[..<end].split(separator: ";").compactMap { Int(String(Substring($0))) }
    }
    func draw(_ bits: Int, _ count: Int) {
      for k in 0..<6 where bits >> k & 1 == 1 {
        while rows.count <= band * 6 + k { rows.append([]) }
        while rows[band * 6 + k].count < x + count { rows[band * 6 + k].append(0) }
        for i in x..<x + count { rows[band * 6 + k][i] = colours[colour] ?? 0 }
      }
      x += count
    }
    while let c = rest.popFirst(), c != "\u{1B}" {
      switch c {
      case "\"": _ = numbers()
      case "#":
        let n = numbers()
        colour = n.first ?? 0
        if n.count == 5 { colours[colour] = n[2] }
      case "!":
        let count = numbers().first ?? 1
        if let c = rest.popFirst() { draw(Int(c.value) - 63, count) }
      case "$": x = 0
      case "-": (x, band) = (0, band + 1)
      case "?"..."~": draw(Int(c.value) - 63, 1)
      default: break
      }
    }
    return rows
  }

  static func drawn(_ picture: Picture, cell: (Int, Int), colour: Bool = true) throws -> [[Int]] {
    let setting = PictureSetting(cellWidth: cell.0, cellHeight: cell.1, colour: colour)
    return decode(String(decoding: try #require(SixelEncoder.encode(picture, setting)), as: UTF8.self))
  }

  /// An upright edge stays upright, whatever the width: a row that begins a pixel too early shears the whole picture.
  @Test(arguments: [40, 41, 42, 43, 46, 47, 48]) func everyRowBeginsAtItsPlace(_ cellWidth: Int) throws {
    let (columns, rows) = (10 * cellWidth, 60)
    let pixels = (0..<rows * columns).map { UInt8($0 % columns < columns / 2 ? 30 : 220) }
    let picture = Picture(
      place: CellRectangle(row: 0, column: 0, rows: 3, columns: 10),
      image: GreyImage(rows: rows, columns: columns, pixels: pixels), key: 1)
    let drawn = try Self.drawn(picture, cell: (cellWidth, 20))
    #expect(drawn.count >= rows)
    for (y, row) in drawn.prefix(rows).enumerated() {
      let edge = try #require(row.firstIndex { $0 > 50 }, "row \(y) has no edge")
      #expect(abs(edge - columns / 2) <= 2, "row \(y)")
      #expect(row[edge...].allSatisfy { $0 > 50 } && row[..<edge].allSatisfy { $0 < 50 }, "row \(y)")
    }
  }
}
