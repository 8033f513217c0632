import Cine
import Contours
import Networks
import Plain
import Synchronization
import Tensor

/// How long and how fast to teach contours.
public struct ContourSchedule: Sendable {
  public var steps = 3000
  /// Pictures a step.
  public var batch = 16
  public var rate: Float = 2e-3
  public var warmUp = 100
  public var decay: Float = 1e-4
  public init() {}
}

/// Teaches the contour network on labelled clips that are made while it learns.
public struct ContourTrainer: Sendable {
  public let network: SegmentationNetwork
  public let recipe: ContourRecipe
  public let schedule: ContourSchedule
  public let seed: UInt64
  public let threads: Int

  public init(
    _ network: SegmentationNetwork, _ recipe: ContourRecipe, _ schedule: ContourSchedule, seed: UInt64, threads: Int
  ) {
    (self.network, self.recipe, self.schedule, self.seed, self.threads) = (network, recipe, schedule, seed, threads)
  }

  /// What is learned, and the running means and variances of its norms.
  public struct State: Sendable {
    public var weights: Parameters
    public var statistics: Parameters

    public init(weights: Parameters, statistics: Parameters) {
      (self.weights, self.statistics) = (weights, statistics)
    }
  }

  public struct Report: Sendable {
    public let step: Int
    public let loss: Float
    /// Soft Dice of the step's own pictures by class; nil where no pixel was known to be of it.
    public let dice: [Float?]
  }

  /// `hearts(step, k)` gives labelled clips of the k-th of a step's hearts, and must depend on both numbers alone; a
  /// batch takes as many frames of each heart as make it full. Returns nil once `report` says no.
  public func run(
    from start: State, heartsPerStep: Int, hearts: @Sendable (_ step: Int, _ k: Int) -> [LabelledClip],
    report: (Report) -> Bool
  ) -> State? {
    var state = start
    let step = SegmentationStep(network, threads: threads)
    var optimiser = AdamW(count: state.weights.values.count, rate: schedule.rate, decay: schedule.decay)
    for i in 0..<schedule.steps {
      let batch = batch(i, heartsPerStep, hearts)
      var outcome = step.run(state.weights, &state.statistics, batch)
      optimiser.rate = learningRate(step: i, of: schedule.steps, warmUp: schedule.warmUp, peak: schedule.rate)
      _ = clip(&outcome.gradients, norm: 1)
      optimiser.update(&state.weights.values, gradients: outcome.gradients)
      guard report(Report(step: i, loss: outcome.loss, dice: outcome.dice)) else { return nil }
    }
    return state
  }

  private func batch(
    _ i: Int, _ heartsPerStep: Int, _ hearts: @Sendable (_ step: Int, _ k: Int) -> [LabelledClip]
  ) -> SegmentationBatch {
    let sampler = ContourSampler(recipe: recipe)
    let share = schedule.batch / heartsPerStep
    let made = Mutex<[[ContourSampler.Sample]]>(Array(repeating: [], count: heartsPerStep))
    Lanes.run(heartsPerStep, threads: threads) { k, _ in
      var draw = SplitMix(seed: seed &+ UInt64(i) &* 0x9E37_79B9 &+ UInt64(k), name: "contours")
      let samples = hearts(i, k).flatMap { sampler.samples($0, &draw) }
      made.withLock { $0[k] = Array(samples.prefix(share)) }
    }
    let samples = made.withLock { $0.flatMap { $0 } }
    return SegmentationBatch(
      count: samples.count, height: recipe.size, width: recipe.size, pictures: samples.flatMap(\.picture),
      labels: samples.flatMap(\.labels))
  }
}
