import TestSupport
import Tensor
import Testing

@testable import Networks
@testable import Training

/// A small network's step against PyTorch's (Goldens/segmentation.py): every unit's output and gradient, the loss, every
/// weight's gradient, and the running statistics after it.
@Suite struct SegmentationStepTests {
  static func golden() throws -> Safetensors {
    try Safetensors(path: SharedFolder.checkout + "/Tests/TrainingTests/Goldens/segmentation.safetensors")
  }

  static func network() throws -> SegmentationNetwork {
    var c = SegmentationConfiguration()
    (c.channels, c.widths) = (2, [5, 6, 7])
    return try SegmentationNetwork(c)
  }

  /// The batch of the golden's script.
  static let batch: SegmentationBatch = {
    let (count, height, width) = (3, 16, 24)
    let pictures = FormulaWeights.values("golden.pictures", [count, 2, height, width]).map { $0 * 20 }
    // Names of tables have half the values.
    let chosen = FormulaWeights.values("embeddings.golden.labels", [1, count * height * width])
    let kinds: [UInt8] = [1, 2, 4, 8, 16, 0b111001, 0b110000, 0, 63]
    return SegmentationBatch(
      count: count, height: height, width: width, pictures: pictures,
      labels: chosen.map { kinds[Int((Double($0) * 2 + 1) / 2 * Double(kinds.count))] })
  }()

  @Test func passesMatchPyTorchUnitByUnit() throws {
    let (golden, network, batch) = (try Self.golden(), try Self.network(), Self.batch)
    func expectGolden(_ name: String, _ values: [Float], within bound: Float) {
      let difference = golden.tensor(name).map { largestDifference($0.values, values) } ?? .infinity
      #expect(difference <= bound, "\(name): \(difference)")
    }
    let weights = FormulaWeights.fill(network.layout)
    var statistics = network.initialStatistics
    let pass = SegmentationPass(network, count: batch.count, height: batch.height, width: batch.width, threads: 2)
    var units: Set<String> = []
    weights.values.withUnsafeBufferPointer { p in
      batch.pictures.withUnsafeBufferPointer { pictures in
        guard let p = p.baseAddress, let pictures = pictures.baseAddress else { return }
        pass.forward(p, statistics: &statistics.values, pictures: pictures) { unit, y in
          expectGolden("forward." + unit, y.values, within: 2e-5)
          units.insert(unit)
        }
        let n = batch.count * 6 * batch.height * batch.width
        expectGolden("logits", Array(UnsafeBufferPointer(start: pass.logits, count: n)), within: 2e-5)
        guard let dLogits = golden.tensor("dlogits") else { return }
        for (i, d) in dLogits.values.enumerated() { pass.logits[i] = d }
        var gradients = [Float](repeating: .nan, count: network.layout.count)
        pass.backward(p, gradients: &gradients) { unit, dy in
          expectGolden("backward." + unit, dy.values, within: 2e-6)
          units.remove(unit)
        }
        for e in network.layout.entries {
          expectGolden("gradient." + e.name, Array(gradients[e.offset..<e.offset + e.count]), within: 1e-5)
        }
      }
    }
    #expect(units.isEmpty && network.layout.entries.count == 32)
    for e in network.statisticsLayout.entries {
      expectGolden("statistics." + e.name, Array(statistics.values[e.offset..<e.offset + e.count]), within: 1e-6)
    }
  }

  @Test func sizesAreAsTheModelCardSaysAndNonsenseIsRefused() throws {
    let network = try SegmentationNetwork(SegmentationConfiguration())
    #expect(network.layout.count == 474_264 && network.sizeMultiple == 16)
    for change: @Sendable (inout SegmentationConfiguration) -> Void in [
      { $0.widths = [8] }, { $0.widths = [8, 0] }, { $0.classes = 9 }, { $0.channels = 0 }, { $0.eps = 0 },
    ] {
      var c = SegmentationConfiguration()
      change(&c)
      #expect(throws: ConfigurationError.self) { try SegmentationNetwork(c) }
    }
  }

