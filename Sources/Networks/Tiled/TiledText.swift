import Tensor

/// The text tower's forward pass alone. A sentence has few tokens and large weights, so the products are split over
/// columns, that is over the weights: each is read by one thread, once. Any number of threads gives the same bytes.
extension TextEncoder {
  /// Columns of a product that are one thread's work at a time.
  private static let tileWidth = 384

  /// Turns the layers' weights from [out, in] to [in, out], as `embedding` wants them; all others stay as they are.
  public func turnWeights(_ values: inout [Float]) {
    for layer in layers {
      for map in [layer.query, layer.key, layer.value, layer.out, layer.fc1, layer.fc2] {
        let old = Array(values[map.weight..<map.weight + map.inner * map.out])
        for row in 0..<map.out {
          for column in 0..<map.inner { values[map.weight + column * map.out + row] = old[row * map.inner + column] }
        }
      }
    }
  }

  /// Token ids of one sentence → unit embedding [projection]; otherwise as `forward`. The weights must have been turned.
  public func embedding(
    _ weights: LayerWeights, ids: [Int], visible: Int? = nil, workspace: Workspace
  ) -> [Float] {
    weights.withPointers { embedding($0, ids, visible, workspace) } ?? []
  }

  private func embedding(
    _ w: LayerWeights.Pointers, _ given: [Int], _ visible: Int?, _ workspace: Workspace
  ) -> [Float] {
    let (c, arena) = (configuration, workspace.shared)
    arena.reset()
    let ids = known(given)
    let (n, d) = (ids.count, c.width)
    let visible = Swift.max(1, min(visible ?? n, n))
    let embedded = arena.floats(n * d)
    embed(w.p, ids, into: embedded)
    let saved = arena.floats(n * 2)
    var (x, y) = (arena.floats(n * d), arena.floats(n * d))
    norm.forward(w.p, n, embedded, x, saved: saved)
    for (i, layer) in layers.enumerated() {
      let mark = arena.mark
      // Nobody looks at the last layer's other tokens where the class token alone is pooled.
      let queries = i == layers.count - 1 && (c.pooling == .classToken || c.pooling == .pooler) ? 1 : n
      forward(w, layer, n, queries: queries, visible, x, y, workspace)
      arena.release(mark)
      (x, y) = (y, x)
    }
    let (pooled, projected, embedding) = (arena.floats(d), arena.floats(c.projection), arena.floats(c.projection))
    pool(w.p, x, visible, into: pooled)
    projection.forward(w.p, 1, pooled, projected)
    _ = Rows.normalise(c.projection, projected, embedding)
    return Array(UnsafeBufferPointer(start: embedding, count: c.projection))
  }

  /// x [n, width] → y, of which the first `queries` rows are worked out.
  private func forward(
    _ w: LayerWeights.Pointers, _ layer: Layer, _ n: Int, queries: Int, _ visible: Int, _ x: UnsafePointer<Float>,
    _ y: UnsafeMutablePointer<Float>, _ workspace: Workspace
  ) {
    let (d, hidden, arena) = (configuration.width, configuration.hidden, workspace.shared)
    let (q, k, v) = (arena.floats(n * d), arena.floats(n * d), arena.floats(n * d))
    workspace.run(Tiles(d, height: Self.tileWidth)) { columns, scratch in
      layer.query.forward(w, queries, x, q, columns: columns, scratch)
      layer.key.forward(w, n, x, k, columns: columns, scratch)
      layer.value.forward(w, n, x, v, columns: columns, scratch)
    }
    let attended = arena.floats(n * d)
    let width = d / configuration.heads
    workspace.run(Tiles(configuration.heads, height: 1)) { heads, scratch in
      for head in heads {
        Attention(queries: queries, keys: visible, heads: 1, width: width, scale: 1 / Float(width).squareRoot())
          .forward(
            q: q + head * width, k: k + head * width, v: v + head * width, row: d,
            scratch: scratch.floats(queries * visible), y: attended + head * width)
      }
    }
    let (middle, m) = (arena.floats(n * d), arena.floats(n * d))
    let saved = arena.floats(n * 2)
    workspace.run(Tiles(d, height: Self.tileWidth)) { columns, scratch in
      layer.out.forward(w, queries, attended, middle, columns: columns, scratch)
    }
    Rows.add(queries * d, x, into: middle)
    layer.norm1.forward(w.p, queries, middle, m, saved: saved)
    let activated = arena.floats(n * hidden)
    workspace.run(Tiles(hidden, height: Self.tileWidth)) { columns, scratch in
      layer.fc1.forward(w, queries, m, activated, columns: columns, scratch)
      for row in 0..<queries {
        let piece = activated + (row * hidden + columns.lowerBound)
        GELU.forward(columns.count, x: piece, y: piece)
      }
    }
    workspace.run(Tiles(d, height: Self.tileWidth)) { columns, scratch in
      layer.fc2.forward(w, queries, activated, middle, columns: columns, scratch)
    }
    Rows.add(queries * d, m, into: middle)
    layer.norm2.forward(w.p, queries, middle, y, saved: saved)
  }
}

extension LinearOffsets {
  /// Some columns of y [n, out] = x Wᵀ + b.
  func forward(
    _ w: LayerWeights.Pointers, _ n: Int, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>,
    columns: Range<Int>, _ scratch: Arena
  ) {
    let first = columns.lowerBound
    for row in 0..<n { (y + (row * out + first)).update(from: w.p + (bias + first), count: columns.count) }
    w.multiplyColumns(
      n, in: inner, out: columns.count, of: out, x, weight: weight + first, beta: 1, y + first, row: out, scratch)
  }
}
