import Tensor

/// One block: pooled attention and an MLP, each beside its skip path.
struct MViTBlock: Sendable {
  let shape: MViTBlockShape
  let norm1: NormOffsets
  let q: PooledProjection
  let k: PooledProjection
  let v: PooledProjection
  let out: LinearOffsets
  let norm2: NormOffsets
  let fc1: LinearOffsets
  let fc2: LinearOffsets
  /// Widens the skip path where the width changes.
  let widen: LinearOffsets?
  let skip: MaxPool3d?

  init(_ shape: MViTBlockShape, kernel: TokenGrid, name: String, into layout: inout ParameterLayout) {
    self.shape = shape
    func pooled(_ letter: String, _ stride: TokenGrid?) -> PooledProjection {
      PooledProjection(letter, shape, kernel: kernel, stride: stride, name: name + "attn.", into: &layout)
    }
    norm1 = NormOffsets(name + "norm1", shape.dim, eps: 1e-6, into: &layout)
    q = pooled("q", shape.strideQ)
    k = pooled("k", shape.strideKV)
    v = pooled("v", shape.strideKV)
    out = LinearOffsets(name + "attn.proj", shape.dim, shape.dim, into: &layout)
    norm2 = NormOffsets(name + "norm2", shape.dim, eps: 1e-6, into: &layout)
    fc1 = LinearOffsets(name + "mlp.fc1", shape.dim, shape.hidden, into: &layout)
    fc2 = LinearOffsets(name + "mlp.fc2", shape.hidden, shape.dimOut, into: &layout)
    widen = shape.dim == shape.dimOut ? nil : LinearOffsets(name + "proj", shape.dim, shape.dimOut, into: &layout)
    if let stride = shape.strideQ, shape.poolsSkip {
      skip = MaxPool3d(input: shape.input, kernel: shape.skipKernel, stride: stride, channels: shape.dim)
    } else {
      skip = nil
    }
  }

  /// What the backward pass needs; pointers into the arena.
  struct Trace {
    let x: UnsafePointer<Float>
    let h: UnsafePointer<Float>
    let norm1Saved: UnsafePointer<Float>
    let q: PooledProjection.Trace
    let k: PooledProjection.Trace
    let v: PooledProjection.Trace
    /// Softmax [heads, queries, keys].
    let weights: UnsafePointer<Float>
    let attended: UnsafePointer<Float>
    let chosen: UnsafePointer<Float>?
    let middle: UnsafePointer<Float>
    let m: UnsafePointer<Float>
    let norm2Saved: UnsafePointer<Float>
    let hidden: UnsafePointer<Float>
    let activated: UnsafePointer<Float>
  }

  var attention: Attention {
    Attention(
      queries: 1 + shape.output.count, keys: 1 + k.output.count, heads: shape.heads, width: shape.headDim,
      scale: 1 / Float(shape.headDim).squareRoot())
  }

