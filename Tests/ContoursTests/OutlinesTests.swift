import Cine
import Preparation
import Testing

@testable import Contours

@Suite struct OutlinesTests {
  static let size = 64

  private func drawn(
    _ view: View = .shortAxis, pitch: Double = 1, centre: (Double, Double) = (31.5, 31.5),
    _ label: (_ row: Double, _ column: Double) -> HeartLabel
  ) -> DrawnClip {
    let n = Self.size
    return DrawnClip(
      item: ClipChoice.Item(series: 0, slice: 0, view: view),
      placement: Placement(centre: centre, size: n, pitch: pitch, rowSpacing: 1, columnSpacing: 1),
      frames: 1, labels: (0..<n * n).map { label(Double($0 / n), Double($0 % n)).rawValue }, pixelArea: pitch * pitch)
  }

  private func distance(_ a: SIMD2<Float>, _ row: Double, _ column: Double) -> Double {
    ((Double(a.x) - row) * (Double(a.x) - row) + (Double(a.y) - column) * (Double(a.y) - column)).squareRoot()
  }

  /// Every point of a disc's outline lies within half a pixel of its circle, and it encloses the disc.
  @Test(arguments: [3.0, 5.5, 9.2, 17.8, 24]) func discs(_ radius: Double) throws {
    let (row, column) = (30.3, 33.6)
    let clip = drawn { y, x in
      let r = ((y - row) * (y - row) + (x - column) * (x - column)).squareRoot()
      return r < radius ? .leftVentricle : .rest
    }
    let outlines = clip.outlines[0]
    #expect(outlines.map(\.structure) == [.leftEpicardium, .leftEndocardium])
    let outline = try #require(outlines.last)
    for point in outline.points { #expect(abs(distance(point, row, column) - radius) < 0.7) }
    let mean = outline.points.map { distance($0, row, column) }.reduce(0, +) / Double(outline.points.count)
    #expect(abs(mean - radius) < 0.5)
    #expect(abs((outline.area / .pi).squareRoot() - radius) < 0.5)
    // Closed: no step, the last included, is longer than a pixel's diagonal.
    for (a, b) in zip(outline.points, Array(outline.points.dropFirst()) + [outline.points[0]]) {
      #expect(distance(a, Double(b.x), Double(b.y)) < 1.5)
    }
    #expect(clip.outlines == clip.outlines)
  }

  @Test func theSquareIsPutBackOnThePicture() throws {
    let clip = drawn(pitch: 1.5, centre: (100, 80)) { y, x in
      (y - 31.5) * (y - 31.5) + (x - 31.5) * (x - 31.5) < 100 ? .leftVentricle : .rest
    }
    let outline = try #require(clip.outlines[0].last)
    for point in outline.points { #expect(abs(distance(point, 100, 80) - 15) < 1) }
  }

  /// The outer border is that of muscle and cavity together, closed where the square ends, and strays have none.
  @Test func structures() {
    func ring(_ y: Double, _ x: Double) -> HeartLabel {
      let r = ((y - 20) * (y - 20) + (x - 4) * (x - 4)).squareRoot()
      if y > 55, x > 50, x < 56 { return .leftAtrium }
      if y > 55, x > 58, x < 60 { return .leftVentricle }
      return r < 8 ? .leftVentricle : r < 14 ? .leftMuscle : x > 30 && x < 40 && y < 30 ? .rightVentricle : .rest
    }
    let short = drawn(.shortAxis, ring).outlines[0]
    #expect(short.map(\.structure) == [.rightVentricle, .leftEpicardium, .leftEndocardium])
    #expect(short[1].area > short[2].area && short[1].points.allSatisfy { $0.x < 36 && $0.y > -2 && $0.y < 20 })
    #expect(drawn(.fourChamber, ring).outlines[0].contains { $0.structure == .leftAtrium })
    #expect(drawn { _, _ in .rest }.outlines[0].isEmpty && drawn(.shortAxis, ring).outlines[7].isEmpty)
  }

  /// Two pixels that touch by a corner alone, and a mask with every such corner: lines still close.
  @Test func cornersThatTouch() throws {
    let n = 16
    let board = Mask(size: n, inside: (0..<n * n).map { ($0 / n / 3 + $0 % n / 3) % 2 == 0 })
    let border = try #require(board.border)
    for (a, b) in zip(border, Array(border.dropFirst()) + [border[0]]) {
      let step = a - b
      #expect((step * step).sum() < 2.1)
    }
    #expect(Mask(empty: n).border == nil)
  }
}
