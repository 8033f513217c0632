import Plain
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

  static func drawn(_ picture: Picture, cell: (Int, Int), colour: Bool = true) -> [[Int]] {
    let setting = PictureSetting(cellWidth: cell.0, cellHeight: cell.1, colour: colour)
    return decode(String(decoding: SixelEncoder.encode(picture, setting), as: UTF8.self))
  }

  /// An upright edge stays upright, whatever the width: a row that begins a pixel too early shears the whole picture.
  @Test(arguments: [40, 41, 42, 43, 46, 47, 48]) func everyRowBeginsAtItsPlace(_ cellWidth: Int) throws {
    let (columns, rows) = (10 * cellWidth, 60)
    let pixels = (0..<rows * columns).map { UInt8($0 % columns < columns / 2 ? 30 : 220) }
    let picture = Picture(
      place: CellRectangle(row: 0, column: 0, rows: 3, columns: 10),
      image: GreyImage(rows: rows, columns: columns, pixels: pixels), key: 1)
    let drawn = Self.drawn(picture, cell: (cellWidth, 20))
    #expect(drawn.count >= rows)
    for (y, row) in drawn.prefix(rows).enumerated() {
      let edge = try #require(row.firstIndex { $0 > 50 }, "row \(y) has no edge")
      #expect(abs(edge - columns / 2) <= 2, "row \(y)")
      #expect(row[edge...].allSatisfy { $0 > 50 } && row[..<edge].allSatisfy { $0 < 50 }, "row \(y)")
    }
  }

  /// The same grey is the same colour in every frame, whatever else is in it.
  @Test func theRampNeverChanges() {
    var dice = SplitMix(seed: 6)
    let place = CellRectangle(row: 0, column: 0, rows: 3, columns: 10)
    var colours: [String: String] = [:]
    for frame in 0..<20 {
      let range = UInt8(frame)...UInt8(frame * 13)
      let pixels = (0..<6000).map { _ in UInt8.random(in: range, using: &dice) }
      let image = GreyImage(rows: 60, columns: 100, pixels: pixels)
      let picture = Picture(place: place, image: image, marks: [Mark(pixel: 9, ink: .pink)], key: frame)
      let text = String(decoding: SixelEncoder.encode(picture, GlyphTests.setting), as: UTF8.self)
      for definition in text.split(separator: "#").filter({ $0.contains(";2;") }) {
        let parts = definition.prefix { "0123456789;".contains($0) }.split(separator: ";", maxSplits: 1)
        guard parts.count == 2, parts[1].hasPrefix("2;") else { continue }
        let name = String(parts[0])
        #expect(colours[name] == nil || colours[name] == String(parts[1]), "\(name)")
        colours[name] = String(parts[1])
      }
      // Every pixel within a step of the ramp, and none left out.
      let drawn = Self.decode(text)
      #expect(drawn.count == 60 && drawn.allSatisfy { $0.count == 100 })
      for (i, grey) in pixels.enumerated() where i != 9 {
        let percent = Double(drawn[i / 100][i % 100])
        #expect(abs(percent - Double(grey) / 2.55) <= 1.8, "\(grey) became \(percent) %")
      }
    }
    #expect(colours.count > 60)
  }

  @Test func picturesAreScaledToTheirCells() {
    let image = GreyImage(rows: 2, columns: 2, pixels: [0, 255, 255, 0])
    let picture = Picture(place: CellRectangle(row: 0, column: 0, rows: 2, columns: 3), image: image, key: 1)
    let drawn = Self.drawn(picture, cell: (7, 5))
    #expect(drawn.count == 10 && drawn.allSatisfy { $0.count == 21 })
    #expect(drawn[0][0] == 0 && drawn[0][20] == 100 && drawn[9][0] == 100 && drawn[9][20] == 0)
    let nothing = Picture(place: CellRectangle(row: 0, column: 0, rows: 0, columns: 3), image: image, key: 1)
    #expect(SixelEncoder.encode(nothing, GlyphTests.setting).isEmpty)
  }
}
