import Cine
import Preparation
import Testing

@testable import Contours

@Suite struct LongAxisTests {
  static let size = 96

  /// A cavity of 24 × 40 pixels below an atrium of 24 × `depth` at each moment; two rows of leaflets lie between.
  static func clip(
    _ depths: [Int], view: View = .fourChamber, right: Bool = true, at row: Int = 46, shift: Int = 0
  ) -> DrawnClip {
    let labels = depths.flatMap { depth in
      (0..<size * size).map { k -> UInt8 in
        let (i, j) = (k / size, k % size - shift)
        let inLeft = (50..<74).contains(j)
        if inLeft, (row..<row + 40).contains(i) { return HeartLabel.leftVentricle.rawValue }
        if inLeft, (row - 2 - depth..<row - 2).contains(i) { return HeartLabel.leftAtrium.rawValue }
        if right, (20..<44).contains(j), (row - 2 - depth..<row - 2).contains(i) {
          return HeartLabel.rightAtrium.rawValue
        }
        return HeartLabel.rest.rawValue
      }
    }
    return DrawnClip(
      item: ClipChoice.Item(series: 1, slice: 0, view: view),
      placement: Placement(centre: (50, 50), size: size, pitch: 1.25, rowSpacing: 1.25, columnSpacing: 1.25),
      frames: depths.count, labels: labels, pixelArea: 1.25 * 1.25)
  }

  @Test func areasAtTheirLargest() throws {
    let axis = try #require(LongAxis(Self.clip([20, 32, 24])))
    let atrium = try #require(axis.leftAtrium)
    #expect(atrium.frame == 1 && abs(atrium.area - 24 * 32 * 1.5625 / 100) < 1e-9)
    #expect(axis.rightAtrium?.area == atrium.area && axis.view == .fourChamber)
    // 32 pixels deep, to a corner.
    #expect(abs((atrium.length ?? 0) - 1.25 * 33) < 4)
    #expect(abs((axis.leftLength ?? 0) - 1.25 * 41) < 4)
  }

  @Test func whatReachesTheBorderIsNotMeasured() throws {
    // Nothing lies above the square's first row.
    let axis = try #require(LongAxis(Self.clip([20, 44])))
    #expect(axis.leftAtrium == nil && axis.rightAtrium == nil && axis.leftLength != nil)
    let side = try #require(LongAxis(Self.clip([20, 24], shift: -20)))
    #expect(side.leftAtrium != nil && side.rightAtrium == nil)
  }

  /// One label behind both ventricles is two atria that were drawn as one: no area.
  @Test func bothAtriaAsOneAreNone() throws {
    let clip = Self.clip([24])
    var labels = clip.labels
    for k in labels.indices {
      let (i, j) = (k / Self.size, k % Self.size)
      if (20..<44).contains(j), (46..<80).contains(i) { labels[k] = HeartLabel.rightVentricle.rawValue }
    }
    func axis() -> LongAxis? {
      LongAxis(
        DrawnClip(
          item: clip.item, placement: clip.placement, frames: 1, labels: labels, pixelArea: clip.pixelArea))
    }
    let parted = try #require(axis())
    #expect(parted.leftAtrium != nil && parted.rightAtrium != nil)
    for k in labels.indices {
      let (i, j) = (k / Self.size, k % Self.size)
      if (20..<74).contains(j), (20..<44).contains(i) { labels[k] = HeartLabel.leftAtrium.rawValue }
    }
    let merged = try #require(axis())
    #expect(merged.leftAtrium == nil && merged.rightAtrium == nil)
  }

  @Test func volumeByAreaAndLength() throws {
    let (four, two) = (LongAxis(Self.clip([32])), LongAxis(Self.clip([32], view: .twoChamber, right: false)))
    let volume = try #require(LongAxis.atrialVolume(four?.leftAtrium, two?.leftAtrium))
    #expect(abs(volume - 0.85 * 12 * 12 / 4.3) < 3)
    #expect(LongAxis.atrialVolume(four?.leftAtrium, nil) == nil && two?.rightAtrium == nil)
  }

  @Test func noVentricleNoAxis() {
    let empty = Self.clip([10])
    let none = DrawnClip(
      item: empty.item, placement: empty.placement, frames: 1, labels: empty.labels.map { $0 == 3 ? 0 : $0 },
      pixelArea: 1.5625)
    #expect(LongAxis(none) == nil)
  }
}
