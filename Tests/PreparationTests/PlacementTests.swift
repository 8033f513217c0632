import Testing

@testable import Preparation

@Suite struct PlacementTests {
  private static let turned = Placement(
    centre: (40, 52.5), size: 32, pitch: 1.25, rowSpacing: 1.5, columnSpacing: 0.9, turn: 0.7, mirrored: true)

  @Test func thereAndBack() {
    for (row, column) in [(0.0, 0.0), (31, 31), (12.25, 3), (-4, 40)] {
      let at = Self.turned.picture(row: row, column: column)
      let back = Self.turned.square(row: at.row, column: at.column)
      #expect(abs(back.row - row) < 1e-9 && abs(back.column - column) < 1e-9)
    }
  }

  @Test func middleIsTheCentre() {
    let at = Self.turned.picture(row: 15.5, column: 15.5)
    #expect(abs(at.row - 40) < 1e-9 && abs(at.column - 52.5) < 1e-9)
  }

  /// A millimetre is a millimetre whatever the picture's pixels measure.
  @Test func stepsAreInMillimetres() {
    let (a, b) = (Self.turned.picture(row: 3, column: 9), Self.turned.picture(row: 4, column: 9))
    let (dy, dx) = ((b.row - a.row) * 1.5, (b.column - a.column) * 0.9)
    #expect(abs((dy * dy + dx * dx).squareRoot() - 1.25) < 1e-9)
  }

  /// Interpolation is exact on a plane, however the square lies, and averaging over finer pixels keeps it so.
  @Test(arguments: [0.5, 1.0, 2.0]) func rampStaysARamp(spacing: Double) {
    let (rows, columns) = (160, 200)
    let picture = (0..<rows * columns).map { Float($0 / columns) * 2 + Float($0 % columns) * 3 }
    let placement = Placement(
      centre: (80, 100), size: 24, pitch: 1.25, rowSpacing: spacing, columnSpacing: spacing, turn: -1.1)
    let cut = picture.withUnsafeBufferPointer { placement.cut($0, rows: rows, columns: columns) }
    for k in cut.indices {
      let at = placement.picture(row: Double(k / 24), column: Double(k % 24))
      #expect(abs(Double(cut[k]) - (at.row * 2 + at.column * 3)) < 0.01)
    }
  }

  @Test func outsideIsNothing() {
    let placement = Placement(centre: (2, 2), size: 16, pitch: 1, rowSpacing: 1, columnSpacing: 1)
    let cut = [Float](repeating: 5, count: 100).withUnsafeBufferPointer { placement.cut($0, rows: 10, columns: 10) }
    #expect(cut[0] == 0 && cut[8 * 16 + 8] == 5)
    let labels = [UInt8](repeating: 3, count: 100).withUnsafeBufferPointer {
      placement.cut(labels: $0, rows: 10, columns: 10, outside: 9)
    }
    #expect(labels[0] == 9 && labels[8 * 16 + 8] == 3)
  }

  /// Turned views show the same pixels in other places.
  @Test func turnedViewsFallOnTheSamePixels() {
    for quarters in 0..<4 {
      for mirrored in [false, true] {
        let view = Self.turned.seen(quarters: quarters, mirrored: mirrored)
        var seen: Set<Int> = []
        for k in 0..<32 * 32 {
          let at = view.picture(row: Double(k / 32), column: Double(k % 32))
          let own = Self.turned.square(row: at.row, column: at.column)
          #expect(abs(own.row - own.row.rounded()) < 1e-9 && abs(own.column - own.column.rounded()) < 1e-9)
          seen.insert(Int(own.row.rounded()) * 32 + Int(own.column.rounded()))
        }
        #expect(seen.count == 32 * 32)
      }
    }
  }
}
