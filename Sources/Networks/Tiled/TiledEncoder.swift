import Tensor

/// The encoder's forward pass alone, for clips that nothing is learned from. Every block is worked off tile by tile of
/// its tokens, from the norm to the MLP's end, so that activations stay in the processor's caches and no score matrix
/// ever exists whole. Tiles depend on the shape alone and each is one thread's work: any number of threads gives the
/// same bytes.
public struct TiledEncoder: Sendable {
  let encoder: VideoEncoder
  private let blocks: [TiledBlock]
  /// The patch kernel for grey clips: its planes summed, since a grey clip's channels are equal.
  private let patch: [Float]
  private let weights: LayerWeights

  /// What does not change from clip to clip is worked out here from the weights.
  public init(_ encoder: VideoEncoder, _ weights: LayerWeights) {
    self.encoder = encoder
    self.weights = weights
    (blocks, patch) = weights.values.withUnsafeBufferPointer { p in
      guard let p = p.baseAddress else { return ([], []) }
      return (encoder.blocks.map { TiledBlock($0, p) }, encoder.patch.folded(p + encoder.patchWeight))
    }
  }

  /// True where one clip is work enough for several threads: more than about 10 ms of a core.
  public var isLarge: Bool { encoder.products.reduce(0) { $0 + $1.m * $1.n * $1.k } > 1 << 30 }

  /// What comes out of a clip.
  public struct Result: Hashable, Sendable {
    /// The class token after the last norm [featureWidth].
    public var feature: [Float]
    /// Before L2 normalisation [projection].
    public var projection: [Float]
    /// Unit length [projection].
    public var embedding: [Float]
  }

  /// clip [clipChannels, T, H, W] → feature, projection and embedding. `clipChannels` is the configuration's, or 1 for a
  /// grey clip that stands for equal channels. `observe` sees the tokens and every block's output, and
  /// makes the last block work out all of its tokens, of which only the first is needed. `proceed` is asked between
  /// blocks; nil comes back once it says no.
  public func forward(
    clip: UnsafePointer<Float>, clipChannels: Int = 1, workspace: Workspace,
    observe: ((EncoderStage, UnsafePointer<Float>, _ rows: Int, _ width: Int) -> Void)? = nil,
    proceed: () -> Bool = { true }
  ) -> Result? {
    weights.withPointers { forward($0, clip, clipChannels, workspace, observe, proceed) } ?? nil
  }

  private func forward(
    _ w: LayerWeights.Pointers, _ clip: UnsafePointer<Float>, _ clipChannels: Int, _ workspace: Workspace,
    _ observe: ((EncoderStage, UnsafePointer<Float>, _ rows: Int, _ width: Int) -> Void)?, _ proceed: () -> Bool
  ) -> Result? {
    let arena = workspace.shared
    arena.reset()
    let width = encoder.configuration.patchEmbedDim
    // Two buffers take turns: a block reads one and writes the other.
    let largest = encoder.blocks.map { $0.shape }.map { shape in
      max((1 + shape.input.count) * shape.dim, (1 + shape.output.count) * shape.dimOut)
    }
    var (x, y) = (arena.floats(largest.max() ?? 0), arena.floats(largest.max() ?? 0))
    embedPatches(w.p, clip, clipChannels, into: x, workspace)
    observe?(.tokens, x, 1 + encoder.grid.count, width)
    for (i, block) in blocks.enumerated() {
      guard proceed() else { return nil }
      let mark = arena.mark
      let isLast = i == blocks.count - 1 && observe == nil
      block.forward(w, x: x, y: y, onlyClassToken: isLast, workspace)
      arena.release(mark)
      (x, y) = (y, x)
      let shape = block.block.shape
      observe?(.block(i), x, 1 + shape.output.count, shape.dimOut)
    }
    return result(w.p, x, arena)
  }

  /// Tokens with their positions, a time step a tile.
  private func embedPatches(
    _ p: UnsafePointer<Float>, _ clip: UnsafePointer<Float>, _ clipChannels: Int, into x: UnsafeMutablePointer<Float>,
    _ workspace: Workspace
  ) {
    let (grid, width) = (encoder.grid, encoder.configuration.patchEmbedDim)
    let plane = grid.h * grid.w
    x.update(from: p + encoder.classToken, count: width)
    Rows.add(width, p + encoder.classPosition, into: x)
    patch.withUnsafeBufferPointer { patch in
      guard let grey = patch.baseAddress else { return }
      let folded = clipChannels == 1 ? grey : p + encoder.patchWeight
      workspace.run(Tiles(grid.t, height: 1)) { steps, scratch in
        let patches = scratch.floats(encoder.patch.scratchCount(clipChannels: clipChannels))
        for t in steps {
          let tokens = x + (1 + t * plane) * width
          encoder.patch.forward(
            t, clip: clip, clipChannels: clipChannels, folded: folded, bias: p + encoder.patchBias, tokens: tokens,
            patches: patches)
          Rows.add(plane * width, p + encoder.spatial, into: tokens)
          for s in 0..<plane { Rows.add(width, p + encoder.temporal + t * width, into: tokens + s * width) }
        }
      }
    }
  }

  private func result(_ p: UnsafePointer<Float>, _ x: UnsafePointer<Float>, _ arena: Arena) -> Result {
    let (d, n) = (encoder.norm.width, encoder.configuration.projection)
    let (feature, projected, embedding) = (arena.floats(d), arena.floats(n), arena.floats(n))
    encoder.norm.forward(p, 1, x, feature, saved: arena.floats(2))
    encoder.projection.forward(p, 1, feature, projected)
    _ = Rows.normalise(n, projected, embedding)
    func array(_ x: UnsafePointer<Float>, _ n: Int) -> [Float] { Array(UnsafeBufferPointer(start: x, count: n)) }
    return Result(feature: array(feature, d), projection: array(projected, n), embedding: array(embedding, n))
  }
}
