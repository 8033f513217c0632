import Glibc
import TestSupport
import Testing

@testable import Tensor

/// Kernels that work row by row, against their plain twins; every gradient that adds must add to what was there.
@Suite struct RowKernelsTests {
  @Test(arguments: [(1, 1, 1), (3, 5, 7), (0, 4, 4), (5, 33, 16), (2, 16, 31)])
  func linear(_ n: Int, _ k: Int, _ m: Int) {
    let (x, w, b, dy) = (noise("x", n * k), noise("w", m * k), noise("b", m), noise("dy", n * m))
    var y = [Float](repeating: .nan, count: n * m)
    Linear.forward(n, in: k, out: m, x: x, weight: w, bias: b, y: &y)
    let (x64, w64, b64) = (doubles(x), doubles(w), doubles(b))
    expectClose(y, Naive.linear(n, k, m, x64, w64, b64), "y")
    Linear.forward(n, in: k, out: m, x: x, weight: w, bias: nil, y: &y)
    expectClose(y, Naive.linear(n, k, m, x64, w64, b64.map { _ in 0 }), "y without bias")

    for accumulate in [false, true] {
      var dx = [Float](repeating: accumulate ? 0.5 : .nan, count: n * k)
      var dw = [Float](repeating: 0.5, count: m * k)
      var db = [Float](repeating: 0.5, count: m)
      Linear.backward(
        n, in: k, out: m, x: x, weight: w, dy: dy, dx: &dx, accumulate: accumulate, dWeight: &dw, dBias: &db)
      let start = accumulate ? 0.5 : 0
      expectClose(dx, slopes(x64, dy) { Naive.linear(n, k, m, $0, w64, b64) }.map { $0 + start }, "dx")
      expectClose(dw, slopes(w64, dy) { Naive.linear(n, k, m, x64, $0, b64) }.map { $0 + 0.5 }, "dWeight")
      expectClose(db, slopes(b64, dy) { Naive.linear(n, k, m, x64, w64, $0) }.map { $0 + 0.5 }, "dBias")
    }
  }

  @Test(arguments: [(1, 2), (3, 5), (0, 4), (4, 16), (3, 37)])
  func layerNorm(_ n: Int, _ d: Int) {
    let (x, w, b, dy) = (noise("x", n * d), noise("w", d), noise("b", d), noise("dy", n * d))
    var y = [Float](repeating: .nan, count: n * d)
    var saved = [Float](repeating: .nan, count: 2 * n)
    LayerNorm.forward(n, d, eps: 1e-5, x: x, weight: w, bias: b, y: &y, saved: &saved)
    let (x64, w64, b64) = (doubles(x), doubles(w), doubles(b))
    expectClose(y, Naive.layerNorm(n, d, eps: 1e-5, x64, w64, b64), "y")
    for accumulate in [false, true] {
      var dx = [Float](repeating: accumulate ? 0.5 : .nan, count: n * d)
      var dw = [Float](repeating: 0.5, count: d)
      var db = [Float](repeating: 0.5, count: d)
      LayerNorm.backward(
        n, d, x: x, saved: saved, weight: w, dy: dy, dx: &dx, accumulate: accumulate, dWeight: &dw, dBias: &db)
      let start = accumulate ? 0.5 : 0
      expectClose(dx, slopes(x64, dy) { Naive.layerNorm(n, d, eps: 1e-5, $0, w64, b64) }.map { $0 + start }, "dx")
      expectClose(dw, slopes(w64, dy) { Naive.layerNorm(n, d, eps: 1e-5, x64, $0, b64) }.map { $0 + 0.5 }, "dWeight")
      expectClose(db, slopes(b64, dy) { Naive.layerNorm(n, d, eps: 1e-5, x64, w64, $0) }.map { $0 + 0.5 }, "dBias")
    }
  }

