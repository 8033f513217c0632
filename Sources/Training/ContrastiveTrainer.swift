import Glibc
import Networks
import Tensor

/// How long and how fast to train the two towers.
public struct ContrastiveSchedule: Sendable {
  public var steps = 2000
  public var batch = 32
  public var rate: Float = 1e-3
  public var warmUp = 100
  public var decay: Float = 0.05
  /// 1/temperature at the start; it is learned, and kept between 1 and 60.
  public var scale: Float = 14
  public init() {}
}

/// Contrastive pretraining: clips against the sentences of their reports (ConVIRT, arXiv 2010.00747).
public struct ContrastiveTrainer {
  public let towers: TwoTowers
  public let schedule: ContrastiveSchedule
  public let threads: Int

  public init(_ towers: TwoTowers, _ schedule: ContrastiveSchedule, threads: Int) {
    self.towers = towers
    self.schedule = schedule
    self.threads = threads
  }

  public struct Report: Sendable {
    public let step: Int
    public let loss: Float
    public let scale: Float
    /// Share of the batch whose own sentences were nearest to its clip.
    public let accuracy: Float
  }

  /// `batch` gives the samples of a step and must depend on the step alone. Returns nil once `report` says no.
  public func run(
    from start: Parameters, batch: (_ step: Int) -> [ContrastiveSample], report: (Report) -> Bool
  ) -> Parameters? {
    var weights = start
    centre(&weights, (0..<2).flatMap(batch))
    let step = ContrastiveStep(towers, threads: threads)
    var optimiser = AdamW(
      count: weights.values.count, rate: schedule.rate, beta2: 0.98, eps: 1e-6, decay: schedule.decay)
    var logScale = [logf(schedule.scale)]
    var scaleOptimiser = AdamW(count: 1, rate: 0.002, decay: 0)
    for i in 0..<schedule.steps {
      let samples = batch(i)
      var outcome = step.run(weights.values, samples, scale: expf(logScale[0]), grouped: true)
      optimiser.rate = learningRate(step: i, of: schedule.steps, warmUp: schedule.warmUp, peak: schedule.rate)
      _ = clip(&outcome.gradients, norm: 1)
      optimiser.update(&weights.values, gradients: outcome.gradients)
      scaleOptimiser.update(&logScale, gradients: [outcome.dLogScale])
      logScale[0] = min(max(logScale[0], 0), logf(60))
      let kept = Report(
        step: i, loss: outcome.loss, scale: expf(logScale[0]),
        accuracy: Self.accuracy(outcome, samples.count, towers.video.configuration.projection))
      guard report(kept) else { return nil }
    }
    return weights
  }

  /// Sets both projections' biases so that the mean of these samples' projections is zero. At the start nearly all of an
  /// embedding is the same for every input; without that share the first steps already see differences.
  private func centre(_ weights: inout Parameters, _ samples: [ContrastiveSample]) {
    let d = towers.video.configuration.projection
    let arena = Arena()
    var video = [Float](repeating: 0, count: d)
    var text = video
    var sentences = 0
    weights.values.withUnsafeBufferPointer { buffer in
      guard let p = buffer.baseAddress else { return }
      for sample in samples {
        arena.reset()
        let seen = towers.video.forward(
          p, clip: sample.clip, clipChannels: sample.channels, keep: false, arena: arena)
        if let seen { Rows.add(d, seen.projected, into: &video) }
        for ids in sample.sentences {
          Rows.add(d, towers.text.forward(p, ids: ids, arena: arena).projected, into: &text)
          sentences += 1
        }
      }
    }
    for (name, sum, n) in [("video_proj.bias", video, samples.count), ("text_proj.bias", text, sentences)] {
      guard let e = weights.layout.entries.first(where: { $0.name == name }) else { continue }
      for i in 0..<d { weights.values[e.offset + i] -= sum[i] / Float(max(n, 1)) }
    }
  }

  private static func accuracy(_ o: ContrastiveStep.Outcome, _ n: Int, _ d: Int) -> Float {
    var hits = 0
    for i in 0..<n {
      func similarity(_ j: Int) -> Float { (0..<d).reduce(0) { $0 + o.video[i * d + $1] * o.text[j * d + $1] } }
      let own = similarity(i)
      if (0..<n).allSatisfy({ $0 == i || similarity($0) < own }) { hits += 1 }
    }
    return Float(hits) / Float(max(n, 1))
  }
}