  @Test func stepMatchesPyTorch() throws {
    let (golden, network) = (try Self.golden(), try Self.network())
    let weights = FormulaWeights.fill(network.layout)
    var statistics = network.initialStatistics
    let outcome = SegmentationStep(network, threads: 2).run(weights, &statistics, Self.batch)
    #expect(largestDifference([outcome.loss], golden.tensor("loss")?.values ?? []) < 5e-6)
    #expect(largestDifference([outcome.crossEntropy], golden.tensor("crossEntropy")?.values ?? []) < 5e-6)
    let dice = golden.tensor("dice")?.values ?? []
    #expect(outcome.dice.count == 6 && outcome.dice[5] == nil && dice[5].isNaN)
    #expect(largestDifference(outcome.dice.compactMap { $0 }, dice.dropLast()) < 1e-6)
    for e in network.layout.entries {
      let own = outcome.gradients[e.offset..<e.offset + e.count]
      let difference = largestDifference(own, golden.tensor("gradient." + e.name)?.values ?? [])
      #expect(difference < 1e-5 && own.contains { abs($0) > 1e-5 }, "\(e.name): \(difference)")
    }
  }

  /// With its norms folded into the convolutions, by the running statistics after one step.
  @Test(arguments: [1, 2, 5]) func foldedMatchesPyTorch(threads: Int) throws {
    let (golden, network, batch) = (try Self.golden(), try Self.network(), Self.batch)
    let weights = FormulaWeights.fill(network.layout)
    var statistics = network.initialStatistics
    for e in network.statisticsLayout.entries {
      let values = golden.tensor("statistics." + e.name)?.values ?? []
      statistics.values.replaceSubrange(e.offset..<e.offset + e.count, with: values)
    }
    let folded = FoldedSegmentation(network, weights: weights, statistics: statistics)
    let logits = folded.logits(
      batch.pictures, count: batch.count, height: batch.height, width: batch.width, threads: threads)
    let difference = largestDifference(logits, golden.tensor("eval.logits")?.values ?? [])
    #expect(difference < 2e-5, "\(difference)")
    let (classes, p) = folded.segment(
      batch.pictures, count: batch.count, height: batch.height, width: batch.width, threads: threads)
    let pixels = batch.height * batch.width
    for i in 0..<batch.count * pixels {
      let own = (0..<6).map { (i / pixels * 6 + $0) * pixels + i % pixels }
      #expect(logits[own[Int(classes[i])]] == own.map { logits[$0] }.max())
      #expect(abs(own.reduce(0) { $0 + p[$1] } - 1) < 1e-5)
    }
  }

  /// Weights and statistics lie in one file; what is missing or of another shape is named, all at once.
  @Test func loadsFromOneFile() throws {
    let network = try Self.network()
    let weights = FormulaWeights.fill(network.layout)
    let statistics = FormulaWeights.fill(network.statisticsLayout)
    var tensors = weights.tensors.merging(statistics.tensors) { a, _ in a }
    let (loaded, also) = try network.load(from: Safetensors(Safetensors.encode(tensors)))
    #expect(loaded.values == weights.values && also.values == statistics.values)
    tensors["segmentation.down.0.norm1.running_mean"] = nil
    tensors["segmentation.head.weight"] = Tensor(zeros: [24, 5])
    let file = try Safetensors(Safetensors.encode(tensors))
    do throws(CheckpointError) {
      _ = try network.load(from: file)
      Issue.record("it loaded")
    } catch {
      guard case .mismatch(let report) = error else { throw error }
      #expect(report.missing == ["segmentation.down.0.norm1.running_mean"])
      #expect(report.misshapen == ["segmentation.head.weight is [24, 5], not [24, 5, 1, 1]"])
    }
  }

