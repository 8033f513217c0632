import Tensor

/// The gated multi-view attention head: embeddings of n clips in, one logit out (design: arXiv 2312.00357; gated
/// attention as in arXiv 1802.04712). Keys are the published ones.
public struct MultiViewHead: Sendable {
  public let dim: Int
  private let fc1: LinearOffsets
  private let fc2: LinearOffsets
  private let tanhGate: LinearOffsets
  private let sigmoidGate: LinearOffsets
  private let score: LinearOffsets
  private let classifier: LinearOffsets

  public init(dim: Int, name: String, into layout: inout ParameterLayout) {
    self.dim = dim
    let (half, quarter) = (dim / 2, dim / 4)
    fc1 = LinearOffsets(name + "attention_net.0", dim, half, into: &layout)
    fc2 = LinearOffsets(name + "attention_net.3", half, half, into: &layout)
    tanhGate = LinearOffsets(name + "attention_net.6.attention_a.0", half, quarter, into: &layout)
    sigmoidGate = LinearOffsets(name + "attention_net.6.attention_b.0", half, quarter, into: &layout)
    score = LinearOffsets(name + "attention_net.6.attention_c", quarter, 1, into: &layout)
    classifier = LinearOffsets(name + "classifier_head.fc.0", half, 1, into: &layout)
  }

  /// Offset of the classifier's bias: an LVEF head starts it at 0.57.
  public var classifierBias: Int { classifier.bias }

  public struct Trace {
    let n: Int
    let views, h1, h2, a, b, gated, pooled: UnsafePointer<Float>
    /// Softmax over the views [n].
    public let attention: UnsafePointer<Float>
    public let logit: Float
    let masks: UnsafePointer<Float>?
  }

  /// views [n, dim]. `masks` [2, n, dim/2], where given, multiplies both hidden layers: dropout while training.
  public func forward(
    _ p: UnsafePointer<Float>, views: UnsafePointer<Float>, n: Int, masks: UnsafePointer<Float>? = nil, arena: Arena
  ) -> Trace {
    let (half, quarter) = (dim / 2, dim / 4)
    let (h1, h2) = (arena.floats(n * half), arena.floats(n * half))
    fc1.forward(p, n, views, h1)
    Self.rectify(n * half, h1, masks)
    fc2.forward(p, n, h1, h2)
    Self.rectify(n * half, h2, masks.map { $0 + n * half })
    let (a, b, gated) = (arena.floats(n * quarter), arena.floats(n * quarter), arena.floats(n * quarter))
    tanhGate.forward(p, n, h2, a)
    sigmoidGate.forward(p, n, h2, b)
    for i in 0..<n * quarter {
      a[i] = Activation.tanh(a[i])
      b[i] = Activation.sigmoid(b[i])
      gated[i] = a[i] * b[i]
    }
    let attention = arena.floats(n)
    score.forward(p, n, gated, attention)
    Activation.softmax(n, attention)
    let pooled = arena.zeros(half)
    for view in 0..<n { Rows.add(half, attention[view], h2 + view * half, into: pooled) }
    let logit = arena.floats(1)
    classifier.forward(p, 1, pooled, logit)
    return Trace(
      n: n, views: views, h1: h1, h2: h2, a: a, b: b, gated: gated, pooled: pooled, attention: attention,
      logit: logit[0], masks: masks)
  }

  /// Adds every weight's gradient to `g`, given that of the logit. The views are frozen and need none.
  public func backward(
    _ p: UnsafePointer<Float>, _ g: UnsafeMutablePointer<Float>, _ trace: Trace, dLogit: Float, arena: Arena
  ) {
    let (n, half, quarter) = (trace.n, dim / 2, dim / 4)
    let dy = arena.floats(1)
    dy[0] = dLogit
    let dPooled = arena.floats(half)
    classifier.backward(p, g, 1, x: trace.pooled, dy: dy, dx: dPooled)
    let dAttention = arena.floats(n)
    let dh2 = arena.zeros(n * half)
    for view in 0..<n {
      dAttention[view] = Rows.dot(half, dPooled, trace.h2 + view * half)
      Rows.add(half, trace.attention[view], dPooled, into: dh2 + view * half)
    }
    let along = Rows.dot(n, dAttention, trace.attention)
    for view in 0..<n { dAttention[view] = trace.attention[view] * (dAttention[view] - along) }
    let dGated = arena.floats(n * quarter)
    score.backward(p, g, n, x: trace.gated, dy: dAttention, dx: dGated)
    let (da, db) = (arena.floats(n * quarter), arena.floats(n * quarter))
    for i in 0..<n * quarter {
      let (a, b) = (trace.a[i], trace.b[i])
      da[i] = dGated[i] * b * (1 - a * a)
      db[i] = dGated[i] * a * b * (1 - b)
    }
    tanhGate.backward(p, g, n, x: trace.h2, dy: da, dx: dh2, accumulate: true)
    sigmoidGate.backward(p, g, n, x: trace.h2, dy: db, dx: dh2, accumulate: true)
    Self.rectifyBackward(n * half, trace.h2, dh2, trace.masks.map { $0 + n * half })
    let dh1 = arena.floats(n * half)
    fc2.backward(p, g, n, x: trace.h1, dy: dh2, dx: dh1)
    Self.rectifyBackward(n * half, trace.h1, dh1, trace.masks)
    fc1.backward(p, g, n, x: trace.views, dy: dh1, dx: nil)
  }

  private static func rectify(_ n: Int, _ x: UnsafeMutablePointer<Float>, _ mask: UnsafePointer<Float>?) {
    for i in 0..<n { x[i] = x[i] > 0 ? x[i] * (mask?[i] ?? 1) : 0 }
  }

  private static func rectifyBackward(
    _ n: Int, _ y: UnsafePointer<Float>, _ dy: UnsafeMutablePointer<Float>, _ mask: UnsafePointer<Float>?
  ) {
    for i in 0..<n { dy[i] = y[i] > 0 ? dy[i] * (mask?[i] ?? 1) : 0 }
  }
}
