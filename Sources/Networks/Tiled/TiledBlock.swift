import Tensor

/// One block in three steps over tiles of rows: keys and values (and queries that will be pooled) of every token that is
/// seen, their pooling, then everything else a tile of output tokens at a time.
struct TiledBlock: Sendable {
  let block: MViTBlock
  /// Rows of x whose keys and values the pooling sees: with a stride of 8 and a kernel of 3 one in seven.
  private let seen: [Int]?
  private let taps: (q: [Float], k: [Float], v: [Float])

  init(_ block: MViTBlock, _ p: UnsafePointer<Float>) {
    self.block = block
    seen = block.k.conv?.seenInputs.map { [0] + $0.map { $0 + 1 } }
    taps = (block.q.packedTaps(p), block.k.packedTaps(p), block.v.packedTaps(p))
  }

  /// Rows that fill a core's own cache with the widest of their activations.
  private static let tileHeight = 192

  /// x [1 + input, dim] → y [1 + output, dimOut], or its first row alone.
  func forward(
    _ w: LayerWeights.Pointers, x: UnsafePointer<Float>, y: UnsafeMutablePointer<Float>, onlyClassToken: Bool,
    _ workspace: Workspace
  ) {
    let (d, shape, arena) = (block.shape.dim, block.shape, workspace.shared)
    let (rows, keys) = (1 + shape.input.count, 1 + block.k.output.count)
    let kLinear = arena.floats(rows * d)
    let vLinear = arena.floats(rows * d)
    workspace.run(Tiles(seen?.count ?? rows, height: Self.tileHeight)) { tile, scratch in
      project(w, x, tile, [(block.k, kLinear), (block.v, vLinear)], seen, scratch)
    }
    var qLinear: UnsafeMutablePointer<Float>?
    if block.q.conv != nil {
      let q = arena.floats(rows * d)
      qLinear = q
      workspace.run(Tiles(onlyClassToken ? 1 : rows, height: Self.tileHeight)) { tile, scratch in
        project(w, x, tile, [(block.q, q)], nil, scratch)
      }
    }
    var (k, v) = (kLinear, vLinear)
    if block.k.conv != nil {
      (k, v) = (arena.floats(keys * d), arena.floats(keys * d))
      workspace.run(Tiles(keys, height: Self.tileHeight)) { tile, scratch in
        block.k.pool(w.p, taps.k, kLinear, tile, into: k + tile.lowerBound * d, scratch)
        block.v.pool(w.p, taps.v, vLinear, tile, into: v + tile.lowerBound * d, scratch)
      }
    }
    let outRows = onlyClassToken ? 1 : 1 + shape.output.count
    workspace.run(Tiles(outRows, height: Self.tileHeight)) { tile, scratch in
      let middle = scratch.floats(tile.count * d)
      attend(w, x, qLinear: qLinear, k: k, v: v, tile, middle, scratch)
      feedForward(w, middle, tile.count, y + tile.lowerBound * shape.dimOut, scratch)
    }
  }

  /// Normed rows of x through linear maps, into the same rows of their outputs; `tile` counts along `list` where there
  /// is one.
  private func project(
    _ w: LayerWeights.Pointers, _ x: UnsafePointer<Float>, _ tile: Range<Int>,
    _ maps: [(PooledProjection, UnsafeMutablePointer<Float>)], _ list: [Int]?, _ scratch: Arena
  ) {
    let d = block.shape.dim
    let h = scratch.floats(tile.count * d)
    let saved = scratch.floats(tile.count * 2)
    guard let list else {
      block.norm1.forward(w.p, tile.count, x + tile.lowerBound * d, h, saved: saved)
      for (map, y) in maps { map.linear.forward(w, tile.count, h, y + tile.lowerBound * d, scratch) }
      return
    }
    for (i, row) in list[tile].enumerated() { block.norm1.forward(w.p, 1, x + row * d, h + i * d, saved: saved) }
    let made = scratch.floats(tile.count * d)
    for (map, y) in maps {
      map.linear.forward(w, tile.count, h, made, scratch)
      for (i, row) in list[tile].enumerated() { (y + row * d).update(from: made + i * d, count: d) }
    }
  }

