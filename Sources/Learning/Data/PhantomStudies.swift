import Cine
import Phantom
import Preparation

/// Synthetic hearts as a data set: study k follows from `seed + k` alone.
public struct PhantomStudies: Sendable {
  public let count: Int
  public let seed: UInt64
  public let recipe: PreparationRecipe
  public let plan: ScanPlan

  /// Seeds of the three sets lie far apart, so that no study is ever in two of them.
  public static let validationOffset: UInt64 = 1_000_000
  public static let testOffset: UInt64 = 2_000_000
  /// The label of the ejection fraction, percent; all others are conditions.
  public static let lvef = "lvef"

  public init(count: Int, seed: UInt64, recipe: PreparationRecipe, plan: ScanPlan = .training) {
    (self.count, self.seed, self.recipe, self.plan) = (count, seed, recipe, plan)
  }

  private func request(_ k: Int) -> PhantomRequest { PhantomRequest(seed: seed &+ UInt64(k), scan: plan) }

  /// Without pixels.
  public func study(_ k: Int) -> TrainingStudy {
    let (report, truth) = Phantom.words(request(k))
    var labels = truth.conditions.mapValues { $0 ? 1.0 : 0 }
    labels[Self.lvef] = truth.lvef
    return TrainingStudy(
      patient: "phantom \(seed &+ UInt64(k))", sentences: report.sentences, labels: labels)
  }

  public func clips(_ k: Int) -> [GreyClip] {
    let loaded = Phantom.study(request(k))
    // The training plan already made only every second slice of the stack.
    let items: [ClipChoice.Item] =
      plan == .training
      ? loaded.series.enumerated().flatMap { i, s in
        s.clips.indices.map { ClipChoice.Item(series: i, slice: $0, view: s.series.view) }
      } : ClipChoice(loaded.study).items
    let chosen = items.map { ($0, loaded.series[$0.series].clips[$0.slice]) }
    if case .beat(let recipe) = recipe {
      return recipe.prepare(chosen).clips.map { GreyClip(view: $0.item.view, values: $0.grey) }
    }
    return recipe.prepare(chosen).clips.map { GreyClip(view: $0.item.view, values: recipe.grey($0.values)) }
  }
}
