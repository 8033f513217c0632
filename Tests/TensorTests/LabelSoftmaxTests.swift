import Glibc
import TestSupport
import Testing

@testable import Tensor

/// Softmax and its sums over partial labels, against the formulas in double precision.
@Suite struct LabelSoftmaxTests {
  @Test(arguments: [(2, 16), (3, 48), (6, 80), (8, 32)])
  func labelSoftmax(_ classes: Int, _ pixels: Int) {
    let n = classes * pixels
    // Wide enough that some probabilities vanish in float32.
    let logits = noise("logits", n).enumerated().map { $1 * ($0 % 7 == 0 ? 150 : 3) }
    let labels = noise("labels", pixels).enumerated().map { i, v -> UInt8 in
      switch i % 4 {
      case 0: UInt8(1) << UInt8(i / 4 % classes)
      // Any set of classes, none and all among them, with bits that no class has.
      default: UInt8(truncatingIfNeeded: Int((v + 1) * 128))
      }
    }
    let all = classes == 8 ? 255 : 1 << classes - 1
    func bits(_ i: Int) -> Int { Int(labels[i]) & all }
    func known(_ i: Int) -> Bool { bits(i) != 0 && bits(i) != all }
    func allows(_ i: Int, _ c: Int) -> Bool { bits(i) >> c & 1 == 1 }
    func isOnly(_ i: Int, _ c: Int) -> Bool { bits(i) == 1 << c }
    func decides(_ i: Int, _ c: Int) -> Bool { known(i) && (isOnly(i, c) || !allows(i, c)) }
    func softmax(_ x: [Double], _ i: Int) -> [Double] {
      let column = (0..<classes).map { x[$0 * pixels + i] }
      let top = column.max() ?? 0
      let e = column.map { exp($0 - top) }
      return e.map { $0 / e.reduce(0, +) }
    }
    /// −ln Σ p over what is allowed, from the logits, so that nothing vanishes.
    func entropy(_ x: [Double], _ i: Int) -> Double {
      guard known(i) else { return 0 }
      func logSum(_ chosen: (Int) -> Bool) -> Double {
        let column = (0..<classes).filter(chosen).map { x[$0 * pixels + i] }
        let top = column.max() ?? 0
        return top + log(column.reduce(0) { $0 + exp($1 - top) })
      }
      return logSum { _ in true } - logSum { allows(i, $0) }
    }
    var p = [Float](repeating: .nan, count: n)
    LabelSoftmax.forward(pixels, classes: classes, logits: logits, p: &p)
    let x = doubles(logits)
    let exact = (0..<n).map { softmax(x, $0 % pixels)[$0 / pixels] }
    expectClose(p, exact, within: 1e-6, "p")

    var chosen = [UInt8](repeating: 99, count: pixels)
    LabelSoftmax.likeliest(pixels, classes: classes, p: p, into: &chosen)
    let first = (0..<pixels).map { i in
      (1..<classes).reduce(0) { p[$1 * pixels + i] > p[$0 * pixels + i] ? $1 : $0 }
    }
    #expect(chosen.map { Int($0) } == first)

    let sums = LabelSoftmax.sums(pixels, classes: classes, p: p, labels: labels)
    #expect(sums.known == Double((0..<pixels).count(where: known)))
    // What is too unlikely for float32 counts as 85.
    let bound = (0..<pixels).reduce(0.0) { $0 + min(entropy(x, $1), 85.2) }
    #expect(abs(sums.crossEntropy - bound) < 0.02 * max(bound, 1))
    for c in 0..<classes {
      let o = sums.overlaps[c]
      #expect(o.actual == Double((0..<pixels).count { isOnly($0, c) }))
      let common = (0..<pixels).reduce(0.0) { $0 + (isOnly($1, c) ? exact[c * pixels + $1] : 0) }
      let predicted = (0..<pixels).reduce(0.0) { $0 + (decides($1, c) ? exact[c * pixels + $1] : 0) }
      #expect(abs(o.common - common) < 1e-4 && abs(o.predicted - predicted) < 1e-4)
    }

    let (own, other) = (noise("own", classes), noise("other", classes))
    let weight: Float = 0.4
    // Gentle logits, where the derivative by differences is exact enough.
    let gentle = noise("gentle", n)
    LabelSoftmax.forward(pixels, classes: classes, logits: gentle, p: &p)
    LabelSoftmax.backward(
      pixels, classes: classes, weight: weight, own: own, other: other, labels: labels, p: &p)
    func loss(_ x: [Double], _ i: Int) -> Double {
      let p = softmax(x, i)
      return Double(weight) * entropy(x, i)
        + (0..<classes).reduce(0) { sum, c in
          sum + (decides(i, c) ? p[c] * Double(other[c]) : 0) + (isOnly(i, c) ? p[c] * Double(own[c]) : 0)
        }
    }
    var y = doubles(gentle)
    let slopes = y.indices.map { i -> Double in
      let (kept, h) = (y[i], 1e-5)
      defer { y[i] = kept }
      y[i] = kept + h
      let up = loss(y, i % pixels)
      y[i] = kept - h
      return (up - loss(y, i % pixels)) / (2 * h)
    }
    expectClose(p, slopes, within: 1e-6, "gradient")
  }
}
