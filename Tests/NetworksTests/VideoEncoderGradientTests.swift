import Networks
import Tensor
import TestSupport
import Testing

/// Small encoders of awkward shapes, each held against its own finite differences.
@Suite struct VideoEncoderGradientTests {
  enum Shape: String, CaseIterable, Sendable { case pooledEverywhere, unpooled, oddSizes }

  static func configuration(_ shape: Shape) -> MViTConfiguration {
    var c = MViTConfiguration()
    (c.spatialSize, c.temporalSize, c.depth, c.patchEmbedDim, c.projection) = (8, 4, 3, 16, 5)
    (c.patchKernel, c.patchStride, c.patchPadding) = (TokenGrid(1, 3, 3), TokenGrid(1, 2, 2), TokenGrid(0, 1, 1))
    switch shape {
    case .pooledEverywhere:
      // Queries pooled in every block: by nothing, over the plane, and over time too.
      c.poolQStride = [.init(0, TokenGrid(1, 1, 1)), .init(1, TokenGrid(1, 2, 2)), .init(2, TokenGrid(2, 2, 2))]
      (c.embedDimMul, c.headMul, c.poolKVStride) = ([.init(1, 2), .init(2, 3)], [.init(1, 2)], TokenGrid(1, 2, 2))
    case .unpooled:
      // A kernel and stride of 1 leave convolution and norm out.
      (c.heads, c.poolKernel, c.poolKVStride) = (2, TokenGrid(1, 1, 1), TokenGrid(1, 1, 1))
    case .oddSizes:
      (c.spatialSize, c.temporalSize, c.patchStride) = (9, 3, TokenGrid(2, 3, 2))
      (c.patchKernel, c.patchPadding) = (TokenGrid(3, 5, 3), TokenGrid(1, 2, 1))
      (c.mlpRatio, c.embedDimMul, c.poolQStride) = (3, [.init(3, 2)], [.init(1, TokenGrid(1, 4, 2))])
    }
    return c
  }

  /// An encoder with its weights, run on one clip.
  struct Run {
    let encoder: VideoEncoder
    let layout: ParameterLayout
    var weights: [Float]
    let arena = Arena()

    init(_ c: MViTConfiguration) throws {
      var layout = ParameterLayout()
      encoder = try VideoEncoder(c, into: &layout)
      self.layout = layout
      weights = FormulaWeights.fill(layout).values
    }

    func clip(_ channels: Int) -> [Float] {
      let c = encoder.configuration
      return FormulaWeights.values("embeddings.clip", [1, channels * c.temporalSize * c.spatialSize * c.spatialSize])
    }

    func embedding(_ clip: [Float], channels: Int) -> [Float] {
      arena.reset()
      let trace = encoder.forward(weights, clip: clip, clipChannels: channels, keep: false, arena: arena)
      return trace.map { Array(UnsafeBufferPointer(start: $0.embedding, count: encoder.configuration.projection)) }
        ?? []
    }

    func gradients(_ clip: [Float], channels: Int, dEmbedding: [Float]) -> [Float] {
      arena.reset()
      var g = [Float](repeating: 0, count: layout.count)
      weights.withUnsafeBufferPointer { p in
        clip.withUnsafeBufferPointer { x in
          guard let p = p.baseAddress, let x = x.baseAddress else { return }
          let trace = encoder.forward(p, clip: x, clipChannels: channels, keep: true, arena: arena)
          if let trace { encoder.backward(p, &g, trace, dEmbedding: dEmbedding, arena: arena) }
        }
      }
      return g
    }
  }

  /// Along the gradient of each tensor, and along a direction that knows nothing of it, the loss changes as it says.
  @Test(arguments: Shape.allCases) func gradientsMatchFiniteDifferences(_ shape: Shape) throws {
    var run = try Run(Self.configuration(shape))
    let clip = run.clip(3)
    let dEmbedding = FormulaWeights.values("embeddings.dy", [1, run.encoder.configuration.projection])
    let g = run.gradients(clip, channels: 3, dEmbedding: dEmbedding)
    let start = run.weights
    func loss(_ e: ParameterLayout.Entry, _ direction: [Float], _ step: Float) -> Double {
      for i in 0..<e.count { run.weights[e.offset + i] = start[e.offset + i] + step * direction[i] }
      defer { run.weights = start }
      return zip(run.embedding(clip, channels: 3), dEmbedding).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }
    for e in run.layout.entries {
      let own = Array(g[e.offset..<e.offset + e.count])
      // The last bias on the way to the keys moves every score of a query alike, and softmax does not see it; of the
      // last block only the class token's query counts, and that one is not pooled.
      let isFree =
        e.name.hasSuffix(shape == .unpooled ? "attn.k.bias" : "attn.norm_k.bias")
        || e.name.hasSuffix("blocks.2.attn.pool_q.weight")
      #expect(isFree || own.contains { abs($0) > 1e-4 }, "\(e.name) has no gradient")
      for var direction in [own, FormulaWeights.values("embeddings.direction.\(e.name)", [1, e.count])] {
        let length = direction.reduce(0) { $0 + $1 * $1 }.squareRoot()
        guard length > 0 else { continue }
        direction = direction.map { $0 / length }
        let expected = zip(own, direction).reduce(0) { $0 + Double($1.0) * Double($1.1) }
        // Four points, so that the step can be wide enough for float32. What is left, and shrinks with the step, are the
        // bends where a maximum changes hands.
        let h: Float = 0.0015
        let near = loss(e, direction, h) - loss(e, direction, -h)
        let far = loss(e, direction, 2 * h) - loss(e, direction, -2 * h)
        let slope = (8 * near - far) / Double(12 * h)
        #expect(abs(slope - expected) < 3e-4 + 5e-3 * abs(expected), "\(e.name): \(slope), not \(expected)")
      }
    }
  }

  /// One grey channel stands for three equal ones.
  @Test(arguments: Shape.allCases) func greyIsThreeEqualChannels(_ shape: Shape) throws {
    let run = try Run(Self.configuration(shape))
    let grey = run.clip(1)
    let dEmbedding = FormulaWeights.values("embeddings.dy", [1, run.encoder.configuration.projection])
    let colour = grey + grey + grey
    #expect(largestDifference(run.embedding(grey, channels: 1), run.embedding(colour, channels: 3)) < 1e-5)
    let difference = largestDifference(
      run.gradients(grey, channels: 1, dEmbedding: dEmbedding),
      run.gradients(colour, channels: 3, dEmbedding: dEmbedding))
    #expect(difference < 1e-5)
  }
}