  /// Every 1/64 from -12 to 12, an odd count of them, and what lies far outside.
  @Test func gelu() {
    let x: [Float] = [-1e4, -88, -20] + (0...24 * 64).map { Float($0) / 64 - 12 } + [20, 88, 1e4]
    let dy = noise("dy", x.count)
    var y = [Float](repeating: .nan, count: x.count)
    GELU.forward(x.count, x: x, y: &y)
    var dx = dy
    dx.withUnsafeMutableBufferPointer { b in
      if let base = b.baseAddress { GELU.backward(x.count, x: x, dy: base, dx: base) }
    }
    for i in x.indices {
      let v = Double(x[i])
      let cumulative = 0.5 * erfc(-v * 0.5.squareRoot())
      #expect(abs(Double(y[i]) - v * cumulative) <= 1e-6 * max(1, abs(v)), "gelu(\(v)) = \(y[i])")
      let slope = cumulative + v * exp(-v * v / 2) / (2 * Double.pi).squareRoot()
      #expect(abs(Double(dx[i]) - Double(dy[i]) * slope) <= 1e-6, "slope at \(v)")
    }
  }

  @Test func exponential() {
    for i in stride(from: Float(-87), through: 88, by: 0.37) {
      let y = exp16(Vector16(repeating: i))
      #expect(abs(Double(y[7]) / exp(Double(i)) - 1) < 3e-7, "exp(\(i))")
    }
    #expect(exp16(Vector16(repeating: -1000))[0] < 1.7e-38)
  }

  @Test(arguments: [(1, 1), (15, 15), (16, 16), (17, 17), (40, 33), (40, 16), (5, 1)])
  func softmax(_ n: Int, visible: Int) {
    // A large offset must not overflow.
    let x = noise("x", n).map { $0 * 9 + 200 }
    var y = x
    y.withUnsafeMutableBufferPointer { b in
      if let base = b.baseAddress { Attention.softmax(n, visible: visible, base) }
    }
    let powers = x[..<visible].map { exp(Double($0) - 200) }
    let sum = powers.reduce(0, +)
    expectClose(y, powers.map { $0 / sum } + [Double](repeating: 0, count: n - visible), within: 1e-6, "softmax")
  }

  @Test(arguments: [1, 5, 16, 35]) func normalise(_ d: Int) {
    let (x, dy) = (noise("x", d), noise("dy", d))
    func twin(_ x: [Double]) -> [Double] {
      let length = x.reduce(0) { $0 + $1 * $1 }.squareRoot()
      return x.map { $0 / length }
    }
    var y = [Float](repeating: .nan, count: d)
    var dx = y
    let scale = Rows.normalise(d, x, &y)
    Rows.normaliseBackward(d, y: y, scale: scale, dy: dy, dx: &dx)
    expectClose(y, twin(doubles(x)), within: 1e-6, "y")
    expectClose(dx, slopes(doubles(x), dy, twin), "dx")
    // Nothing has no direction: it stays nothing, and is no NaN.
    _ = Rows.normalise(d, [Float](repeating: 0, count: d), &y)
    #expect(y.allSatisfy { $0 == 0 })
  }

  @Test(arguments: [0, 1, 16, 19]) func sums(_ d: Int) {
    let x = noise("x", 3 * d)
    var sum = [Float](repeating: 0.5, count: d)
    Rows.addColumnSums(3, d, x, into: &sum)
    expectClose(sum, (0..<d).map { c in 0.5 + (0..<3).reduce(0) { $0 + Double(x[$1 * d + c]) } }, within: 1e-6, "sum")
    var y = [Float](repeating: 0.5, count: d)
    Rows.add(d, 3, x, into: &y)
    expectClose(y, (0..<d).map { 0.5 + 3 * Double(x[$0]) }, within: 1e-6, "a x + y")
    let dot = (0..<d).reduce(0) { $0 + Double(x[$1]) * Double(x[d + $1]) }
    #expect(abs(Double(Rows.dot(d, x, Array(x[d..<2 * d]))) - dot) < 1e-5)
  }
}
