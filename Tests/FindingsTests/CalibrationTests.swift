import Findings
import Testing

@Suite struct CalibrationTests {
  /// Evenly spread numbers in 0..<1 that look drawn.
  private func draw(_ i: Int, _ salt: UInt64) -> Double {
    var z = UInt64(i + 1) &* 0x9E37_79B9_7F4A_7C15 &+ salt
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return Double((z ^ (z >> 31)) >> 11) * 0x1p-53
  }

  @Test func plattFindsTheCurveThatMadeTheLabels() {
    let made = PlattCalibration(slope: 1.7, intercept: -2)
    let logits = (0..<20_000).map { draw($0, 1) * 8 - 4 }
    let labels = logits.indices.map { draw($0, 2) < made.probability(logits[$0]) }
    let fitted = PlattCalibration.fit(logits: logits, labels: labels)
    #expect(abs(fitted.slope - 1.7) < 0.1 && abs(fitted.intercept + 2) < 0.1, "\(fitted)")
  }

  @Test func plattStaysFiniteWhereClassesArePerfectlyApart() {
    let fitted = PlattCalibration.fit(logits: [-300, -200, 200, 300], labels: [false, false, true, true])
    #expect(fitted.slope.isFinite && fitted.slope > 0 && fitted.intercept.isFinite)
    // Platt's targets: three quarters, not one.
    #expect(fitted.probability(300) < 0.9)
    #expect(PlattCalibration(slope: 1, intercept: 0).probability(-1e6) == 0)
    let none = PlattCalibration.fit(logits: [1, 2, 3], labels: [false, false, false])
    #expect(none.probability(2) < 0.3)
  }

  @Test func aMarkIsRareAmongThoseWithout() {
    // A hundred controls up to 0.99, cases above and among them.
    let scores = (0..<100).map { Double($0) / 100 } + [0.5, 0.97, 0.99]
    let labels = [Bool](repeating: false, count: 100) + [true, true, true]
    let cut = Threshold.mark(scores: scores, labels: labels)
    #expect(zip(scores, labels).count { $0 >= cut && !$1 } == 5)
    #expect(cut > 0.94 && cut <= 0.95)
    // Rare conditions have low probabilities: no mark means "less likely than not".
    #expect(Threshold.mark(scores: [0.01, 0.02, 0.3], labels: [false, false, true]) == 0.5)
    #expect(Threshold.mark(scores: [0.3, 0.4], labels: [true, true]) == 0.5)
  }

  @Test func lvefIntervalsHoldTheirShareOfNewHearts() throws {
    func heart(_ i: Int) -> (logit: Double, truth: Double) {
      let truth = 15 + 60 * draw(i, 3)
      return ((truth * 0.8 + 12 + (draw(i, 4) + draw(i, 5) - 1) * 12) / 100, truth)
    }
    let seen = (0..<600).map(heart)
    let c = try #require(LVEFCalibration.fit(logits: seen.map(\.logit), truths: seen.map(\.truth)))
    let new = (1000..<3000).map(heart)
    let held = new.count { h in
      let e = c.estimate(h.logit)
      return e.low <= h.truth && h.truth <= e.high
    }
    #expect((0.87...0.94).contains(Double(held) / 2000), "\(held)")
    #expect(new.map { abs(c.estimate($0.logit).percent - $0.truth) }.reduce(0, +) / 2000 < 5)
    let edge = c.estimate(5)
    #expect(edge.percent == 100 && edge.low <= 100 && edge.high == 100)
    let flat = [Double](repeating: 0.5, count: 50)
    #expect(LVEFCalibration.fit(logits: flat, truths: seen.prefix(50).map(\.truth)) == nil)
  }

  @Test func retrievalCountsTiesByTheirChance() throws {
    let e: [[Float]] = [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
    #expect(try #require(Retrieval(studies: e, reports: e, nearest: 1)).hits == 1)
    let swapped = try #require(Retrieval(studies: e, reports: [e[1], e[0], e[2]], nearest: 1))
    #expect(abs(swapped.hits - 1.0 / 3) < 1e-12)
    // Every report says the same: chance.
    let same = try #require(Retrieval(studies: e, reports: [e[0], e[0], e[0]], nearest: 1))
    #expect(abs(same.timesChance - 1) < 1e-12 && same.medianRank == 2)
    #expect(Retrieval(studies: [], reports: []) == nil)
  }
}