  /// More pictures than shards; and a second step of another size in between leaves nothing behind.
  @Test func anyNumberOfThreadsGivesTheSameBytes() throws {
    let network = try Self.network()
    let weights = FormulaWeights.fill(network.layout)
    let (count, pixels) = (11, 8 * 16)
    let large = SegmentationBatch(
      count: count, height: 8, width: 16, pictures: FormulaWeights.values("embeddings.p", [1, count * 2 * pixels]),
      labels: (0..<count * pixels).map { UInt8(1) << UInt8($0 / 5 % 6) })
    func run(_ threads: Int, _ step: SegmentationStep) -> ([Float], [Float], Float) {
      var statistics = network.initialStatistics
      let outcome = step.run(weights, &statistics, large)
      return (outcome.gradients, statistics.values, outcome.loss)
    }
    let first = run(1, SegmentationStep(network, threads: 1))
    #expect(first.0.allSatisfy(\.isFinite) && first.2.isFinite)
    for threads in [2, 3, 16] {
      let step = SegmentationStep(network, threads: threads)
      var statistics = network.initialStatistics
      if threads == 3 { _ = step.run(weights, &statistics, Self.batch) }
      for _ in 0..<2 { #expect(run(threads, step) == first) }
    }
  }

  /// Four times the golden's batch, so that a shard has several pictures: statistics and means stay what they are.
  @Test func repeatedPicturesTeachTheSame() throws {
    let network = try Self.network()
    let weights = FormulaWeights.fill(network.layout)
    var loss = SegmentationLoss()
    loss.diceWeight = 0
    func gradients(_ times: Int) -> [Float] {
      var (batch, statistics) = (Self.batch, network.initialStatistics)
      batch.count *= times
      batch.pictures = (0..<times).flatMap { _ in Self.batch.pictures }
      batch.labels = (0..<times).flatMap { _ in Self.batch.labels }
      return SegmentationStep(network, loss: loss, threads: 2).run(weights, &statistics, batch).gradients
    }
    let difference = largestDifference(gradients(1), gradients(4))
    #expect(difference < 2e-6, "\(difference)")
  }

  /// A batch of which nothing is known teaches nothing.
  @Test(arguments: [0, 63] as [UInt8]) func unknownPixelsTeachNothing(label: UInt8) throws {
    let network = try Self.network()
    var (batch, statistics) = (Self.batch, network.initialStatistics)
    batch.labels = batch.labels.map { _ in label }
    let weights = FormulaWeights.fill(network.layout)
    let outcome = SegmentationStep(network, threads: 1).run(weights, &statistics, batch)
    #expect(outcome.loss == 0 && outcome.gradients.allSatisfy { $0 == 0 } && outcome.dice.allSatisfy { $0 == nil })
  }

  /// A bright disc in a dark ring on noise: some steps find both, though of every other picture it is only told that the
  /// rest is neither.
  @Test func learnsRingsFromPartialLabels() throws {
    var c = SegmentationConfiguration()
    c.widths = [6, 8, 8]
    let network = try SegmentationNetwork(c)
    var (weights, statistics) = (Initialiser.weights(network.layout, seed: 3), network.initialStatistics)
    let step = SegmentationStep(network, threads: 2)
    var optimiser = AdamW(count: network.layout.count, rate: 0.03)
    var dice: [Float?] = []
    for i in 0..<120 {
      let outcome = step.run(weights, &statistics, rings(seed: i))
      optimiser.update(&weights.values, gradients: outcome.gradients)
      dice = outcome.dice
    }
    #expect((dice[1] ?? 0) > 0.8 && (dice[2] ?? 0) > 0.85, "\(dice)")
  }

  private func rings(seed: Int) -> SegmentationBatch {
    let (count, side) = (4, 32)
    let noise = FormulaWeights.values("embeddings.ring.\(seed)", [1, count * (side * side + 3)])
    var batch = SegmentationBatch(count: count, height: side, width: side, pictures: [], labels: [])
    for picture in 0..<count {
      let draw = noise[picture * 3..<picture * 3 + 3].map { $0 }
      let (row, column, radius) = (16 + 8 * draw[0], 16 + 8 * draw[1], 5 + 3 * draw[2])
      for pixel in 0..<side * side {
        let (dy, dx) = (Float(pixel / side) - row, Float(pixel % side) - column)
        let distance = (dy * dy + dx * dx).squareRoot()
        let isCavity = distance < radius
        let isMuscle = !isCavity && distance < radius + 3
        let grey: Float = isCavity ? 1 : isMuscle ? -1 : 0
        batch.pictures.append(grey + noise[count * 3 + picture * side * side + pixel])
        let rest: UInt8 = picture % 2 == 0 ? 0b1 : 0b11_1001
        batch.labels.append(
          isCavity ? 0b10 : isMuscle ? 0b100 : rest)
      }
    }
    return batch
  }
}