  /// Attention and its skip path for the output rows of a tile → middle [tile, dim].
  private func attend(
    _ w: LayerWeights.Pointers, _ x: UnsafePointer<Float>, qLinear: UnsafePointer<Float>?, k: UnsafePointer<Float>,
    v: UnsafePointer<Float>, _ tile: Range<Int>, _ middle: UnsafeMutablePointer<Float>, _ scratch: Arena
  ) {
    let (d, n) = (block.shape.dim, tile.count)
    let q = scratch.floats(n * d)
    if let qLinear {
      block.q.pool(w.p, taps.q, qLinear, tile, into: q, scratch)
    } else {
      project(w, x + tile.lowerBound * d, 0..<n, [(block.q, q)], nil, scratch)
    }
    let attention = Attention(
      queries: n, keys: 1 + block.k.output.count, heads: block.shape.heads, width: block.shape.headDim,
      scale: 1 / Float(block.shape.headDim).squareRoot())
    let attended = scratch.floats(n * d)
    if w.half == nil {
      attention.forward(q: q, k: k, v: v, scratch: scratch.floats(n * attention.keys), y: attended)
    } else {
      attention.forwardRounded(q: q, k: k, v: v, scratch, y: attended)
    }
    // The product is added to what already lies there: the skip path and the bias.
    if let skip = block.skip {
      skip.pool(x, tile, d, into: middle)
    } else {
      middle.update(from: x + tile.lowerBound * d, count: n * d)
    }
    block.out.add(w, n, attended, to: middle, scratch)
  }

  /// The MLP and its skip path: middle [n, dim] → y [n, dimOut].
  private func feedForward(
    _ w: LayerWeights.Pointers, _ middle: UnsafePointer<Float>, _ n: Int, _ y: UnsafeMutablePointer<Float>,
    _ scratch: Arena
  ) {
    let (d, hidden) = (block.shape.dim, block.shape.hidden)
    let m = scratch.floats(n * d)
    block.norm2.forward(w.p, n, middle, m, saved: scratch.floats(n * 2))
    let activated = scratch.floats(n * hidden)
    block.fc1.multiply(w, n, m, activated, scratch)
    GELU.forward(n, hidden, bias: w.p + block.fc1.bias, activated)
    if let widen = block.widen {
      widen.forward(w, n, m, y, scratch)
    } else {
      y.update(from: middle, count: n * d)
    }
    block.fc2.add(w, n, activated, to: y, scratch)
  }
}

extension PooledProjection {
  func packedTaps(_ p: UnsafePointer<Float>) -> [Float] { conv?.packed(p + pool) ?? [] }

  /// Some pooled and normed rows [tile, dim] of linear [1 + input, dim]; the class token, row 0, skips the convolution.
  func pool(
    _ p: UnsafePointer<Float>, _ taps: [Float], _ linear: UnsafePointer<Float>, _ tile: Range<Int>,
    into y: UnsafeMutablePointer<Float>, _ scratch: Arena
  ) {
    guard let conv, let norm else { return }
    let d = self.linear.out
    let pooled = scratch.floats(tile.count * d)
    let tokens = max(tile.lowerBound - 1, 0)..<tile.upperBound - 1
    if tile.lowerBound == 0 { pooled.update(from: linear, count: d) }
    taps.withUnsafeBufferPointer { taps in
      guard let taps = taps.baseAddress else { return }
      conv.forward(outputs: tokens, x: linear + d, packed: taps, y: pooled + (tile.count - tokens.count) * d)
    }
    norm.forward(p, tile.count * heads, pooled, y, saved: scratch.floats(tile.count * heads * 2))
  }
}

extension MaxPool3d {
  /// Some pooled rows [tile, d] of x [1 + input, d]; the class token is row 0 of both.
  func pool(_ x: UnsafePointer<Float>, _ tile: Range<Int>, _ d: Int, into y: UnsafeMutablePointer<Float>) {
    let tokens = max(tile.lowerBound - 1, 0)..<tile.upperBound - 1
    if tile.lowerBound == 0 { y.update(from: x, count: d) }
    forward(outputs: tokens, x: x + d, y: y + (tile.count - tokens.count) * d)
  }
}

extension LinearOffsets {
  /// y [n, out] = x Wᵀ, without the bias.
  func multiply(
    _ w: LayerWeights.Pointers, _ n: Int, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>,
    _ scratch: Arena
  ) {
    w.multiply(n, in: inner, out: out, x, weight: weight, beta: 0, y, row: out, scratch)
  }

  /// y [n, out] = x Wᵀ + b.
  func forward(
    _ w: LayerWeights.Pointers, _ n: Int, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>,
    _ scratch: Arena
  ) {
    for row in 0..<n { (y + row * out).update(from: w.p + bias, count: out) }
    w.multiply(n, in: inner, out: out, x, weight: weight, beta: 1, y, row: out, scratch)
  }

  /// y [n, out] += x Wᵀ + b.
  func add(
    _ w: LayerWeights.Pointers, _ n: Int, _ x: UnsafePointer<Float>, to y: UnsafeMutablePointer<Float>,
    _ scratch: Arena
  ) {
    for row in 0..<n { Rows.add(out, w.p + bias, into: y + row * out) }
    w.multiply(n, in: inner, out: out, x, weight: weight, beta: 1, y, row: out, scratch)
  }
}
