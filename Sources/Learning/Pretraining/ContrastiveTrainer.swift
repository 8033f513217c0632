import Glibc
import Networks
import Plain
import Tensor
import Training

/// How long and how fast to train the two towers.
public struct ContrastiveSchedule: Hashable, Sendable, Codable {
  public var steps = 2000
  public var rate: Float = 1e-3
  public var warmUp = 100
  public var decay: Float = 0.05
  /// The largest norm of a step's gradients.
  public var clip: Float = 1
  /// 1/temperature at the start; where it is learned it is kept between 1 and 60.
  public var scale: Float = 14
  public var learnsScale = true
  /// Batches whose gradients are averaged before a step.
  public var accumulate = 1
  /// Of the video encoder, from the first on, with patches and positions: these stay as they are.
  public var frozenBlocks = 0
  /// Parts that a batch is worked on in: more than these many threads have nothing to do, and sums depend on it.
  public var shards = 2
  public init() {}
}

/// Contrastive pretraining: clips against the sentences of their reports (ConVIRT, arXiv 2010.00747).
public struct ContrastiveTrainer: Sendable {
  public let towers: TwoTowers
  public let schedule: ContrastiveSchedule
  public let threads: Int

  public init(_ towers: TwoTowers, _ schedule: ContrastiveSchedule, threads: Int) {
    self.towers = towers
    self.schedule = schedule
    self.threads = threads
  }

  /// All that the next step depends on, beside its batch.
  public struct State: Sendable {
    /// Steps done.
    public internal(set) var step = 0
    public internal(set) var weights: Parameters
    var optimiser: AdamW
    var logScale: [Float]
    var scaleOptimiser: AdamW
  }

  public struct Report: Hashable, Sendable {
    /// Steps done with this one.
    public let step: Int
    public let loss: Float
    public let scale: Float
    /// Share of the batch whose own sentences were nearest to its clip.
    public let accuracy: Float
    public let rate: Float
    /// Of the gradients, before they were clipped.
    public let norm: Float
  }

  /// `fresh` names the projections that know nothing yet (`video_proj`, `text_proj`): they begin where these samples'
  /// mean is zero.
  public func start(_ weights: Parameters, fresh: Set<String>, samples: [ContrastiveSample]) -> State {
    var state = State(
      weights: weights,
      optimiser: AdamW(
        count: weights.values.count, rate: schedule.rate, beta2: 0.98, eps: 1e-6, decay: schedule.decay),
      logScale: [logf(schedule.scale)], scaleOptimiser: AdamW(count: 1, rate: 0.002, decay: 0))
    if !fresh.isEmpty { centre(&state.weights, fresh, samples) }
    return state
  }

  /// Goes on to the schedule's last step. `batch` must depend on its number alone; `report` hears of each step and says
  /// whether to go on. False where it did not.
  public func run(
    _ state: inout State, batch: (_ number: Int) -> ContrastiveBatch,
    report: (Report, State) throws(LearningError) -> Bool
  ) throws(LearningError) -> Bool {
    let step = ContrastiveStep(
      towers, threads: threads, shards: schedule.shards, frozenBlocks: schedule.frozenBlocks)
    let frozen = towers.weights(belowBlock: schedule.frozenBlocks)
    while state.step < schedule.steps {
      let i = state.step
      var outcome = gradients(step, state, i, batch)
      state.optimiser.rate = learningRate(step: i, of: schedule.steps, warmUp: schedule.warmUp, peak: schedule.rate)
      let norm = clip(&outcome.gradients, norm: schedule.clip)
      state.optimiser.update(&state.weights.values, gradients: outcome.gradients, frozen: frozen)
      if schedule.learnsScale {
        state.scaleOptimiser.update(&state.logScale, gradients: [outcome.dLogScale])
        state.logScale[0] = min(max(state.logScale[0], 0), logf(60))
      }
      state.step += 1
      let told = Report(
        step: state.step, loss: outcome.loss, scale: expf(state.logScale[0]), accuracy: outcome.accuracy,
        rate: state.optimiser.rate, norm: norm)
      guard try report(told, state) else { return false }
    }
    return true
  }

  private struct Sum {
    var loss: Float
    var gradients: [Float]
    var dLogScale: Float
    var accuracy: Float
  }

  private func gradients(
    _ step: ContrastiveStep, _ state: State, _ i: Int, _ batch: (_ number: Int) -> ContrastiveBatch
  ) -> Sum {
    let parts = schedule.accumulate
    var sum = Sum(loss: 0, gradients: [], dLogScale: 0, accuracy: 0)
    for part in 0..<parts {
      let batch = batch(i * parts + part)
      let outcome = step.run(
        state.weights.values, batch.samples, scale: expf(state.logScale[0]), negatives: batch.negatives)
      let accuracy = Self.accuracy(outcome, batch.samples.count, towers.video.configuration.projection)
      if part == 0 {
        sum = Sum(
          loss: outcome.loss, gradients: outcome.gradients, dLogScale: outcome.dLogScale, accuracy: accuracy)
      } else {
        sum.loss += outcome.loss
        sum.dLogScale += outcome.dLogScale
        sum.accuracy += accuracy
        Rows.add(sum.gradients.count, outcome.gradients, into: &sum.gradients)
      }
    }
    guard parts > 1 else { return sum }
    let share = 1 / Float(parts)
    sum.loss *= share
    sum.dLogScale *= share
    sum.accuracy *= share
    for k in sum.gradients.indices { sum.gradients[k] *= share }
    return sum
  }

  /// Sets projections' biases so that the mean of these samples' projections is zero. At the start nearly all of an
  /// embedding is the same for every input; without that share the first steps already see differences.
  private func centre(_ weights: inout Parameters, _ fresh: Set<String>, _ samples: [ContrastiveSample]) {
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
    for (name, sum, n) in [("video_proj", video, samples.count), ("text_proj", text, sentences)]
    where fresh.contains(name) {
      guard let e = weights.layout.entries.first(where: { $0.name == name + ".bias" }) else { continue }
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
