import Foundation
import Networks
import Tensor
import TestSupport
import Testing

@Suite struct TextEncoderTests {
  static let keys: [TextPooling: String] = [.classToken: "cls", .mean: "mean", .max: "max", .pooler: "pooler"]

  static func configuration(_ name: String, _ pooling: TextPooling) -> BERTConfiguration {
    var c = BERTConfiguration()
    if name == "bert_small" { (c.width, c.layers, c.heads, c.hidden) = (64, 2, 4, 128) }
    c.pooling = pooling
    return c
  }

  @Test(
    .enabled(if: SharedFolder.path("reference/vectors/bert.safetensors") != nil),
    arguments: ["bert_small", "bert_base"], [TextPooling.classToken, .mean, .max, .pooler])
  func pooledStatesMatchPyTorch(name: String, pooling: TextPooling) throws {
    let golden = try Safetensors(path: #require(SharedFolder.path("reference/vectors/bert.safetensors")))
    let c = Self.configuration(name, pooling)
    var layout = ParameterLayout()
    let encoder = try TextEncoder(c, into: &layout)
    let parameters = FormulaWeights.fill(layout)
    let ids = try #require(golden.tensor("input_ids")).values.map { Int($0) }
    let key = try #require(Self.keys[pooling])
    let expected = try #require(golden.tensor("\(name).\(key)")).values
    let states = golden.tensor("\(name).last_hidden_state")?.values
    #expect((states != nil) == (name == "bert_small"))
    var turned = parameters.values
    encoder.turnWeights(&turned)
    let shared = LayerWeights(turned, .float32)
    let arena = Arena()
    try parameters.values.withUnsafeBufferPointer { p in
      let base = try #require(p.baseAddress)
      for n in 0..<2 {
        let row = Array(ids[n * 16..<(n + 1) * 16])
        let visible = row.count { $0 != 0 }
        for padded in [true, false] {
          arena.reset()
          let given = padded ? row : Array(row.prefix(visible))
          let trace = encoder.forward(base, ids: given, visible: visible, arena: arena)
          let worst = largestDifference(
            expected[n * c.width..<(n + 1) * c.width], UnsafeBufferPointer(start: trace.pooled, count: c.width))
          print("\(name) \(key) largest difference \(worst)")
          #expect(worst < 1e-4)
          let tiled = (1...3).map { threads in
            encoder.embedding(shared, ids: given, visible: visible, workspace: Workspace(threads: threads))
          }
          #expect(tiled.allSatisfy { $0 == tiled[0] })
          let plain = UnsafeBufferPointer(start: trace.embedding, count: c.projection)
          #expect(largestDifference(tiled[0], plain) < 1e-6)
          if let states {
            let own = UnsafeBufferPointer(start: trace.states, count: visible * c.width)
            #expect(largestDifference(states[n * 16 * c.width..<(n * 16 + visible) * c.width], own) < 1e-4)
          }
        }
      }
    }
  }

  /// Every weight's gradient, in every way of pooling, against central differences of a weighted sum of the embedding.
  @Test(arguments: [TextPooling.classToken, .mean, .max, .pooler])
  func gradientsMatchFiniteDifferences(pooling: TextPooling) throws {
    var c = BERTConfiguration()
    (c.vocabulary, c.width, c.layers, c.heads, c.hidden, c.positions, c.projection) = (12, 8, 2, 2, 12, 6, 5)
    c.pooling = pooling
    var layout = ParameterLayout()
    let encoder = try TextEncoder(c, into: &layout)
    var weights = FormulaWeights.fill(layout).values
    let ids = [2, 7, 7, 3, 0]
    let along = FormulaWeights.values("direction", [5, 1])
    let arena = Arena()
    func sum() -> Float {
      arena.reset()
      let trace = encoder.forward(weights, ids: ids, visible: 4, arena: arena)
      return (0..<5).reduce(0) { $0 + trace.embedding[$1] * along[$1] }
    }
    var g = [Float](repeating: 0, count: layout.count)
    weights.withUnsafeBufferPointer { p in
      guard let base = p.baseAddress else { return }
      let trace = encoder.forward(base, ids: ids, visible: 4, arena: arena)
      along.withUnsafeBufferPointer { d in
        guard let d = d.baseAddress else { return }
        encoder.backward(base, &g, trace, dEmbedding: d, arena: arena)
      }
    }
    let h: Float = 4e-3
    for e in layout.entries {
      var worst: Float = 0
      for i in e.offset..<e.offset + e.count {
        let kept = weights[i]
        weights[i] = kept + h
        let up = sum()
        weights[i] = kept - h
        let down = sum()
        weights[i] = kept
        worst = max(worst, abs((up - down) / (2 * h) - g[i]))
      }
      #expect(worst < 2e-3, "\(e.name)")
    }
    #expect(g.contains { abs($0) > 0.05 })
  }

  /// A real BERT: its weights are no part of this project, so the test runs only where a file of them is named.
  @Test(
    .enabled(if: ProcessInfo.processInfo.environment["CINECOR_MINILM"] != nil),
    .enabled(if: SharedFolder.path("data/text/minilm_golden.json") != nil))
  func realWeightsGiveTheirVectors() throws {
    struct Golden: Decodable {
      struct Item: Decodable {
        let text: String
        let ids: [Int]
        let classToken: [Float]
        let mean: [Float]

        enum CodingKeys: String, CodingKey {
          case text, ids = "input_ids", classToken = "cls", mean = "mean_pooled_l2"
        }
      }
      let items: [Item]
    }
    let file = try Safetensors(path: #require(ProcessInfo.processInfo.environment["CINECOR_MINILM"]))
    let data = try Data(contentsOf: URL(fileURLWithPath: #require(SharedFolder.path("data/text/minilm_golden.json"))))
    let golden = try JSONDecoder().decode(Golden.self, from: data)
    let folder = try #require(SharedFolder.path("data/text"))
    let vocabulary = try String(contentsOfFile: folder + "/bert_base_uncased_vocab.txt", encoding: .utf8)
    let tokenizer = try #require(WordPiece(vocabulary: vocabulary))
    var c = BERTConfiguration()
    (c.width, c.layers, c.heads, c.hidden, c.pooling) = (384, 6, 12, 1536, .mean)
    var layout = ParameterLayout()
    let encoder = try TextEncoder(c, into: &layout)
    var parameters = Parameters(zeros: layout)
    for e in layout.entries where e.name.hasPrefix("text_encoder.") {
      let stored = try #require(file.tensor(String(e.name.dropFirst("text_encoder.".count))))
      #expect(stored.shape == e.shape)
      parameters.values.replaceSubrange(e.offset..<e.offset + e.count, with: stored.values)
    }
    for item in golden.items {
      #expect(tokenizer.encode(item.text) == item.ids)
      let arena = Arena()
      let trace = encoder.forward(parameters.values, ids: item.ids, arena: arena)
      let pooled = UnsafeBufferPointer(start: trace.pooled, count: 384)
      let length = pooled.reduce(0) { $0 + $1 * $1 }.squareRoot()
      let worst = largestDifference(item.mean, pooled.map { $0 / length })
      let classToken = largestDifference(item.classToken, UnsafeBufferPointer(start: trace.states, count: 384))
      print("minilm largest difference \(worst), class token \(classToken)")
      #expect(worst < 1e-4 && classToken < 1e-4)
    }
  }
}
