import Networks
import Tensor
import TestSupport
import Testing

@Suite struct VideoEncoderTests {
  @Test(.enabled(if: SharedFolder.path("reference/vectors/tiny_io.safetensors") != nil), arguments: [true, false])
  func everyStageMatchesPyTorch(keep: Bool) throws {
    let golden = try Safetensors(path: #require(SharedFolder.path("reference/vectors/tiny_io.safetensors")))
    var layout = ParameterLayout()
    let encoder = try VideoEncoder(tinyConfiguration, into: &layout)
    let weights = try Safetensors(path: #require(SharedFolder.path("reference/vectors/checkpoints/plain.safetensors")))
    let parameters = try Parameters(layout, from: weights)
    #expect(parameters.values == FormulaWeights.fill(layout).values)
    let clip = try #require(golden.tensor("clip"))
    let arena = Arena()
    for n in 0..<2 {
      arena.reset()
      try parameters.values.withUnsafeBufferPointer { p in
        try clip.values.withUnsafeBufferPointer { x in
          let base = try #require(p.baseAddress)
          let clipBase = try #require(x.baseAddress) + n * 3 * 8 * 64 * 64
          let trace = encoder.forward(
            base, clip: clipBase, clipChannels: 3, keep: keep, arena: arena,
            observe: { stage, rows, count, width in
              guard case .block(let i) = stage, let expected = golden.tensor("block\(i)") else { return }
              let all = expected.values[n * count * width..<(n + 1) * count * width]
              let worst = largestDifference(all, UnsafeBufferPointer(start: rows, count: count * width))
              print("block\(i) largest difference \(worst)")
              #expect(worst < 1e-4, "block \(i)")
            })
          let t = try #require(trace)
          let ends = [("feature", t.feature, 64), ("projection", t.projected, 32), ("embedding", t.embedding, 32)]
          for (name, pointer, width) in ends {
            let expected = try #require(golden.tensor(name)).values[n * width..<(n + 1) * width]
            #expect(largestDifference(expected, UnsafeBufferPointer(start: pointer, count: width)) < 1e-4, "\(name)")
          }
        }
      }
    }
  }

  @Test func impossibleShapesAreRefused() {
    var c = tinyConfiguration
    c.heads = 3
    var layout = ParameterLayout()
    #expect(throws: ConfigurationError.self) { try VideoEncoder(c, into: &layout) }
  }

  @Test func publishedEncoderHasItsSize() throws {
    var layout = ParameterLayout()
    _ = try VideoEncoder(.mvitB16x4, into: &layout)
    // 36.6 M in the paper's words, with the projection
    #expect((36_200_000...37_000_000).contains(layout.count))
  }
}
