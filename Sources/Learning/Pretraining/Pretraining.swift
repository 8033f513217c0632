import Glibc
import Plain
import Tensor

/// A contrastive training that keeps what it has: every so many minutes, when it is told to stop, and at its end. What it
/// ends with does not depend on how often it was stopped.
public struct Pretraining: Sendable {
  let trainer: ContrastiveTrainer
  let sampler: ContrastiveSampler
  let folder: RunFolder
  /// Seconds between checkpoints.
  let interval: Double

  public init(_ trainer: ContrastiveTrainer, _ sampler: ContrastiveSampler, _ folder: RunFolder, interval: Double) {
    (self.trainer, self.sampler, self.folder, self.interval) = (trainer, sampler, folder, interval)
  }

  /// Goes on from the folder's checkpoint, or begins with these weights, whose `fresh` projections know nothing yet.
  /// `began` hears of the step that it goes on from, `report` of each. Nil once `isStopped`, with the checkpoint written.
  public func run(
    _ start: Parameters, fresh: Set<String>, began: (_ step: Int) -> Void, report: (ContrastiveTrainer.Report) -> Void,
    isStopped: () -> Bool
  ) throws(LearningError) -> Parameters? {
    var state = trainer.start(
      start, fresh: fresh, samples: fresh.isEmpty ? [] : (0..<2).flatMap { sampler.batch($0).samples })
    _ = try folder.resume(&state)
    try folder.openLog(at: state.step)
    began(state.step)
    var saved = Monotonic.now()
    let isWhole = try trainer.run(&state, batch: sampler.batch) { told, state throws(LearningError) in
      report(told)
      folder.log(Metrics(told, time: Self.time()))
      let stop = isStopped()
      if stop || Monotonic.now() - saved >= interval || state.step == trainer.schedule.steps {
        try folder.save(state)
        saved = Monotonic.now()
      }
      return !stop || state.step == trainer.schedule.steps
    }
    return isWhole ? state.weights : nil
  }

  private static func time() -> Double {
    var t = timespec()
    clock_gettime(CLOCK_REALTIME, &t)
    return Double(t.tv_sec) + Double(t.tv_nsec) * 1e-9
  }
}
