import Phantom
import Preparation
import Synchronization
import Tensor

/// A phantom study as training sees it: prepared clips, its sentences and its truth.
struct TrainingStudy: Sendable {
  var clips: [PreparedClip]
  var report: [String]
  var truth: PhantomTruth
}

/// Phantom studies made and prepared side by side; study k follows from `seed + k` alone.
enum PhantomData {
  /// Seeds of the three sets lie far apart, so that no study is ever in two of them.
  static let validationOffset: UInt64 = 1_000_000
  static let testOffset: UInt64 = 2_000_000

  static func make(
    count: Int, seed: UInt64, recipe: BeatRecipe, plan: ScanPlan = .training, threads: Int, progress: Progress
  ) -> [TrainingStudy] {
    let results = Mutex<[TrainingStudy?]>(Array(repeating: nil, count: count))
    let done = Mutex(0)
    Lanes.run(count, threads: threads) { k, _ in
      let made = one(seed: seed + UInt64(k), recipe: recipe, plan: plan)
      results.withLock { $0[k] = made }
      done.withLock {
        $0 += 1
        progress.update($0)
      }
    }
    return results.withLock { $0.compactMap { $0 } }
  }

  private static func one(seed: UInt64, recipe: BeatRecipe, plan: ScanPlan) -> TrainingStudy {
    let phantom = Phantom.make(PhantomRequest(seed: seed, scan: plan))
    let loaded = phantom.study
    // The training plan already made only every second slice of the stack.
    let items: [ClipChoice.Item] =
      plan == .training
      ? loaded.series.enumerated().flatMap { i, s in
        s.clips.indices.map { ClipChoice.Item(series: i, slice: $0, view: s.series.view) }
      } : ClipChoice(loaded.study).items
    let prepared = recipe.prepare(items.map { ($0, loaded.series[$0.series].clips[$0.slice]) })
    return TrainingStudy(clips: prepared.clips, report: phantom.report.sentences, truth: phantom.truth)
  }
}