  /// x [1 + input, dim] → y [1 + output, dimOut]
  func forward(
    _ p: UnsafePointer<Float>, x: UnsafePointer<Float>, y: UnsafeMutablePointer<Float>, arena: Arena
  ) -> Trace {
    let d = shape.dim
    let (rows, outRows) = (1 + shape.input.count, 1 + shape.output.count)
    let h = arena.floats(rows * d)
    let norm1Saved = arena.floats(rows * 2)
    norm1.forward(p, rows, x, h, saved: norm1Saved)
    let qTrace = q.forward(p, h, arena)
    let kTrace = k.forward(p, h, arena)
    let vTrace = v.forward(p, h, arena)
    let attention = attention
    let weights = arena.floats(attention.weightCount)
    let attended = arena.floats(outRows * d)
    attention.forward(q: qTrace.y, k: kTrace.y, v: vTrace.y, weights: weights, y: attended)

    let middle = arena.floats(outRows * d)
    out.forward(p, outRows, attended, middle)
    var chosen: UnsafeMutablePointer<Float>?
    if let skip {
      let pooled = arena.floats(outRows * d)
      let kept = arena.floats(outRows * d)
      skip.forward(x: x + d, y: pooled + d, chosen: kept + d)
      pooled.update(from: x, count: d)
      Rows.add(outRows * d, pooled, into: middle)
      chosen = kept
    } else {
      Rows.add(outRows * d, x, into: middle)
    }

    let m = arena.floats(outRows * d)
    let norm2Saved = arena.floats(outRows * 2)
    norm2.forward(p, outRows, middle, m, saved: norm2Saved)
    let hidden = arena.floats(outRows * shape.hidden)
    fc1.forward(p, outRows, m, hidden)
    let activated = arena.floats(outRows * shape.hidden)
    GELU.forward(outRows * shape.hidden, x: hidden, y: activated)
    fc2.forward(p, outRows, activated, y)
    if let widen {
      let wide = arena.floats(outRows * shape.dimOut)
      widen.forward(p, outRows, m, wide)
      Rows.add(outRows * shape.dimOut, wide, into: y)
    } else {
      Rows.add(outRows * d, middle, into: y)
    }
    return Trace(
      x: x, h: h, norm1Saved: norm1Saved, q: qTrace, k: kTrace, v: vTrace, weights: weights, attended: attended,
      chosen: UnsafePointer(chosen), middle: middle, m: m, norm2Saved: norm2Saved, hidden: hidden,
      activated: activated)
  }

  /// dy [1 + output, dimOut] → dx [1 + input, dim], overwritten; weight gradients are added to `g`.
  func backward(
    _ p: UnsafePointer<Float>, _ g: UnsafeMutablePointer<Float>, _ trace: Trace, dy: UnsafePointer<Float>,
    dx: UnsafeMutablePointer<Float>, arena: Arena
  ) {
    let d = shape.dim
    let (rows, outRows) = (1 + shape.input.count, 1 + shape.output.count)
    // MLP and its skip path
    let dHidden = arena.floats(outRows * shape.hidden)
    fc2.backward(p, g, outRows, x: trace.activated, dy: dy, dx: dHidden)
    GELU.backward(outRows * shape.hidden, x: trace.hidden, dy: dHidden, dx: dHidden)
    let dm = arena.floats(outRows * d)
    fc1.backward(p, g, outRows, x: trace.m, dy: dHidden, dx: dm)
    let dMiddle = arena.floats(outRows * d)
    if let widen {
      widen.backward(p, g, outRows, x: trace.m, dy: dy, dx: dm, accumulate: true)
      norm2.backward(p, g, outRows, x: trace.middle, saved: trace.norm2Saved, dy: dm, dx: dMiddle)
    } else {
      dMiddle.update(from: dy, count: outRows * d)
      norm2.backward(p, g, outRows, x: trace.middle, saved: trace.norm2Saved, dy: dm, dx: dMiddle, accumulate: true)
    }
    // Attention
    let dAttended = arena.floats(outRows * d)
    out.backward(p, g, outRows, x: trace.attended, dy: dMiddle, dx: dAttended)
    let attention = attention
    let dq = arena.floats(outRows * d)
    let dk = arena.floats(attention.keys * d)
    let dv = arena.floats(attention.keys * d)
    attention.backward(
      q: trace.q.y, k: trace.k.y, v: trace.v.y, weights: trace.weights, dy: dAttended, dq: dq, dk: dk, dv: dv,
      scratch: arena.floats(attention.queries * attention.keys))
    let dh = arena.floats(rows * d)
    q.backward(p, g, trace.q, h: trace.h, dy: dq, dh: dh, accumulate: false, arena)
    k.backward(p, g, trace.k, h: trace.h, dy: dk, dh: dh, accumulate: true, arena)
    v.backward(p, g, trace.v, h: trace.h, dy: dv, dh: dh, accumulate: true, arena)
    // Skip path
    if let skip, let chosen = trace.chosen {
      dx.update(from: dMiddle, count: d)
      (dx + d).update(repeating: 0, count: (rows - 1) * d)
      skip.backward(chosen: chosen + d, dy: dMiddle + d, dx: dx + d)
    } else {
      dx.update(from: dMiddle, count: rows * d)
    }
    norm1.backward(p, g, rows, x: trace.x, saved: trace.norm1Saved, dy: dh, dx: dx, accumulate: true)
  }
}

