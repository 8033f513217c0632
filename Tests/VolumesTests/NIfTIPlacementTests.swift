import Cine
import Testing

@testable import Volumes

/// A head that says how the volume lies twice, not at all, or against itself.
@Suite struct NIfTIPlacementTests {
  /// A turn by 90° about z with spacing 1.8 × 1.8 × 8, as sform and as qform.
  static let rows: [[Double]] = [[0, -1.8, 0, 10], [1.8, 0, 0, 20], [0, 0, 8, 30]]

  static func claims(_ change: (inout NIfTIPlacement.Claims) -> Void = { _ in }) -> NIfTIPlacement.Claims {
    var claims = NIfTIPlacement.Claims(
      sformCode: 1, qformCode: 1, spacing: [1, 1.8, 1.8, 8, 1, 1, 1, 1], size: [64, 64, 9], rows: rows,
      quaternion: [0, 0, 0.5.squareRoot()], shift: [10, 20, 30], lengthUnit: 2)
    change(&claims)
    return claims
  }

  static func codes(_ placement: NIfTIPlacement) -> [String] { placement.notes.map(\.code) }

  static func isWhole(_ placement: NIfTIPlacement) -> Bool {
    guard let affine = placement.affine else { return false }
    return zip(affine.joined(), rows.joined()).allSatisfy { abs($0 - $1) < 1e-6 }
  }

  @Test func whatAgreesNeedsNoWord() {
    let placement = NIfTIPlacement(Self.claims())
    #expect(Self.isWhole(placement) && placement.isPlaced && placement.notes.isEmpty)
  }

  /// A code without a matrix, one that is singular, skewed, infinite, or no number: the qform is whole.
  @Test(arguments: [
    [[0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]], [[1.8, 1.8, 0, 0], [0, 0, 0, 0], [0, 0, 8, 0]],
    [[1.8, 1.8, 0, 0], [0, 1.8, 0, 0], [0, 0, 8, 0]], [[1.8, 0, 1.8, 0], [0, 1.8, 1.8, 0], [0, 0, 0, 0]],
    [[.nan, 0, 0, 0], [0, 1.8, 0, 0], [0, 0, 8, 0]], [[1.8, 0, 0, .infinity], [0, 1.8, 0, 0], [0, 0, 8, 0]],
  ])
  func anSformThatMapsNothingIsLeftAside(_ rows: [[Double]]) {
    let placement = NIfTIPlacement(Self.claims { $0.rows = rows })
    #expect(Self.isWhole(placement) && placement.isPlaced && Self.codes(placement) == ["sform_unusable"])
    let alone = NIfTIPlacement(Self.claims { ($0.rows, $0.qformCode) = (rows, 0) })
    #expect(!alone.isPlaced && Self.codes(alone) == ["sform_unusable", "geometry_missing"])
    #expect(alone.affine?[0][0] == -1.8 && alone.affine?[2][2] == 8)
  }

  @Test(arguments: [[1, 1, 1], [.nan, 0, 0], [0, 0, .infinity]])
  func aQformThatIsNoRotationIsLeftAside(_ quaternion: [Double]) {
    let placement = NIfTIPlacement(Self.claims { $0.quaternion = quaternion })
    #expect(Self.isWhole(placement) && Self.codes(placement) == ["qform_unusable"])
    let alone = NIfTIPlacement(Self.claims { ($0.quaternion, $0.sformCode) = (quaternion, 0) })
    #expect(!alone.isPlaced && Self.codes(alone).last == "geometry_missing")
  }

  @Test func whereNothingIsSaidThatIsSaid() {
    let spacing = NIfTIPlacement(Self.claims { ($0.sformCode, $0.qformCode) = (0, 0) })
    #expect(!spacing.isPlaced && spacing.affine != nil && Self.codes(spacing) == ["geometry_missing"])
    for none in [0, .nan, .infinity] as [Double] {
      let nothing = NIfTIPlacement(
        Self.claims { ($0.sformCode, $0.qformCode, $0.spacing) = (0, 0, [1, none, none, none, 1, 1, 1, 1]) })
      #expect(!nothing.isPlaced && nothing.affine == nil && Self.codes(nothing) == ["geometry_missing"])
      #expect(nothing.notes.first?.isWarning == true)
    }
  }

  /// The sform of a volume that was resampled, or that nobody filled in.
  @Test func anSformAgainstPixdimIsJudged() {
    func half(_ claims: inout NIfTIPlacement.Claims) { claims.spacing = [1, 0.9, 0.9, 8, 1, 1, 1, 1] }
    let other = NIfTIPlacement(Self.claims { half(&$0) })
    #expect(Self.codes(other) == ["sform_against_pixdim"] && abs((other.affine?[1][0] ?? 0) - 0.9) < 1e-6)
    let alone = NIfTIPlacement(
      Self.claims {
        half(&$0)
        $0.qformCode = 0
      })
    #expect(Self.isWhole(alone) && alone.notes.first?.isWarning == true)
    // ACDC's: ones, and the spacing in pixdim alone.
    let ones = NIfTIPlacement(
      Self.claims { ($0.qformCode, $0.rows) = (0, [[-1, 0, 0, 0], [0, -1, 0, 0], [0, 0, 1, 0]]) })
    #expect(ones.affine?[0][0] == -1.8 && ones.affine?[2][2] == 8 && !ones.isPlaced)
    #expect(ones.notes.first?.text.contains("geometry is missing") == true)
  }

  @Test func anAtlasIsNoScanner() {
    var moved = Self.rows
    moved[0][3] += 50
    let placement = NIfTIPlacement(Self.claims { ($0.sformCode, $0.rows) = (4, moved) })
    #expect(Self.isWhole(placement) && Self.codes(placement) == ["sform_of_atlas"])
    let both = NIfTIPlacement(Self.claims { $0.rows = moved })
    #expect(both.affine == moved && Self.codes(both) == ["sform_and_qform_differ"])
  }

  @Test func metresAreMillimetresWhereTheyMust() {
    let metres = NIfTIPlacement(
      Self.claims {
        ($0.lengthUnit, $0.spacing) = (1, [1, 0.0018, 0.0018, 0.008, 1, 1, 1, 1])
        $0.rows = Self.rows.map { $0.map { $0 / 1000 } }
        $0.shift = [0.01, 0.02, 0.03]
      })
    #expect(Self.isWhole(metres) && metres.notes.isEmpty)
    let wrong = NIfTIPlacement(Self.claims { $0.lengthUnit = 1 })
    #expect(Self.isWhole(wrong) && Self.codes(wrong) == ["unit_not_believed"])
  }
}
