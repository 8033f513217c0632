import Tensor

/// Where a pass stands, for observers and for goldens.
public enum EncoderStage: Hashable, Sendable {
  case tokens
  /// A block's softmax [heads · queries, keys], the class token first among both.
  case attention(Int)
  case block(Int)
  case feature
}

/// The multiscale video transformer with its projection (design: arXiv 2104.11227 as in the public implementation);
/// weights lie under `video_encoder.*` and `video_proj.*`, the checkpoints' own names.
public struct VideoEncoder: Sendable {
  public let configuration: MViTConfiguration
  let patch: PatchEmbedding
  let patchWeight: Int
  let patchBias: Int
  let classToken: Int
  let spatial: Int
  let temporal: Int
  let classPosition: Int
  let grid: TokenGrid
  let blocks: [MViTBlock]
  let norm: NormOffsets
  let projection: LinearOffsets

  public init(_ configuration: MViTConfiguration, into layout: inout ParameterLayout) throws(ConfigurationError) {
    let c = configuration
    let shapes = try c.blockShapes()
    let before = layout.count
    self.configuration = c
    grid = c.patchGrid
    let root = "video_encoder."
    patch = PatchEmbedding(
      channels: c.channels, input: TokenGrid(c.temporalSize, c.spatialSize, c.spatialSize), kernel: c.patchKernel,
      stride: c.patchStride, padding: c.patchPadding, width: c.patchEmbedDim)
    patchWeight = layout.add(
      root + "patch_embed.patch_model.weight",
      [c.patchEmbedDim, c.channels, c.patchKernel.t, c.patchKernel.h, c.patchKernel.w])
    patchBias = layout.add(root + "patch_embed.patch_model.bias", [c.patchEmbedDim])
    let position = root + "cls_positional_encoding."
    classToken = layout.add(position + "cls_token", [1, 1, c.patchEmbedDim])
    spatial = layout.add(position + "pos_embed_spatial", [1, grid.h * grid.w, c.patchEmbedDim])
    temporal = layout.add(position + "pos_embed_temporal", [1, grid.t, c.patchEmbedDim])
    classPosition = layout.add(position + "pos_embed_class", [1, 1, c.patchEmbedDim])
    var blocks: [MViTBlock] = []
    for (i, shape) in shapes.enumerated() {
      blocks.append(MViTBlock(shape, kernel: c.poolKernel, name: root + "blocks.\(i).", into: &layout))
    }
    self.blocks = blocks
    let width = shapes.last?.dimOut ?? c.patchEmbedDim
    norm = NormOffsets(root + "norm_embed", width, eps: 1e-6, into: &layout)
    projection = LinearOffsets("video_proj", width, c.projection, into: &layout)
    guard layout.count - before <= MViTConfiguration.largest else { throw .impossible("it has too many weights") }
  }

  /// Width of the class token after the last norm.
  public var featureWidth: Int { norm.width }

  /// A block's heads and the grid of its keys.
  public func attentionGrid(_ block: Int) -> (heads: Int, keys: TokenGrid) {
    (blocks[block].shape.heads, blocks[block].k.output)
  }

  /// What a forward pass leaves behind; its pointers live until the arena is reset.
  public struct Trace {
    let clip: UnsafePointer<Float>
    let clipChannels: Int
    var blocks: [MViTBlock.Trace] = []
    let last: UnsafePointer<Float>
    let normSaved: UnsafePointer<Float>
    /// [featureWidth]
    public let feature: UnsafePointer<Float>
    /// [projection], before and after L2 normalisation.
    public let projected: UnsafePointer<Float>
    public let embedding: UnsafePointer<Float>
    let scale: Float
  }

