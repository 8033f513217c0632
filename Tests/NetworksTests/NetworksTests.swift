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
          for (name, pointer, width) in [("feature", t.feature, 64), ("projection", t.projected, 32), ("embedding", t.embedding, 32)] {
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

@Suite struct TextEncoderTests {
  @Test(
    .enabled(if: SharedFolder.path("reference/vectors/bert.safetensors") != nil), arguments: ["bert_small", "bert_base"],
    [TextPooling.classToken, .mean, .max])
  func pooledStatesMatchPyTorch(name: String, pooling: TextPooling) throws {
    let golden = try Safetensors(path: #require(SharedFolder.path("reference/vectors/bert.safetensors")))
    var c = BERTConfiguration()
    if name == "bert_small" { (c.width, c.layers, c.heads, c.hidden) = (64, 2, 4, 128) }
    c.pooling = pooling
    var layout = ParameterLayout()
    let encoder = try TextEncoder(c, into: &layout)
    let parameters = FormulaWeights.fill(layout)
    let ids = try #require(golden.tensor("input_ids")).values.map { Int($0) }
    let key = pooling == .classToken ? "cls" : pooling.rawValue
    let expected = try #require(golden.tensor("\(name).\(key)")).values
    let arena = Arena()
    try parameters.values.withUnsafeBufferPointer { p in
      let base = try #require(p.baseAddress)
      for n in 0..<2 {
        let row = Array(ids[n * 16..<(n + 1) * 16])
        let visible = row.count { $0 != 0 }
        for padded in [true, false] {
          arena.reset()
          let trace = encoder.forward(base, ids: padded ? row : Array(row.prefix(visible)), visible: visible, arena: arena)
          let worst = largestDifference(
            expected[n * c.width..<(n + 1) * c.width], UnsafeBufferPointer(start: trace.pooled, count: c.width))
          print("\(name) \(key) largest difference \(worst)")
          #expect(worst < 1e-4)
        }
      }
    }
  }
}
