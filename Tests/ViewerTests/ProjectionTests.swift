import Cine
import Terminal
import Testing

@testable import Viewer

@Suite struct ProjectionTests {
  /// Where a pixel comes to lie is where the turned picture has it, for all eight ways up.
  @Test(arguments: 0..<8) func pointsGoWithPixels(_ way: Int) {
    var turn = Turn()
    for _ in 0..<way % 4 { turn.rotate() }
    if way >= 4 { turn.mirror() }
    let (rows, columns) = (3, 5)
    let pixels = (0..<15).map { UInt8($0) }
    let turned = turn.apply(pixels, rows: rows, columns: columns)
    let width = turn.isAcross ? rows : columns
    for i in 0..<rows {
      for j in 0..<columns {
        let at = turn.apply(SIMD2(Double(i), Double(j)), rows: 3, columns: 5)
        #expect(turned[Int(at.x) * width + Int(at.y)] == pixels[i * columns + j])
      }
    }
    // A step on the screen is the way between two pixels' places.
    for step in [SIMD2(1.0, 0), SIMD2(0, 1)] {
      let back = turn.undo(step)
      let from = turn.apply(SIMD2(1, 1), rows: 3, columns: 5)
      #expect(turn.apply(SIMD2(1, 1) + back, rows: 3, columns: 5) - from == step)
    }
  }

  @Test func turningFourTimesIsNothing() {
    var turn = Turn()
    turn.mirror()
    for _ in 0..<4 { turn.rotate() }
    turn.mirror()
    #expect(turn == Turn())
  }

  @Test func sidesOfThePatient() {
    // Axial, as read from below: the patient's left is at the right.
    let axial = Geometry(
      origin: .zero, alongRow: Vector3(1, 0, 0), alongColumn: Vector3(0, 1, 0), rowSpacing: 1, columnSpacing: 1)
    var turn = Turn()
    #expect(OrientationMarks.edges(axial, turn) == ("A", "P", "R", "L"))
    turn.rotate()
    #expect(OrientationMarks.edges(axial, turn) == ("R", "L", "P", "A"))
    turn = Turn()
    turn.mirror()
    #expect(OrientationMarks.edges(axial, turn) == ("A", "P", "L", "R"))
    #expect(
      OrientationMarks.letters(Vector3(0.7, 0.1, -0.7)) == "LF"
        || OrientationMarks.letters(Vector3(0.7, 0.1, -0.7)) == "FL")
    #expect(OrientationMarks.letters(Vector3(0.98, 0.1, 0.1)) == "L" && OrientationMarks.letters(.zero) == "")
  }

  @Test func planesCutOneAnother() throws {
    let axial = Geometry(
      origin: Vector3(0, 0, 10), alongRow: Vector3(1, 0, 0), alongColumn: Vector3(0, 1, 0), rowSpacing: 2,
      columnSpacing: 1)
    // Upright, at y = 20, from x = 5 to 14 and z = 0 to 19.
    let coronal = Geometry(
      origin: Vector3(5, 20, 0), alongRow: Vector3(1, 0, 0), alongColumn: Vector3(0, 0, 1), rowSpacing: 1,
      columnSpacing: 1)
    let line = try #require(PlaneMarks.line(axial, cutBy: coronal, rows: 20, columns: 10))
    let ends = [line.0, line.1].sorted { $0.y < $1.y }
    #expect(ends == [SIMD2(10, 5), SIMD2(10, 14)])
    // Beyond its borders, and beside one another, there is no line.
    #expect(PlaneMarks.line(axial, cutBy: coronal, rows: 10, columns: 10) == nil)
    #expect(PlaneMarks.line(axial, cutBy: axial, rows: 10, columns: 10) == nil)
  }

  /// A still picture is level over time, and a line through the ring shows its walls where they are.
  @Test func aStripShowsTheLine() {
    let clip = Sample.clip()
    let crop = PictureRenderer.Crop(row: 0, column: 0, rows: 64, columns: 64)
    var strip = MotionStrip(centre: SIMD2(30, 36))
    let (a, b) = strip.ends(crop)
    #expect(a == SIMD2(30, 4) && b == SIMD2(30, 68))
    let image = strip.image(clip, crop: crop, rows: 64, columns: 40, low: 0, high: 1000, inverted: false)
    // The middle is blood at all times; twelve pixels from it there is blood at rest, and something else at end-systole.
    func at(_ pixel: Int, _ beat: Double) -> UInt8 { image.pixels[(pixel - 4) * 40 + Int(beat * 20)] }
    #expect(at(36, 0) > 200 && at(36, 0.4) > 200 && at(46, 0) > 200 && at(46, 0.4) < 150)
    #expect(Array(image.pixels[0..<20]) == Array(image.pixels[20..<40]))
    strip.rotate(6)
    let (c, d) = strip.ends(crop)
    #expect(abs(c.y - d.y) < 1e-9 && abs(c.x - d.x) == 64)
    strip.rotate(-7)
    #expect(strip.angle == 11)
  }
}
