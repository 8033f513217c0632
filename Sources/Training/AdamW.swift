import Glibc
import Tensor

/// Adam with decoupled weight decay (arXiv 1711.05101), as torch.optim.AdamW.
public struct AdamW: Sendable {
  public var rate: Float
  public let beta1: Float
  public let beta2: Float
  public let eps: Float
  public let decay: Float
  /// Running means of the gradients and of their squares, and how many steps were done: with the settings above, all that
  /// the next step depends on.
  public private(set) var first: [Float]
  public private(set) var second: [Float]
  public private(set) var step = 0

  public init(
    count: Int, rate: Float, beta1: Float = 0.9, beta2: Float = 0.999, eps: Float = 1e-8, decay: Float = 0.01
  ) {
    self.rate = rate
    self.beta1 = beta1
    self.beta2 = beta2
    self.eps = eps
    self.decay = decay
    first = [Float](repeating: 0, count: count)
    second = first
  }

  /// As after `step` steps of another run.
  public mutating func restore(first: [Float], second: [Float], step: Int) {
    precondition(first.count == self.first.count && second.count == first.count, "AdamW: lengths differ")
    (self.first, self.second, self.step) = (first, second, step)
  }

  /// One step over flat weights and their gradients of the same length; the first `frozen` stay as they are.
  public mutating func update(_ weights: inout [Float], gradients: [Float], frozen: Int = 0) {
    precondition(weights.count == first.count && gradients.count == first.count, "AdamW: lengths differ")
    step += 1
    let correction1 = Float(1 - pow(Double(beta1), Double(step)))
    let correction2 = Float((1 - pow(Double(beta2), Double(step))).squareRoot())
    let size = rate / correction1
    let (beta1, beta2, eps, shrink) = (beta1, beta2, eps, 1 - rate * decay)
    weights.withUnsafeMutableBufferPointer { w in
      gradients.withUnsafeBufferPointer { g in
        first.withUnsafeMutableBufferPointer { m in
          second.withUnsafeMutableBufferPointer { v in
            for i in frozen..<w.count {
              let gradient = g[i]
              m[i] = beta1 * m[i] + (1 - beta1) * gradient
              v[i] = beta2 * v[i] + (1 - beta2) * gradient * gradient
              w[i] = w[i] * shrink - size * m[i] / (v[i].squareRoot() / correction2 + eps)
            }
          }
        }
      }
    }
  }
}

/// Linear warm-up, then a half cosine down to a twentieth.
public func learningRate(step: Int, of steps: Int, warmUp: Int, peak: Float) -> Float {
  if step < warmUp { return peak * Float(step + 1) / Float(warmUp) }
  let progress = Float(step - warmUp) / Float(max(steps - warmUp, 1))
  return peak * (0.05 + 0.95 * 0.5 * (1 + cosf(.pi * min(progress, 1))))
}

/// Scales gradients down to a largest norm; returns the norm that they had.
public func clip(_ gradients: inout [Float], norm limit: Float) -> Float {
  let norm = gradients.withUnsafeBufferPointer { g in
    g.baseAddress.map { Rows.dot(g.count, $0, $0).squareRoot() } ?? 0
  }
  if norm > limit {
    let scale = limit / norm
    for i in gradients.indices { gradients[i] *= scale }
  }
  return norm
}
