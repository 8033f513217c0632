import Tensor

/// How a sentence's tokens become one vector.
public enum TextPooling: String, Hashable, Sendable, Codable {
  case classToken = "class"
  case mean
  case max
  /// The class token through a linear layer of its own and tanh, as BERT was pretrained.
  case pooler
}

/// BERT's shape (arXiv 1810.04805), in the terms of the public implementation.
public struct BERTConfiguration: Hashable, Sendable, Codable {
  public var vocabulary = 30_522
  public var width = 768
  public var layers = 12
  public var heads = 12
  public var hidden = 3072
  public var positions = 512
  public var pooling = TextPooling.classToken
  /// Width of the shared embedding space.
  public var projection = 512

  public init() {}

  func check() throws(ConfigurationError) {
    let sizes = [vocabulary, width, layers, heads, hidden, positions, projection]
    guard sizes.allSatisfy({ (1...1_000_000).contains($0) }), layers <= 256, width % heads == 0 else {
      throw .impossible("text tower of width \(width), \(heads) heads, \(layers) layers")
    }
  }
}

/// BERT with a linear map into the shared space; weights under `text_encoder.*` and `text_proj.*`.
public struct TextEncoder: Sendable {
  public let configuration: BERTConfiguration
  private let words: Int
  private let positions: Int
  private let types: Int
  let norm: NormOffsets
  let layers: [Layer]
  /// Only where the configuration pools so.
  private let pooler: LinearOffsets?
  let projection: LinearOffsets

  public init(_ configuration: BERTConfiguration, into layout: inout ParameterLayout) throws(ConfigurationError) {
    try configuration.check()
    let c = configuration
    self.configuration = c
    let root = "text_encoder.embeddings."
    words = layout.add(root + "word_embeddings.weight", [c.vocabulary, c.width])
    positions = layout.add(root + "position_embeddings.weight", [c.positions, c.width])
    types = layout.add(root + "token_type_embeddings.weight", [2, c.width])
    norm = NormOffsets(root + "LayerNorm", c.width, eps: 1e-12, into: &layout)
    layers = (0..<c.layers).map { Layer("text_encoder.encoder.layer.\($0).", c, into: &layout) }
    pooler =
      c.pooling == .pooler ? LinearOffsets("text_encoder.pooler.dense", c.width, c.width, into: &layout) : nil
    projection = LinearOffsets("text_proj", c.width, c.projection, into: &layout)
  }

  struct Layer: Sendable {
    let query: LinearOffsets
    let key: LinearOffsets
    let value: LinearOffsets
    let out: LinearOffsets
    let norm1: NormOffsets
    let fc1: LinearOffsets
    let fc2: LinearOffsets
    let norm2: NormOffsets

    init(_ name: String, _ c: BERTConfiguration, into layout: inout ParameterLayout) {
      query = LinearOffsets(name + "attention.self.query", c.width, c.width, into: &layout)
      key = LinearOffsets(name + "attention.self.key", c.width, c.width, into: &layout)
      value = LinearOffsets(name + "attention.self.value", c.width, c.width, into: &layout)
      out = LinearOffsets(name + "attention.output.dense", c.width, c.width, into: &layout)
      norm1 = NormOffsets(name + "attention.output.LayerNorm", c.width, eps: 1e-12, into: &layout)
      fc1 = LinearOffsets(name + "intermediate.dense", c.width, c.hidden, into: &layout)
      fc2 = LinearOffsets(name + "output.dense", c.hidden, c.width, into: &layout)
      norm2 = NormOffsets(name + "output.LayerNorm", c.width, eps: 1e-12, into: &layout)
    }
  }

  fileprivate struct LayerTrace {
    let x, q, k, v, weights, attended, sum1, saved1, middle, hidden, activated, sum2, saved2: UnsafePointer<Float>
  }

  /// What a forward pass leaves behind; its pointers live until the arena is reset.
  public struct Trace {
    let ids: [Int]
    let visible: Int
    let embedded: UnsafePointer<Float>
    let saved: UnsafePointer<Float>
    fileprivate let layers: [LayerTrace]
    /// Last hidden state [tokens, width].
    public let states: UnsafePointer<Float>
    /// Pooled state [width].
    public let pooled: UnsafePointer<Float>
    /// [projection], before and after L2 normalisation.
    public let projected: UnsafePointer<Float>
    public let embedding: UnsafePointer<Float>
    let scale: Float
  }

