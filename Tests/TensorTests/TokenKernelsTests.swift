import Glibc
import TestSupport
import Testing

@testable import Tensor

/// Kernels that mix tokens, against their plain twins.
@Suite struct TokenKernelsTests {
  struct Sliding: CustomStringConvertible, Sendable {
    var input: TokenGrid
    var kernel: TokenGrid
    var stride: TokenGrid
    var description: String { "\(input) by \(kernel), stride \(stride)" }

    init(_ input: (Int, Int, Int), _ kernel: (Int, Int, Int), _ stride: (Int, Int, Int)) {
      self.input = TokenGrid(input.0, input.1, input.2)
      self.kernel = TokenGrid(kernel.0, kernel.1, kernel.2)
      self.stride = TokenGrid(stride.0, stride.1, stride.2)
    }
  }

  static let slidings: [Sliding] = [
    Sliding((1, 1, 1), (3, 3, 3), (1, 1, 1)), Sliding((2, 3, 5), (3, 3, 3), (1, 1, 1)),
    Sliding((2, 4, 4), (3, 3, 3), (1, 2, 2)), Sliding((3, 5, 3), (3, 3, 3), (2, 4, 4)),
    Sliding((2, 5, 4), (1, 3, 3), (1, 2, 2)), Sliding((2, 2, 2), (1, 1, 1), (1, 1, 1)),
    Sliding((1, 3, 4), (2, 2, 2), (1, 1, 2)), Sliding((2, 3, 3), (3, 3, 3), (1, 8, 8)),
  ]

  @Test(arguments: slidings, [(1, 3), (2, 8), (3, 7)])
  func depthwiseConv3d(_ s: Sliding, heads: (Int, Int)) {
    let conv = DepthwiseConv3d(input: s.input, kernel: s.kernel, stride: s.stride, heads: heads.0, width: heads.1)
    let (d, taps) = (heads.0 * heads.1, s.kernel.count)
    let (x, w) = (noise("x", s.input.count * d), noise("w", heads.1 * taps))
    let dy = noise("dy", conv.output.count * d)
    func twin(_ x: [Double], _ w: [Double]) -> [Double] {
      var y = [Double](repeating: 0, count: dy.count)
      Naive.slide(s.input, s.kernel, s.stride, s.kernel.half) { o, tap, at in
        for c in 0..<d { y[o * d + c] += x[at * d + c] * w[c % heads.1 * taps + tap] }
      }
      return y
    }
    var scratch = [Float](repeating: .nan, count: conv.scratchCount)
    var y = [Float](repeating: .nan, count: dy.count)
    conv.forward(x: x, weight: w, y: &y, scratch: &scratch)
    expectClose(y, twin(doubles(x), doubles(w)), "y")
    // Any part of the outputs alone gives the same bits.
    let (middle, packed) = (conv.output.count / 2, conv.packed(w))
    var parts = [Float](repeating: .nan, count: dy.count)
    conv.forward(outputs: 0..<middle, x: x, packed: packed, y: &parts)
    parts.withUnsafeMutableBufferPointer { parts in
      guard let parts = parts.baseAddress else { return }
      conv.forward(outputs: middle..<conv.output.count, x: x, packed: packed, y: parts + middle * d)
    }
    #expect(parts == y)
    // Inputs that no output sees may hold anything.
    var other = x
    let unseen = Set(0..<s.input.count).subtracting(conv.seenInputs ?? Array(0..<s.input.count))
    for token in unseen { for c in 0..<d { other[token * d + c] = .nan } }
    conv.forward(x: other, weight: w, y: &parts, scratch: &scratch)
    #expect(parts == y)
    var dx = [Float](repeating: .nan, count: x.count)
    var dw = [Float](repeating: 0.5, count: w.count)
    conv.backward(x: x, weight: w, dy: dy, dx: &dx, dWeight: &dw, scratch: &scratch)
    // The twin is linear in either argument, so its gradient is its transpose.
    var (dx64, dw64) = ([Double](repeating: 0, count: x.count), [Double](repeating: 0.5, count: w.count))
    Naive.slide(s.input, s.kernel, s.stride, s.kernel.half) { o, tap, at in
      for c in 0..<d {
        dx64[at * d + c] += Double(dy[o * d + c]) * Double(w[c % heads.1 * taps + tap])
        dw64[c % heads.1 * taps + tap] += Double(dy[o * d + c]) * Double(x[at * d + c])
      }
    }
    expectClose(dx, dx64, "dx")
    expectClose(dw, dw64, "dWeight")
  }

  @Test(arguments: slidings, [1, 16, 19])
  func maxPool3d(_ s: Sliding, _ d: Int) {
    let pool = MaxPool3d(input: s.input, kernel: s.kernel, stride: s.stride, channels: d)
    let n = pool.output.count * d
    let (x, dy) = (noise("x", s.input.count * d), noise("dy", n))
    var y = [Float](repeating: .nan, count: n)
    var chosen = y
    pool.forward(x: x, y: &y, chosen: &chosen)
    var dx = [Float](repeating: 0.5, count: x.count)
    pool.backward(chosen: chosen, dy: dy, dx: &dx)
    var (top, from) = ([Float](repeating: -.infinity, count: n), [Int](repeating: -1, count: n))
    Naive.slide(s.input, s.kernel, s.stride, s.kernel.half) { o, _, at in
      for c in 0..<d where x[at * d + c] > top[o * d + c] { (top[o * d + c], from[o * d + c]) = (x[at * d + c], at) }
    }
    #expect(y == top)
    let last = pool.output.count - 1
    var row = [Float](repeating: .nan, count: d)
    pool.forward(outputs: last..<last + 1, x: x, y: &row)
    #expect(row == Array(top[last * d..<n]))
    var dx64 = [Double](repeating: 0.5, count: x.count)
    for i in 0..<n { dx64[from[i] * d + i % d] += Double(dy[i]) }
    expectClose(dx, dx64, within: 1e-6, "dx")
  }

