import Glibc
import Testing

@testable import Training

/// Each loss against its formula in double precision, and its gradient against a central difference.
@Suite struct LossesTests {
  @Test(arguments: [-60, -3, -0.4, 0, 0.2, 5, 60] as [Float], [true, false])
  func binaryFollowsItsFormula(logit: Float, target: Bool) {
    let weight: Float = 3
    func exact(_ x: Double) -> Double { target ? 3 * log1p(exp(-x)) : log1p(exp(x)) }
    let own = Losses.binary(logit, target, positiveWeight: weight)
    #expect(abs(Double(own.loss) - exact(Double(logit))) < 1e-5 * max(1, exact(Double(logit))))
    let slope = (exact(Double(logit) + 1e-4) - exact(Double(logit) - 1e-4)) / 2e-4
    #expect(abs(Double(own.gradient) - slope) < 1e-5)
  }

  @Test(
    arguments: [(0.5, 0.02, 0.1), (1, 0.095, 0.1), (-1, 0.095, -0.1), (0.03, 0.00045, 0.03)] as [(Float, Float, Float)])
  func huberIsSquareThenStraight(x: Float, loss: Float, gradient: Float) {
    // The first is measured from 0.25, the others from 0.
    let own = Losses.huber(x, x == 0.5 ? 0.25 : 0, delta: 0.1)
    #expect(abs(own.loss - loss) < 1e-6 && abs(own.gradient - gradient) < 1e-6)
  }

  /// Unit rows, so that only the loss is looked at; every entry of both gradients and that of the scale.
  @Test(arguments: [(nil, nil), ([0, 1, 0], nil), (nil, [1, 5])] as [([Int]?, Set<Int>?)])
  func infoNCEGradientsMatchFiniteDifferences(groups: [Int]?, left: Set<Int>?) {
    let masked = left.map { left in (0..<9).map(left.contains) }
    let v: [Float] = [0.6, 0.8, 0, 1, -0.8, 0.6]
    let t: [Float] = [1, 0, 0.8, 0.6, -0.6, 0.8]
    func loss(_ v: [Float], _ t: [Float], _ scale: Float) -> Float {
      Losses.infoNCE(v: v, t: t, n: 3, d: 2, scale: scale, groups: groups, masked: masked).loss
    }
    let own = Losses.infoNCE(v: v, t: t, n: 3, d: 2, scale: 4, groups: groups, masked: masked)
    let h: Float = 1e-2
    for i in v.indices {
      var (up, down) = (v, v)
      up[i] += h
      down[i] -= h
      #expect(abs((loss(up, t, 4) - loss(down, t, 4)) / (2 * h) - own.dv[i]) < 1e-3)
      (up, down) = (t, t)
      up[i] += h
      down[i] -= h
      #expect(abs((loss(v, up, 4) - loss(v, down, 4)) / (2 * h) - own.dt[i]) < 1e-3)
    }
    let scaled = (loss(v, t, 4 * expf(h)) - loss(v, t, 4 * expf(-h))) / (2 * h)
    #expect(abs(scaled - own.dLogScale) < 1e-3)
  }

  /// A pair that is left out might as well not be there: by hand, for two rows.
  @Test func maskedPairsCountNeitherWay() {
    let (v, t): ([Float], [Float]) = ([1, 0, 0, 1], [1, 0, 0.6, 0.8])
    // The first clip is no negative of the second text: its row has its own text alone, the second's has both.
    let own = Losses.infoNCE(v: v, t: t, n: 2, d: 2, scale: 1, masked: [false, true, false, false])
    let rows = (0 + log1p(exp(0 - 0.8))) / 2
    let columns = (log1p(exp(0.0 - 1)) + 0) / 2
    #expect(abs(Double(own.loss) - (rows + columns) / 2) < 1e-6)
  }

  @Test func scheduleWarmsUpThenFalls() {
    let rates = (0..<100).map { learningRate(step: $0, of: 100, warmUp: 10, peak: 2) }
    #expect(rates[0] == 0.2 && rates[9] == 2 && rates[10] == 2)
    #expect(zip(rates[10...], rates[11...]).allSatisfy { $0 > $1 })
    #expect(abs(rates[99] - 0.1) < 0.01)
  }

  @Test func clippingKeepsTheDirection() {
    var g: [Float] = [3, 4]
    #expect(clip(&g, norm: 1) == 5)
    #expect(abs(g[0] - 0.6) < 1e-6 && abs(g[1] - 0.8) < 1e-6)
    #expect(abs(clip(&g, norm: 2) - 1) < 1e-6 && abs(g[0] - 0.6) < 1e-6)
  }
}