/// A linear map into queries, keys or values, then, where there is a stride, the depthwise convolution and its norm.
struct PooledProjection: Sendable {
  let linear: LinearOffsets
  let pool: Int
  let norm: NormOffsets?
  let conv: DepthwiseConv3d?
  let heads: Int
  private let input: TokenGrid
  let output: TokenGrid

  init(
    _ letter: String, _ shape: MViTBlockShape, kernel: TokenGrid, stride: TokenGrid?, name: String,
    into layout: inout ParameterLayout
  ) {
    linear = LinearOffsets(name + letter, shape.dim, shape.dim, into: &layout)
    heads = shape.heads
    input = shape.input
    // A kernel and stride of 1 would change nothing, and the public implementation leaves them out, norm and all.
    if let stride, kernel.count > 1 || stride.count > 1 {
      let conv = DepthwiseConv3d(
        input: shape.input, kernel: kernel, stride: stride, heads: shape.heads, width: shape.headDim)
      self.conv = conv
      output = conv.output
      pool = layout.add(name + "pool_" + letter + ".weight", [shape.headDim, 1, kernel.t, kernel.h, kernel.w])
      norm = NormOffsets(name + "norm_" + letter, shape.headDim, eps: 1e-5, into: &layout)
    } else {
      conv = nil
      norm = nil
      pool = 0
      output = shape.input
    }
  }

  struct Trace {
    let linear: UnsafePointer<Float>
    let pooled: UnsafePointer<Float>?
    let saved: UnsafePointer<Float>?
    /// [1 + output, dim]
    let y: UnsafePointer<Float>
  }

  func forward(_ p: UnsafePointer<Float>, _ h: UnsafePointer<Float>, _ arena: Arena) -> Trace {
    let d = linear.out
    let x = arena.floats((1 + input.count) * d)
    linear.forward(p, 1 + input.count, h, x)
    guard let conv, let norm else { return Trace(linear: x, pooled: nil, saved: nil, y: x) }
    let rows = 1 + output.count
    let pooled = arena.floats(rows * d)
    let y = arena.floats(rows * d)
    let saved = arena.floats(rows * heads * 2)
    let mark = arena.mark
    // The class token skips the convolution, not the norm.
    pooled.update(from: x, count: d)
    conv.forward(x: x + d, weight: p + pool, y: pooled + d, scratch: arena.floats(conv.scratchCount))
    arena.release(mark)
    norm.forward(p, rows * heads, pooled, y, saved: saved)
    return Trace(linear: x, pooled: pooled, saved: saved, y: y)
  }

  /// dh [1 + input, dim] is overwritten, or added to where `accumulate`.
  func backward(
    _ p: UnsafePointer<Float>, _ g: UnsafeMutablePointer<Float>, _ trace: Trace, h: UnsafePointer<Float>,
    dy: UnsafePointer<Float>, dh: UnsafeMutablePointer<Float>, accumulate: Bool, _ arena: Arena
  ) {
    let d = linear.out
    let rows = 1 + input.count
    guard let conv, let norm, let pooled = trace.pooled, let saved = trace.saved else {
      linear.backward(p, g, rows, x: h, dy: dy, dx: dh, accumulate: accumulate)
      return
    }
    let mark = arena.mark
    let dPooled = arena.floats((1 + output.count) * d)
    norm.backward(p, g, (1 + output.count) * heads, x: pooled, saved: saved, dy: dy, dx: dPooled)
    let dx = arena.floats(rows * d)
    dx.update(from: dPooled, count: d)
    conv.backward(
      x: trace.linear + d, weight: p + pool, dy: dPooled + d, dx: dx + d, dWeight: g + pool,
      scratch: arena.floats(conv.scratchCount))
    linear.backward(p, g, rows, x: h, dy: dx, dx: dh, accumulate: accumulate)
    arena.release(mark)
  }
}
