import Cine
import Preparation
import Testing

@testable import Contours

@Suite struct StackTests {
  static let size = 64

  /// A ring of muscle around a round cavity, both in pixels; `arc` is the share of the ring that is there.
  static func slice(cavity: Double, wall: Double, at: (Double, Double) = (31.5, 31.5), arc: Double = 1) -> [UInt8] {
    (0..<size * size).map { k in
      let (y, x) = (Double(k / size) - at.0, Double(k % size) - at.1)
      let r = (y * y + x * x).squareRoot()
      if r < cavity { return HeartLabel.leftVentricle.rawValue }
      let angle = atan2Share(y, x)
      return r < cavity + wall && angle < arc ? HeartLabel.leftMuscle.rawValue : HeartLabel.rest.rawValue
    }
  }

  /// The angle as a share of a whole turn.
  private static func atan2Share(_ y: Double, _ x: Double) -> Double {
    let diamond = abs(x) + abs(y) > 0 ? y / (abs(x) + abs(y)) : 0
    return (x >= 0 ? (y >= 0 ? diamond : 4 + diamond) : 2 - diamond) / 4
  }

  private func count(_ labels: [UInt8], _ label: HeartLabel) -> Int { labels.count { $0 == label.rawValue } }

  @Test func strayPiecesAreDropped() {
    var raw = (0..<5).map { Self.slice(cavity: 10 - Double($0), wall: 5) }
    let clean = StackTracking(raw, size: Self.size).slices
    #expect(clean == raw)
    for k in raw.indices { for j in 0..<40 { raw[k][(2 + j / 8) * Self.size + 2 + j % 8] = 3 } }
    #expect(StackTracking(raw, size: Self.size).slices == clean)
  }

  /// The network took a papillary muscle for wall: it lies in the hull of the cavity.
  @Test func papillariesComeIntoTheCavity() {
    let whole = Self.slice(cavity: 12, wall: 5)
    var raw = whole
    for i in 26...30 { for j in 31...45 where raw[i * Self.size + j] == 3 { raw[i * Self.size + j] = 2 } }
    let clean = StackTracking([whole, raw, whole], size: Self.size).slices[1]
    #expect(abs(count(clean, .leftVentricle) - count(whole, .leftVentricle)) < 12)
  }

  /// A thread of cavity leads out of it: the hull of both would be far larger than the ventricle.
  @Test func aLeakIsCutOff() {
    let whole = Self.slice(cavity: 12, wall: 5)
    var raw = whole
    for j in 32..<60 { raw[8 * Self.size + j] = 3 }
    for i in 8..<24 { raw[i * Self.size + 32] = 3 }
    let clean = StackTracking([whole, raw, whole], size: Self.size).slices[1]
    #expect(abs(count(clean, .leftVentricle) - count(whole, .leftVentricle)) < 30)
  }

  @Test func holesInTheWallAreMuscle() {
    let whole = Self.slice(cavity: 12, wall: 6)
    var raw = whole
    for k in [16 * Self.size + 31, 16 * Self.size + 32, 31 * Self.size + 47] { raw[k] = 0 }
    #expect(StackTracking([whole, raw, whole], size: Self.size).slices[1] == whole)
  }

  @Test func aVentricleThatHasEndedDoesNotBeginAgain() {
    let (ring, nothing) = (Self.slice(cavity: 9, wall: 4), [UInt8](repeating: 0, count: Self.size * Self.size))
    let clean = StackTracking([ring, ring, ring, ring, ring, nothing, ring], size: Self.size).slices
    #expect(count(clean[4], .leftVentricle) > 0 && count(clean[6], .leftVentricle) == 0)
  }

  private func drawn(_ moments: [[UInt8]]) -> DrawnClip {
    DrawnClip(
      item: ClipChoice.Item(series: 0, slice: 0, view: .shortAxis),
      placement: Placement(centre: (50, 50), size: Self.size, pitch: 1.25, rowSpacing: 1.25, columnSpacing: 1.25),
      frames: moments.count, labels: moments.flatMap { $0 }, pixelArea: 1.25 * 1.25)
  }

  @Test func simpsonsRule() throws {
    let (large, small) = (Self.slice(cavity: 16, wall: 6), Self.slice(cavity: 8, wall: 9))
    let stack = (0..<4).map { _ in drawn([small, large, small]) }
    let volumes = try #require(StackVolumes(stack, positions: [0, 10, 20, 30]))
    // Four discs of 10 mm, their area counted in pixels.
    let edv = 4 * 10 * Double(count(large, .leftVentricle)) * 1.5625 / 1000
    #expect(abs(volumes.edv - edv) < 1e-9)
    #expect(abs(edv - 4 * 10 * 3.14159 * 20 * 20 / 1000) < 0.02 * edv)
    #expect(volumes.endDiastole == 1 && volumes.endSystole == 0)
    #expect(abs(volumes.lvef - 75) < 2)
    #expect(abs(volumes.mass - 1.05 * 4 * 10 * Double(count(large, .leftMuscle)) * 1.5625 / 1000) < 1e-9)
    #expect(volumes.rvef == nil)
    // The order of the stack and its distances are those of the positions.
    let uneven = try #require(StackVolumes(stack.reversed(), positions: [40, 20, 10, 0]))
    // 10, 10, 15 and 20 mm.
    #expect(abs(uneven.edv - 55 / 40 * edv) < 1e-9)
  }

  /// Above the base only a third of the ring is there: that slice does not count, and counts once it is half.
  @Test func basalSliceCountsByItsRing() throws {
    let ring = Self.slice(cavity: 14, wall: 6)
    func volume(_ arc: Double) throws -> Double {
      let base = Self.slice(cavity: 14, wall: 6, arc: arc)
      var stack = [drawn([base]), drawn([ring]), drawn([ring])]
      Contourer.clean(&stack)
      return try #require(StackVolumes(stack, positions: [0, 8, 16])).edv
    }
    #expect(abs(try volume(0.33) / volume(1) - 2.0 / 3) < 1e-9)
    #expect(abs(try volume(0.6) / volume(1) - 1) < 1e-9)
  }

  @Test func noScaleNoVolumes() {
    let ring = drawn([Self.slice(cavity: 14, wall: 6)])
    #expect(StackVolumes([ring, ring], positions: [5, 5]) == nil)
    #expect(StackVolumes([ring], positions: [5]) == nil)
    #expect(StackVolumes([], positions: []) == nil)
    let nothing = drawn([[UInt8](repeating: 0, count: Self.size * Self.size)])
    #expect(StackVolumes([nothing, nothing], positions: [0, 8]) == nil)
  }
}
