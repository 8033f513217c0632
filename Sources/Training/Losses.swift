import Glibc
import Tensor

/// Losses with their gradients.
public enum Losses {
  /// Symmetric InfoNCE (ConVIRT, arXiv 2010.00747, eq. 3–4) over unit rows v, t [n, d]: the mean of both directions'
  /// cross entropies of v tᵀ · `scale`. Rows whose `group` is equal share the target: the same sentence twice in a batch
  /// is no negative. Pairs that are `masked` [row of v, row of t] are left out of both sums. Returns the loss and its gradients for v, t and ln(scale).
  public static func infoNCE(
    v: [Float], t: [Float], n: Int, d: Int, scale: Float, groups: [Int]? = nil, masked: [Bool]? = nil
  ) -> (loss: Float, dv: [Float], dt: [Float], dLogScale: Float) {
    var logits = [Float](repeating: 0, count: n * n)
    Blas.gemm(n, n, d, alpha: scale, v, lda: d, t, ldb: d, transposedB: true, beta: 0, &logits, ldc: n)
    var gradient = [Float](repeating: 0, count: n * n)
    var loss = 0.0
    let weight = 0.5 / Float(n)
    for transposed in [false, true] {
      for i in 0..<n {
        func at(_ j: Int) -> Int { transposed ? j * n + i : i * n + j }
        func isMasked(_ j: Int) -> Bool { masked.map { $0[at(j)] } ?? false }
        let top = (0..<n).filter { !isMasked($0) }.map { logits[at($0)] }.max() ?? 0
        let exponentials = (0..<n).map { isMasked($0) ? 0 : expf(logits[at($0)] - top) }
        let sum = exponentials.reduce(0, +)
        let same = groups.map { g in (0..<n).map { g[$0] == g[i] } } ?? (0..<n).map { $0 == i }
        let share = 1 / Float(same.count { $0 })
        for j in 0..<n {
          let target = same[j] ? share : 0
          gradient[at(j)] += weight * (exponentials[j] / sum - target)
          if target > 0 { loss -= Double(weight * target * (logits[at(j)] - top - logf(sum))) }
        }
      }
    }
    var dv = [Float](repeating: 0, count: n * d)
    var dt = dv
    Blas.gemm(n, d, n, alpha: scale, gradient, lda: n, t, ldb: d, beta: 0, &dv, ldc: d)
    Blas.gemm(n, d, n, alpha: scale, gradient, lda: n, transposedA: true, v, ldb: d, beta: 0, &dt, ldc: d)
    let dLogScale = zip(gradient, logits).reduce(Float(0)) { $0 + $1.0 * $1.1 }
    return (Float(loss), dv, dt, dLogScale)
  }

  /// torch.nn.functional.huber_loss with the given delta.
  public static func huber(_ x: Float, _ target: Float, delta: Float) -> (loss: Float, gradient: Float) {
    let e = x - target
    if abs(e) <= delta { return (0.5 * e * e, e) }
    return (delta * (abs(e) - 0.5 * delta), e < 0 ? -delta : delta)
  }

  /// torch.nn.functional.binary_cross_entropy_with_logits with pos_weight.
  public static func binary(_ logit: Float, _ target: Bool, positiveWeight: Float) -> (loss: Float, gradient: Float) {
    let p = Activation.sigmoid(logit)
    // ln(1 + e^-|x|) stays exact where e^x would not.
    let soft = log1pf(expf(-abs(logit)))
    if target { return (positiveWeight * (soft + max(-logit, 0)), positiveWeight * (p - 1)) }
    return (soft + max(logit, 0), p)
  }
}
