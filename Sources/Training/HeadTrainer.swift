import Networks
import Plain
import Tensor

/// Trains heads on embeddings that no longer change, each head on one lane from draws of its own, so that the same seed
/// gives the same bytes for any number of threads.
public enum HeadTrainer {
  /// `training` and `validation` are indices of `studies`; studies without views are passed over. A condition that all
  /// training studies share, or none has, teaches nothing and yields no head; nor does a task without targets.
  /// `finished` hears of each head from its lane. Nil once `proceed`, asked every epoch, says no.
  public static func train(
    _ tasks: [HeadTask], studies: [StudyViews], training: [Int], validation: [Int], schedule: HeadSchedule,
    threads: Int, proceed: @Sendable () -> Bool = { true },
    finished: @Sendable (_ name: String, _ head: TrainedHead?) -> Void = { _, _ in }
  ) -> [TrainedHead]? {
    let results = Results(tasks.count)
    let data = Split(
      studies: studies, training: training.filter { studies[$0].count > 0 }, validation: validation)
    Lanes.run(tasks.count, threads: threads) { i, _ in
      precondition(tasks[i].targets.count == studies.count, "HeadTrainer: one target a study, nil where unknown")
      guard let fit = HeadFit(tasks[i], data, schedule) else { return finished(tasks[i].name, nil) }
      guard let head = fit.run(proceed: proceed) else { return results.stop(i) }
      results.set(i, head)
      finished(tasks[i].name, head)
    }
    return results.all
  }

  struct Split: Sendable {
    let studies: [StudyViews]
    let training: [Int]
    let validation: [Int]
  }

  /// Each place is written by one lane only.
  private final class Results: @unchecked Sendable {
    private let places: UnsafeMutableBufferPointer<(head: TrainedHead?, stopped: Bool)>

    init(_ count: Int) {
      places = .allocate(capacity: count)
      places.initialize(repeating: (nil, false))
    }

    deinit {
      places.deinitialize()
      places.deallocate()
    }

    func set(_ i: Int, _ head: TrainedHead) { places[i].head = head }
    func stop(_ i: Int) { places[i].stopped = true }
    var all: [TrainedHead]? { places.contains { $0.stopped } ? nil : places.compactMap(\.head) }
  }
}

/// One head in training.
private final class HeadFit {
  private let task: HeadTask
  private let data: HeadTrainer.Split
  private let schedule: HeadSchedule
  private let head: MultiViewHead
  private let known: [(study: Int, target: Float)]
  private let checked: [(study: Int, target: Float)]
  private let positiveWeight: Float
  private var parameters: Parameters
  private var gradients: [Float]
  private var optimiser: AdamW
  private var draws: SplitMix
  private let arena = Arena()

  init?(_ task: HeadTask, _ data: HeadTrainer.Split, _ schedule: HeadSchedule) {
    func withTarget(_ list: [Int]) -> [(study: Int, target: Float)] {
      list.compactMap { i in task.targets[i].map { (i, $0) } }
    }
    known = withTarget(data.training)
    checked = withTarget(data.validation).filter { data.studies[$0.study].count > 0 }
    guard let first = known.first else { return nil }
    let positives = known.count { $0.target > 0.5 }
    if case .condition = task.kind, positives == 0 || positives == known.count { return nil }
    positiveWeight = min(Float(known.count - positives) / Float(max(positives, 1)), schedule.largestPositiveWeight)
    var layout = ParameterLayout()
    head = MultiViewHead(dim: data.studies[first.study].width, name: "heads.\(task.name).", into: &layout)
    parameters = Initialiser.weights(layout, seed: schedule.seed)
    if case .fraction(let start) = task.kind { parameters.values[head.classifierBias] = start }
    gradients = [Float](repeating: 0, count: layout.count)
    optimiser = AdamW(count: layout.count, rate: schedule.rate, decay: schedule.decay)
    draws = SplitMix(seed: schedule.seed, name: task.name)
    self.task = task
    self.data = data
    self.schedule = schedule
  }

  func run(proceed: () -> Bool) -> TrainedHead? {
    var order = known
    let perEpoch = (order.count + schedule.batch - 1) / schedule.batch
    let steps = perEpoch * schedule.epochs
    var best: (loss: Float, epoch: Int, parameters: Parameters) = (.infinity, 0, parameters)
    for epoch in 0..<schedule.epochs {
      guard proceed() else { return nil }
      draws.shuffle(&order)
      for b in 0..<perEpoch {
        optimiser.rate = learningRate(
          step: epoch * perEpoch + b, of: steps, warmUp: min(50, steps / 10), peak: schedule.rate)
        step(order[b * schedule.batch..<min((b + 1) * schedule.batch, order.count)])
      }
      // Without anything to check against, the last epoch is as good a guess as any.
      let checking = checked.isEmpty ? -Float(epoch) : validationLoss()
      if checking < best.loss { best = (checking, epoch + 1, parameters) }
      if epoch + 1 - best.epoch >= schedule.patience { break }
    }
    parameters = best.parameters
    return TrainedHead(
      name: task.name, kind: task.kind, parameters: parameters, epoch: best.epoch,
      validationLoss: checked.isEmpty ? .nan : best.loss, validationLogits: data.validation.map(logit))
  }

  private func step(_ batch: ArraySlice<(study: Int, target: Float)>) {
    for i in gradients.indices { gradients[i] = 0 }
    for (study, target) in batch {
      let views = data.studies[study]
      arena.reset()
      let masks = mask(2 * views.count * (views.width / 2))
      let (head, weights, arena) = (head, parameters.values, arena)
      views.values.withUnsafeBufferPointer { v in
        guard let v = v.baseAddress else { return }
        let trace = head.forward(weights, views: v, n: views.count, masks: masks, arena: arena)
        let slope = loss(trace.logit, target).gradient / Float(batch.count)
        head.backward(weights, &gradients, trace, dLogit: slope, arena: arena)
      }
    }
    optimiser.update(&parameters.values, gradients: gradients)
  }

  /// Dropout as it is meant in training: a value is left out, or raised so that the mean stays.
  private func mask(_ count: Int) -> UnsafePointer<Float>? {
    guard schedule.dropout > 0 else { return nil }
    let kept = 1 / (1 - schedule.dropout)
    let p = arena.floats(count)
    for i in 0..<count { p[i] = draws.unitFloat() < schedule.dropout ? 0 : kept }
    return UnsafePointer(p)
  }

  private func loss(_ logit: Float, _ target: Float) -> (loss: Float, gradient: Float) {
    switch task.kind {
    case .condition: Losses.binary(logit, target > 0.5, positiveWeight: positiveWeight)
    case .fraction: Losses.huber(logit, target, delta: schedule.huberDelta)
    }
  }

  private func validationLoss() -> Float {
    Float(checked.reduce(0.0) { $0 + Double(loss(logit(of: $1.study), $1.target).loss) }) / Float(checked.count)
  }

  private func logit(of study: Int) -> Float {
    let views = data.studies[study]
    guard views.count > 0 else { return .nan }
    arena.reset()
    return views.values.withUnsafeBufferPointer { v in
      v.baseAddress.map { head.forward(parameters.values, views: $0, n: views.count, arena: arena).logit } ?? .nan
    }
  }
}