  /// Token ids of one sentence → unit embedding. Tokens from `visible` on are padding and masked out. Ids outside the
  /// vocabulary count as 0, and tokens beyond the position table are cut.
  public func forward(_ p: UnsafePointer<Float>, ids given: [Int], visible: Int? = nil, arena: Arena) -> Trace {
    let c = configuration
    let ids = known(given)
    let n = ids.count
    let d = c.width
    let visible = Swift.max(1, min(visible ?? n, n))
    let embedded = arena.floats(n * d)
    embed(p, ids, into: embedded)
    let saved = arena.floats(n * 2)
    var x = arena.floats(n * d)
    norm.forward(p, n, embedded, x, saved: saved)
    var traces: [LayerTrace] = []
    for layer in layers {
      let trace = forward(p, layer, n, visible, x, arena)
      x = trace.y
      traces.append(trace.trace)
    }
    let pooled = arena.floats(d)
    pool(p, x, visible, into: pooled)
    let projected = arena.floats(c.projection)
    projection.forward(p, 1, pooled, projected)
    let embedding = arena.floats(c.projection)
    let scale = Rows.normalise(c.projection, projected, embedding)
    return Trace(
      ids: ids, visible: visible, embedded: embedded, saved: saved, layers: traces, states: x, pooled: pooled,
      projected: projected, embedding: embedding, scale: scale)
  }

  /// Ids as far as the position table goes, those outside the vocabulary as 0; never empty.
  func known(_ ids: [Int]) -> [Int] {
    let cut = ids.prefix(configuration.positions).map { (0..<configuration.vocabulary).contains($0) ? $0 : 0 }
    return cut.isEmpty ? [0] : cut
  }

  /// Words with their positions and type [tokens, width], before the norm.
  func embed(_ p: UnsafePointer<Float>, _ ids: [Int], into embedded: UnsafeMutablePointer<Float>) {
    let d = configuration.width
    for (i, id) in ids.enumerated() {
      let row = embedded + i * d
      row.update(from: p + words + id * d, count: d)
      Rows.add(d, p + positions + i * d, into: row)
      Rows.add(d, p + types, into: row)
    }
  }

  private func attention(_ n: Int) -> Attention {
    let width = configuration.width / configuration.heads
    return Attention(
      queries: n, keys: n, heads: configuration.heads, width: width, scale: 1 / Float(width).squareRoot())
  }

  private func forward(
    _ p: UnsafePointer<Float>, _ layer: Layer, _ n: Int, _ visible: Int, _ x: UnsafePointer<Float>, _ arena: Arena
  ) -> (trace: LayerTrace, y: UnsafeMutablePointer<Float>) {
    let d = configuration.width
    let hiddenWidth = configuration.hidden
    let (q, k, v) = (arena.floats(n * d), arena.floats(n * d), arena.floats(n * d))
    layer.query.forward(p, n, x, q)
    layer.key.forward(p, n, x, k)
    layer.value.forward(p, n, x, v)
    let attention = attention(n)
    let weights = arena.floats(attention.weightCount)
    let attended = arena.floats(n * d)
    attention.forward(q: q, k: k, v: v, visibleKeys: visible, weights: weights, y: attended)
    let sum1 = arena.floats(n * d)
    layer.out.forward(p, n, attended, sum1)
    Rows.add(n * d, x, into: sum1)
    let saved1 = arena.floats(n * 2)
    let middle = arena.floats(n * d)
    layer.norm1.forward(p, n, sum1, middle, saved: saved1)
    let hidden = arena.floats(n * hiddenWidth)
    layer.fc1.forward(p, n, middle, hidden)
    let activated = arena.floats(n * hiddenWidth)
    GELU.forward(n * hiddenWidth, x: hidden, y: activated)
    let sum2 = arena.floats(n * d)
    layer.fc2.forward(p, n, activated, sum2)
    Rows.add(n * d, middle, into: sum2)
    let saved2 = arena.floats(n * 2)
    let y = arena.floats(n * d)
    layer.norm2.forward(p, n, sum2, y, saved: saved2)
    let trace = LayerTrace(
      x: x, q: q, k: k, v: v, weights: weights, attended: attended, sum1: sum1, saved1: saved1, middle: middle,
      hidden: hidden, activated: activated, sum2: sum2, saved2: saved2)
    return (trace, y)
  }

  func pool(
    _ p: UnsafePointer<Float>, _ x: UnsafePointer<Float>, _ visible: Int, into pooled: UnsafeMutablePointer<Float>
  ) {
    let d = configuration.width
    pooled.update(from: x, count: d)
    switch configuration.pooling {
    case .classToken: break
    case .pooler:
      pooler?.forward(p, 1, x, pooled)
      for i in 0..<d { pooled[i] = Activation.tanh(pooled[i]) }
    case .mean:
      for row in 1..<Swift.max(visible, 1) { Rows.add(d, x + row * d, into: pooled) }
      for i in 0..<d { pooled[i] /= Float(visible) }
    case .max:
      for row in 1..<Swift.max(visible, 1) {
        for i in 0..<d where x[row * d + i] > pooled[i] { pooled[i] = x[row * d + i] }
      }
    }
  }