  /// clip [clipChannels, T, H, W] → feature, projection and unit embedding. `clipChannels` is the configuration's, or 1
  /// for a grey clip that stands for equal channels. `keep` holds on to what `backward` needs; without it memory is
  /// reused from block to block, as it always is in the first `frozenBlocks`. `proceed` is asked between blocks; nil comes back once it says no.
  public func forward(
    _ p: UnsafePointer<Float>, clip: UnsafePointer<Float>, clipChannels: Int, keep: Bool, frozenBlocks: Int = 0,
    arena: Arena,
    observe: ((EncoderStage, UnsafePointer<Float>, _ rows: Int, _ width: Int) -> Void)? = nil,
    proceed: () -> Bool = { true }
  ) -> Trace? {
    let width = configuration.patchEmbedDim
    let rows = 1 + grid.count
    // Where nothing is kept two buffers take turns: a block reads one and writes the other.
    let largest = blocks.map { block in
      max((1 + block.shape.input.count) * block.shape.dim, (1 + block.shape.output.count) * block.shape.dimOut)
    }
    let kept = keep ? blocks.count - min(max(frozenBlocks, 0), blocks.count) : 0
    let turns = kept == blocks.count ? [] : (0..<2).map { _ in arena.floats(largest.max() ?? rows * width) }
    var x = turns.first ?? arena.floats(rows * width)
    let mark = arena.mark
    patch.forward(
      clip: clip, clipChannels: clipChannels, weight: p + patchWeight, bias: p + patchBias, tokens: x + width,
      scratch: arena.floats(patch.scratchCount(clipChannels: clipChannels)))
    arena.release(mark)
    addPositions(p, to: x)
    observe?(.tokens, x, rows, width)
    var traces: [MViTBlock.Trace] = []
    traces.reserveCapacity(kept)
    for (i, block) in blocks.enumerated() {
      guard proceed() else { return nil }
      let outRows = 1 + block.shape.output.count
      let isKept = i >= blocks.count - kept
      let y = isKept ? arena.floats(outRows * block.shape.dimOut) : turns[(i + 1) % 2]
      let mark = arena.mark
      let trace = block.forward(p, x: x, y: y, arena: arena)
      let attention = block.attention
      observe?(.attention(i), trace.weights, attention.heads * attention.queries, attention.keys)
      if isKept { traces.append(trace) } else { arena.release(mark) }
      x = y
      observe?(.block(i), x, outRows, block.shape.dimOut)
    }
    // Only the class token goes on: the last norm works row by row.
    let feature = arena.floats(norm.width)
    let saved = arena.floats(2)
    norm.forward(p, 1, x, feature, saved: saved)
    observe?(.feature, feature, 1, norm.width)
    let projected = arena.floats(configuration.projection)
    projection.forward(p, 1, feature, projected)
    let embedding = arena.floats(configuration.projection)
    let scale = Rows.normalise(configuration.projection, projected, embedding)
    return Trace(
      clip: clip, clipChannels: clipChannels, blocks: traces, last: UnsafePointer(x), normSaved: saved,
      feature: feature, projected: projected, embedding: embedding, scale: scale)
  }

  /// Adds every weight's gradient to `g`, given that of the embedding [projection]; the trace must have been kept. What
  /// was frozen gets none.
  public func backward(
    _ p: UnsafePointer<Float>, _ g: UnsafeMutablePointer<Float>, _ trace: Trace, dEmbedding: UnsafePointer<Float>,
    arena: Arena
  ) {
    let dProjected = arena.floats(configuration.projection)
    Rows.normaliseBackward(
      configuration.projection, y: trace.embedding, scale: trace.scale, dy: dEmbedding, dx: dProjected)
    let dFeature = arena.floats(norm.width)
    projection.backward(p, g, 1, x: trace.feature, dy: dProjected, dx: dFeature)
    let lastRows = 1 + (blocks.last?.shape.output.count ?? grid.count)
    var dx = arena.zeros(lastRows * norm.width)
    norm.backward(p, g, 1, x: trace.last, saved: trace.normSaved, dy: dFeature, dx: dx)
    for (block, trace) in zip(blocks.suffix(trace.blocks.count), trace.blocks).reversed() {
      let next = arena.floats((1 + block.shape.input.count) * block.shape.dim)
      let mark = arena.mark
      block.backward(p, g, trace, dy: dx, dx: next, arena: arena)
      arena.release(mark)
      dx = next
    }
    guard trace.blocks.count == blocks.count else { return }
    let width = configuration.patchEmbedDim
    Rows.add(width, dx, into: g + classToken)
    Rows.add(width, dx, into: g + classPosition)
    for t in 0..<grid.t {
      for s in 0..<grid.h * grid.w {
        let row = dx + (1 + t * grid.h * grid.w + s) * width
        Rows.add(width, row, into: g + spatial + s * width)
        Rows.add(width, row, into: g + temporal + t * width)
      }
    }
    patch.backward(
      clip: trace.clip, clipChannels: trace.clipChannels, dTokens: dx + width, dWeight: g + patchWeight,
      dBias: g + patchBias, scratch: arena.floats(patch.scratchCount(clipChannels: trace.clipChannels)))
  }

  private func addPositions(_ p: UnsafePointer<Float>, to x: UnsafeMutablePointer<Float>) {
    let width = configuration.patchEmbedDim
    x.update(from: p + classToken, count: width)
    Rows.add(width, p + classPosition, into: x)
    for t in 0..<grid.t {
      for s in 0..<grid.h * grid.w {
        let row = x + (1 + t * grid.h * grid.w + s) * width
        Rows.add(width, p + spatial + s * width, into: row)
        Rows.add(width, p + temporal + t * width, into: row)
      }
    }
  }
}
