import Cine
import Testing

@Suite struct GeometryTests {
  func near(_ a: Vector3, _ b: Vector3, _ tolerance: Double = 1e-9) -> Bool { (a - b).length < tolerance }

  let oblique = Geometry(
    origin: Vector3(162.673, 35.6185, 144.459), alongRow: Vector3(-0.104592, 0.346381, -0.932245).normalized,
    alongColumn: Vector3(-0.733192, -0.660188, -0.163037).normalized, rowSpacing: 1.5, columnSpacing: 2)

  @Test func vectorsFollowTheRules() {
    let (x, y, z) = (Vector3(1, 0, 0), Vector3(0, 1, 0), Vector3(0, 0, 1))
    #expect(x.cross(y) == z && y.cross(z) == x && z.cross(x) == y)
    #expect(Vector3(1, 2, 3).dot(Vector3(4, -5, 6)) == 12)
    #expect(Vector3(1, 2, 3).cross(Vector3(4, -5, 6)) == Vector3(27, 6, -13))
    #expect(Vector3(2, 3, 6).length == 7)
    #expect(2 * Vector3(1, 2, 3) - Vector3(1, 1, 1) == Vector3(1, 3, 5))
    #expect(-Vector3(1, 2, 3) + Vector3(1, 2, 3) == .zero)
    #expect(near(Vector3(0, 0, 5).normalized, z))
    #expect(Vector3.zero.normalized == .zero)
  }

  @Test func theFirstIndexOfPixelSpacingGoesDownTheRows() {
    #expect(near(oblique.point(row: 0, column: 0), oblique.origin))
    #expect(near(oblique.point(row: 2, column: 0), oblique.origin + 3 * oblique.alongColumn))
    #expect(near(oblique.point(row: 0, column: 2), oblique.origin + 4 * oblique.alongRow))
  }

  @Test func pixelsAndPointsAreEachOthersInverse() {
    for (row, column) in [(0.0, 0.0), (10.5, 200.25), (-3, 7)] {
      let back = oblique.pixel(of: oblique.point(row: row, column: column) + 12 * oblique.normal)
      #expect(abs(back.row - row) < 1e-3 && abs(back.column - column) < 1e-3)
    }
  }

  @Test func thePlaneLiesAcrossItsNormal() {
    #expect(abs(oblique.normal.length - 1) < 1e-12)
    #expect(abs(oblique.normal.dot(oblique.alongRow)) < 1e-12)
    var moved = oblique
    moved.origin = oblique.point(row: 17, column: 90)
    #expect(abs(moved.positionAlongNormal - oblique.positionAlongNormal) < 1e-3)
    moved.origin = moved.origin + 8 * oblique.normal
    #expect(abs(moved.positionAlongNormal - oblique.positionAlongNormal - 8) < 1e-3)
  }

  @Test func axialPlanesHaveTheHeadAsTheirNormal() {
    let axial = Geometry(
      origin: Vector3(-100, -90, 42), alongRow: Vector3(1, 0, 0), alongColumn: Vector3(0, 1, 0), rowSpacing: 1,
      columnSpacing: 1)
    #expect(axial.normal == Vector3(0, 0, 1))
    #expect(axial.positionAlongNormal == 42)
  }
}
