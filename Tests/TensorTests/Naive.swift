import Tensor
import TestSupport
import Testing

/// The kernels' plain twins, in double precision, written from the formulas and never for speed.
enum Naive {
  /// x [n, k] Wᵀ + b, with W [m, k].
  static func linear(_ n: Int, _ k: Int, _ m: Int, _ x: [Double], _ w: [Double], _ b: [Double]) -> [Double] {
    (0..<n * m).map { i in (0..<k).reduce(b[i % m]) { $0 + x[i / m * k + $1] * w[i % m * k + $1] } }
  }

  static func layerNorm(_ n: Int, _ d: Int, eps: Double, _ x: [Double], _ w: [Double], _ b: [Double]) -> [Double] {
    (0..<n).flatMap { row -> [Double] in
      let x = x[row * d..<(row + 1) * d]
      let mean = x.reduce(0, +) / Double(d)
      let variance = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(d)
      return x.enumerated().map { ($1 - mean) / (variance + eps).squareRoot() * w[$0] + b[$0] }
    }
  }

  /// Heads side by side in a row; keys from `visible` on count for nothing.
  static func attention(
    _ a: Attention, visible: Int, _ q: [Double], _ k: [Double], _ v: [Double], exp: (Double) -> Double
  ) -> [Double] {
    let d = a.heads * a.width
    var y = [Double](repeating: 0, count: a.queries * d)
    for head in 0..<a.heads {
      for row in 0..<a.queries {
        let weights = (0..<visible).map { key in
          exp(
            Double(a.scale)
              * (0..<a.width).reduce(0) {
                $0 + q[row * d + head * a.width + $1] * k[key * d + head * a.width + $1]
              })
        }
        let sum = weights.reduce(0, +)
        for (key, weight) in weights.enumerated() {
          for c in 0..<a.width { y[row * d + head * a.width + c] += weight / sum * v[key * d + head * a.width + c] }
        }
      }
    }
    return y
  }

  /// Calls the body with every output token, tap and input token of a sliding window that lie inside.
  static func slide(
    _ input: TokenGrid, _ kernel: TokenGrid, _ stride: TokenGrid, _ padding: TokenGrid,
    _ body: (_ out: Int, _ tap: Int, _ at: Int) -> Void
  ) {
    let out = input.windowed(kernel: kernel, stride: stride, padding: padding)
    for o in 0..<out.count {
      for tap in 0..<kernel.count {
        let t = o / (out.h * out.w) * stride.t - padding.t + tap / (kernel.h * kernel.w)
        let h = o / out.w % out.h * stride.h - padding.h + tap / kernel.w % kernel.h
        let w = o % out.w * stride.w - padding.w + tap % kernel.w
        guard (0..<input.t).contains(t), (0..<input.h).contains(h), (0..<input.w).contains(w) else { continue }
        body(o, tap, (t * input.h + h) * input.w + w)
      }
    }
  }
}

/// Numbers in [-1, 1) that follow from a name.
func noise(_ name: String, _ n: Int) -> [Float] { FormulaWeights.values("embeddings.\(name)", [1, n]).map { $0 * 2 } }

func doubles(_ x: [Float]) -> [Double] { x.map(Double.init) }

/// Largest difference against a twin in double precision.
func expectClose(_ x: [Float], _ y: [Double], within bound: Float = 1e-5, _ what: String) {
  let difference = largestDifference(x, y.map { Float($0) })
  #expect(difference <= bound, "\(what): \(difference)")
}

/// Σ dy · ∂y/∂x for every x, by central differences of the twin.
func slopes(_ x: [Double], _ dy: [Float], _ twin: ([Double]) -> [Double]) -> [Double] {
  let h = 1e-5
  var x = x
  return x.indices.map { i in
    let kept = x[i]
    x[i] = kept + h
    let up = twin(x)
    x[i] = kept - h
    let down = twin(x)
    x[i] = kept
    return zip(dy, zip(up, down)).reduce(0) { $0 + Double($1.0) * ($1.1.0 - $1.1.1) / (2 * h) }
  }
}