  /// Colour, and one grey channel that must stand for three equal ones, forward and backward.
  @Test(arguments: [
    Sliding((3, 8, 8), (3, 7, 7), (2, 4, 4)), Sliding((2, 5, 6), (1, 3, 2), (1, 1, 3)),
    Sliding((1, 1, 1), (1, 1, 1), (1, 1, 1)),
  ])
  func patchEmbedding(_ s: Sliding) {
    let width = 5
    let patch = PatchEmbedding(
      channels: 3, input: s.input, kernel: s.kernel, stride: s.stride, padding: s.kernel.half, width: width)
    let (size, taps) = (s.input.count, s.kernel.count)
    let (w, b) = (noise("w", width * 3 * taps), noise("b", width))
    let dy = noise("dy", patch.output.count * width)
    for grey in [false, true] {
      let clip = noise("clip", (grey ? 1 : 3) * size)
      let colour = grey ? clip + clip + clip : clip
      var y64 = (0..<dy.count).map { Double(b[$0 % width]) }
      var dw64 = [Double](repeating: 0.5, count: w.count)
      Naive.slide(s.input, s.kernel, s.stride, s.kernel.half) { o, tap, at in
        for c in 0..<width {
          for channel in 0..<3 {
            let i = (c * 3 + channel) * taps + tap
            y64[o * width + c] += Double(colour[channel * size + at]) * Double(w[i])
            dw64[i] += Double(colour[channel * size + at]) * Double(dy[o * width + c])
          }
        }
      }
      let channels = grey ? 1 : 3
      var scratch = [Float](repeating: .nan, count: patch.scratchCount(clipChannels: channels))
      var y = [Float](repeating: .nan, count: dy.count)
      patch.forward(clip: clip, clipChannels: channels, weight: w, bias: b, tokens: &y, scratch: &scratch)
      expectClose(y, y64, within: 2e-5, "tokens")
      var (dw, db) = ([Float](repeating: 0.5, count: w.count), [Float](repeating: 0.5, count: width))
      patch.backward(clip: clip, clipChannels: channels, dTokens: dy, dWeight: &dw, dBias: &db, scratch: &scratch)
      expectClose(dw, dw64, within: 2e-5, "dWeight")
      let sums = (0..<width).map { c in stride(from: c, to: dy.count, by: width).reduce(0.5) { $0 + Double(dy[$1]) } }
      expectClose(db, sums, within: 1e-5, "dBias")
    }
  }

  @Test(arguments: [(1, 1, 1, 1, 1), (3, 4, 2, 3, 4), (2, 20, 1, 16, 17), (5, 3, 3, 5, 2), (7, 37, 2, 16, 37)])
  func attention(_ queries: Int, _ keys: Int, _ heads: Int, _ width: Int, visible: Int) {
    let a = Attention(queries: queries, keys: keys, heads: heads, width: width, scale: 0.7)
    let d = heads * width
    let (q, k, v, dy) = (noise("q", queries * d), noise("k", keys * d), noise("v", keys * d), noise("dy", queries * d))
    func twin(_ q: [Double], _ k: [Double], _ v: [Double]) -> [Double] {
      Naive.attention(a, visible: visible, q, k, v, exp: exp)
    }
    var weights = [Float](repeating: .nan, count: a.weightCount)
    var y = [Float](repeating: .nan, count: queries * d)
    a.forward(q: q, k: k, v: v, visibleKeys: visible, weights: &weights, y: &y)
    if visible == keys {
      var tile = [Float](repeating: .nan, count: queries * d)
      var scores = [Float](repeating: .nan, count: queries * keys)
      a.forward(q: q, k: k, v: v, scratch: &scores, y: &tile)
      expectClose(tile, twin(doubles(q), doubles(k), doubles(v)), "tile")
    }
    let (q64, k64, v64) = (doubles(q), doubles(k), doubles(v))
    expectClose(y, twin(q64, k64, v64), "y")
    var (dq, dk, dv) = (q.map { _ in Float.nan }, k.map { _ in Float.nan }, v.map { _ in Float.nan })
    var scratch = [Float](repeating: .nan, count: queries * keys)
    a.backward(q: q, k: k, v: v, weights: weights, dy: dy, dq: &dq, dk: &dk, dv: &dv, scratch: &scratch)
    expectClose(dq, slopes(q64, dy) { twin($0, k64, v64) }, "dq")
    expectClose(dk, slopes(k64, dy) { twin(q64, $0, v64) }, "dk")
    expectClose(dv, slopes(v64, dy) { twin(q64, k64, $0) }, "dv")
  }
}
