import Cine
import Preparation
import Testing

@testable import Contours

@Suite struct CalibrationTests {
  /// Errors that a number of the same kind draws: the band of a hundred holds 90 % of a thousand others.
  @Test func bandsHoldTheirShareOfNewHearts() throws {
    func heart(_ i: Int) -> (error: Double, doubt: Double) {
      let doubt = 3 + Double((i * 7919) % 97) / 20
      let draw = Double((i * 104_729 + 12_345) % 100_003) / 100_003
      return (doubt * draw * draw * 4, doubt)
    }
    let band = try #require(ContourCalibration.band((0..<100).map(heart), measuredOn: "numbers"))
    let held = (1000..<2000).map(heart).count { $0.error <= band.factor * $0.doubt }
    #expect((860...945).contains(held))
    #expect(band.hearts == 100 && band.measuredOn == "numbers")
    // Too few for it: the worst of them.
    #expect(ContourCalibration.band([(4, 2), (1, 2)], measuredOn: "")?.factor == 2)
    #expect(ContourCalibration.band([], measuredOn: "") == nil)
  }

  private func volumes(_ edv: Double, _ esv: Double) throws -> StackVolumes {
    try #require(StackVolumes(left: [edv, esv], right: [100, 50], muscle: [100, 100]))
  }

  @Test func intervalsWidenWithDoubtAndStayPossible() throws {
    var calibration = ContourCalibration()
    calibration.bands["lvef"] = .init(factor: 2, hearts: 42, measuredOn: "people")
    calibration.bands["lv_edv"] = .init(factor: 2, hearts: 42, measuredOn: "people")
    let own = try volumes(200, 100)
    let calm = OtherViews(volumes: [StackVolumes](repeating: own, count: 5))
    let lvef = try #require(calibration.interval(.lvef, own, calm))
    #expect(abs(lvef.low - 44) < 1e-9 && abs(lvef.high - 56) < 1e-9)
    let edv = try #require(calibration.interval(.leftEDV, own, calm))
    #expect(abs(edv.low - 180) < 1e-9 && abs(edv.high - 220) < 1e-9)
    let torn = OtherViews(volumes: [try volumes(200, 60)] + [StackVolumes](repeating: own, count: 4))
    let wide = try #require(calibration.interval(.lvef, own, torn))
    // Looks lie 20 points apart: ten more to either side, twice.
    #expect(abs(wide.low - 24) < 1e-9 && abs(wide.high - 76) < 1e-9)
    let low = try volumes(200, 196)
    let floor = try #require(calibration.interval(.lvef, low, OtherViews(volumes: [low, low, low, low, low])))
    #expect(floor.low == 0)
    // Not calibrated, or one look found nothing.
    #expect(calibration.interval(.mass, own, calm) == nil)
    #expect(calibration.interval(.lvef, own, OtherViews(volumes: [own, own])) == nil)
  }

  @Test func endsOfTheBeatAreThoseOfACalmCurve() throws {
    // One frame that wavers is no end-systole, though none is smaller.
    let curve: [Double] = [140, 200, 138, 120, 100, 80, 75, 78, 95, 72, 110, 130, 136, 139, 141]
    let v = try #require(StackVolumes(left: curve, right: curve, muscle: curve))
    #expect(v.endSystole == 6)
    let two = try #require(StackVolumes(left: [100, 40], right: [0, 0], muscle: [1, 1]))
    #expect(two.endDiastole == 0 && two.endSystole == 1)
  }
}