  /// Adds every weight's gradient to `g`, given that of the embedding [projection].
  public func backward(
    _ p: UnsafePointer<Float>, _ g: UnsafeMutablePointer<Float>, _ trace: Trace, dEmbedding: UnsafePointer<Float>,
    arena: Arena
  ) {
    let c = configuration
    let (n, d) = (trace.ids.count, c.width)
    let dProjected = arena.floats(c.projection)
    Rows.normaliseBackward(c.projection, y: trace.embedding, scale: trace.scale, dy: dEmbedding, dx: dProjected)
    let dPooled = arena.floats(d)
    projection.backward(p, g, 1, x: trace.pooled, dy: dProjected, dx: dPooled)
    var dx = arena.zeros(n * d)
    poolBackward(p, g, trace, dPooled, into: dx)
    for (layer, trace) in zip(layers, trace.layers).reversed() { dx = backward(p, g, layer, trace, n, dx, arena) }
    let dEmbedded = arena.floats(n * d)
    norm.backward(p, g, n, x: trace.embedded, saved: trace.saved, dy: dx, dx: dEmbedded)
    for (i, id) in trace.ids.enumerated() {
      Rows.add(d, dEmbedded + i * d, into: g + words + id * d)
      Rows.add(d, dEmbedded + i * d, into: g + positions + i * d)
      Rows.add(d, dEmbedded + i * d, into: g + types)
    }
  }

  /// `dx` comes zeroed.
  private func poolBackward(
    _ p: UnsafePointer<Float>, _ g: UnsafeMutablePointer<Float>, _ trace: Trace,
    _ dPooled: UnsafeMutablePointer<Float>, into dx: UnsafeMutablePointer<Float>
  ) {
    let d = configuration.width
    switch configuration.pooling {
    case .classToken: dx.update(from: dPooled, count: d)
    case .pooler:
      for i in 0..<d { dPooled[i] *= 1 - trace.pooled[i] * trace.pooled[i] }
      pooler?.backward(p, g, 1, x: trace.states, dy: dPooled, dx: dx)
    case .mean: for row in 0..<trace.visible { Rows.add(d, 1 / Float(trace.visible), dPooled, into: dx + row * d) }
    case .max:
      for i in 0..<d {
        let row = (0..<trace.visible).first { trace.states[$0 * d + i] == trace.pooled[i] } ?? 0
        dx[row * d + i] = dPooled[i]
      }
    }
  }

  private func backward(
    _ p: UnsafePointer<Float>, _ g: UnsafeMutablePointer<Float>, _ layer: Layer, _ trace: LayerTrace, _ n: Int,
    _ dy: UnsafePointer<Float>, _ arena: Arena
  ) -> UnsafeMutablePointer<Float> {
    let d = configuration.width
    let hiddenWidth = configuration.hidden
    let dSum2 = arena.floats(n * d)
    layer.norm2.backward(p, g, n, x: trace.sum2, saved: trace.saved2, dy: dy, dx: dSum2)
    let dHidden = arena.floats(n * hiddenWidth)
    layer.fc2.backward(p, g, n, x: trace.activated, dy: dSum2, dx: dHidden)
    GELU.backward(n * hiddenWidth, x: trace.hidden, dy: dHidden, dx: dHidden)
    // dSum2 goes on as the residual's share
    layer.fc1.backward(p, g, n, x: trace.middle, dy: dHidden, dx: dSum2, accumulate: true)
    let dSum1 = arena.floats(n * d)
    layer.norm1.backward(p, g, n, x: trace.sum1, saved: trace.saved1, dy: dSum2, dx: dSum1)
    let dAttended = arena.floats(n * d)
    layer.out.backward(p, g, n, x: trace.attended, dy: dSum1, dx: dAttended)
    let (dq, dk, dv) = (arena.floats(n * d), arena.floats(n * d), arena.floats(n * d))
    attention(n).backward(
      q: trace.q, k: trace.k, v: trace.v, weights: trace.weights, dy: dAttended, dq: dq, dk: dk, dv: dv,
      scratch: arena.floats(n * n))
    layer.query.backward(p, g, n, x: trace.x, dy: dq, dx: dSum1, accumulate: true)
    layer.key.backward(p, g, n, x: trace.x, dy: dk, dx: dSum1, accumulate: true)
    layer.value.backward(p, g, n, x: trace.x, dy: dv, dx: dSum1, accumulate: true)
    return dSum1
  }
}
