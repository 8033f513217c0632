import Networks
import Tensor
import TestSupport
import Testing

@testable import Training

@Suite struct ContrastiveTests {
  static let file = "reference/vectors/training.safetensors"

  /// Every gradient of one step, the losses of five AdamW steps and what they lead to, against PyTorch.
  @Test(.enabled(if: SharedFolder.path(file) != nil), arguments: [1, 2])
  func stepsMatchPyTorch(threads: Int) throws {
    let golden = try Safetensors(path: #require(SharedFolder.path(Self.file)))
    var text = BERTConfiguration()
    (text.width, text.layers, text.heads, text.hidden, text.projection) = (64, 2, 4, 128, 32)
    text.pooling = .mean
    let towers = try TwoTowers(video: tinyConfiguration, text: text)
    var weights = FormulaWeights.fill(towers.layout)
    let clip = try #require(golden.tensor("clip")).values
    let ids = try #require(golden.tensor("input_ids")).values.map { Int($0) }
    let size = clip.count / 4
    let samples = (0..<4).map { i in
      ContrastiveSample(
        clip: Array(clip[i * size..<(i + 1) * size]), channels: 3,
        sentences: [ids[i * 12..<(i + 1) * 12].filter { $0 != 0 }], group: i)
    }
    let step = ContrastiveStep(towers, threads: threads)
    var optimiser = AdamW(count: towers.layout.count, rate: 1e-4)
    let losses = try #require(golden.tensor("losses")).values
    for i in 0...5 {
      let outcome = step.run(weights.values, samples, scale: 10, negatives: .all)
      #expect(abs(outcome.loss - losses[i]) < 1e-4, "loss of step \(i)")
      if i == 0 { try compareGradients(outcome.gradients, towers.layout, golden, rows: Set(ids).sorted()) }
      if i == 0 || i == 5 {
        for (name, values) in [("video", outcome.video), ("text", outcome.text)] {
          let expected = try #require(golden.tensor("step\(i).\(name)_embedding")).values
          #expect(largestDifference(expected, values) < 1e-4, "\(name) embedding of step \(i)")
        }
      }
      if i < 5 { optimiser.update(&weights.values, gradients: outcome.gradients) }
    }
    let name = "video_encoder.blocks.1.attn.q.weight"
    let expected = try #require(golden.tensor("step5.weight.\(name)")).values
    #expect(largestDifference(expected, try #require(weights.tensor(name)).values) < 1e-5)
  }

  func compareGradients(_ g: [Float], _ layout: ParameterLayout, _ golden: Safetensors, rows: [Int]) throws {
    var compared = 0
    var worst: Float = 0
    for e in layout.entries {
      guard let expected = golden.tensor("step0.gradient.\(e.name)")?.values else { continue }
      var values = Array(g[e.offset..<e.offset + e.count])
      if e.name.hasSuffix("word_embeddings.weight") {
        values = rows.flatMap { values[$0 * e.shape[1]..<($0 + 1) * e.shape[1]] }
      }
      let largest = expected.reduce(0) { max($0, abs($1)) }
      let difference = largestDifference(expected, values)
      #expect(difference <= max(1e-5 * largest, 1e-6), "\(e.name): \(difference) of \(largest)")
      worst = max(worst, difference / max(1e-5 * largest, 1e-6))
      compared += 1
    }
    print("gradients compared: \(compared), worst at \(worst) of its bound")
    #expect(compared == layout.entries.count)
  }

  /// Seven samples over two shards, of one, two and three sentences: the same bytes from one thread as from two.
  @Test func gradientsDoNotDependOnThreads() throws {
    var text = BERTConfiguration()
    (text.vocabulary, text.width, text.layers, text.heads, text.hidden, text.projection) = (20, 16, 1, 2, 32, 32)
    text.pooling = .mean
    let towers = try TwoTowers(video: tinyConfiguration, text: text)
    let weights = FormulaWeights.fill(towers.layout).values
    let samples = (0..<7).map { i in
      ContrastiveSample(
        clip: FormulaWeights.values("clip \(i)", [1, 8, 64, 64]), channels: 1,
        sentences: (0...i % 3).map { [2, 4 + i + $0, 5 + $0, 3] }, group: i / 2)
    }
    let outcomes = [1, 2, 5].map { threads in
      ContrastiveStep(towers, threads: threads).run(weights, samples, scale: 10, negatives: .grouped)
    }
    for o in outcomes.dropFirst() {
      #expect(o.gradients == outcomes[0].gradients)
      #expect(o.loss == outcomes[0].loss && o.dLogScale == outcomes[0].dLogScale)
    }
    #expect(outcomes[0].gradients.contains { abs($0) > 1e-3 })
  }

  @Test func equalSentencesShareTheirTarget() {
    // Two of three rows say the same: pulling either towards the other's clip must not be punished.
    let v: [Float] = [1, 0, 1, 0, 0, 1]
    let plain = Losses.infoNCE(v: v, t: v, n: 3, d: 2, scale: 10)
    let grouped = Losses.infoNCE(v: v, t: v, n: 3, d: 2, scale: 10, groups: [0, 0, 1])
    #expect(plain.dv.map(abs).max() ?? 0 > 1e-3 || plain.loss > 0.4)
    #expect(grouped.dv.map(abs).max() ?? 1 < 1e-3)
  }
}

@Suite struct HeadTests {
  @Test(
    .enabled(if: SharedFolder.path("reference/vectors/heads.safetensors") != nil),
    arguments: ["lvef", "Hypertrophic.Cardiomyopathy"])
  func headMatchesPyTorch(name: String) throws {
    let golden = try Safetensors(path: #require(SharedFolder.path("reference/vectors/heads.safetensors")))
    var layout = ParameterLayout()
    let head = MultiViewHead(dim: 512, name: "heads.\(name).", into: &layout)
    let weights = FormulaWeights.fill(layout)
    let views = try #require(golden.tensor("views")).values
    weights.values.withUnsafeBufferPointer { p in
      guard let base = p.baseAddress else { return }
      // The trace points into it.
      let arena = Arena()
      defer { withExtendedLifetime(arena) {} }
      let trace = head.forward(base, views: views, n: 7, arena: arena)
      let difference = abs(trace.logit - (golden.tensor("\(name).logit")?.values[0] ?? .nan))
      let attention = largestDifference(
        golden.tensor("\(name).attention")?.values ?? [], UnsafeBufferPointer(start: trace.attention, count: 7))
      print("\(name) logit differs by \(difference), attention by \(attention)")
      #expect(difference < 1e-5 && attention < 1e-5)
    }
  }

  /// Every weight's gradient against a central difference.
  @Test func gradientsMatchFiniteDifferences() {
    var layout = ParameterLayout()
    let head = MultiViewHead(dim: 16, name: "head.", into: &layout)
    var weights = FormulaWeights.fill(layout).values
    let views = FormulaWeights.values("views", [3, 16])
    func logit() -> Float { head.forward(weights, views: views, n: 3, arena: Arena()).logit }
    var g = [Float](repeating: 0, count: layout.count)
    let arena = Arena()
    views.withUnsafeBufferPointer { v in
      guard let base = v.baseAddress else { return }
      let trace = head.forward(weights, views: base, n: 3, arena: arena)
      head.backward(weights, &g, trace, dLogit: 1, arena: arena)
    }
    // Where the two one-sided slopes differ a rectifier bends between them, and no difference quotient means anything.
    let h: Float = 4e-3
    let middle = logit()
    var compared = 0
    for i in 0..<layout.count {
      let kept = weights[i]
      weights[i] = kept + h
      let up = logit()
      weights[i] = kept - h
      let down = logit()
      weights[i] = kept
      guard abs((up - middle) - (middle - down)) < 4e-6 else { continue }
      compared += 1
      #expect(abs((up - down) / (2 * h) - g[i]) < 1e-3, "weight \(i)")
    }
    #expect(compared > layout.count * 3 / 4)
  }
}
