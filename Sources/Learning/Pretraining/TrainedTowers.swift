import Cine
import Findings
import Networks
import Preparation
import Synchronization
import Tensor
import Training

/// Towers that do not change any more, and the packages that are made of them.
public struct TrainedTowers: Sendable {
  public let start: TowerStart
  public let weights: Parameters
  public let threads: Int

  public init(_ start: TowerStart, _ weights: Parameters, threads: Int) {
    (self.start, self.weights, self.threads) = (start, weights, threads)
  }

  public typealias Progress = @Sendable (_ done: Int, _ total: Int) -> Void
  public typealias Made = (manifest: ModelManifest, contents: ModelContents)

  private var width: Int { start.network.video.configuration.projection }

  /// Of every study, in their order, its clips with their embeddings.
  func embed(_ set: TrainingSet, progress: Progress) -> [[Familiarity.Clip]] {
    let results = Mutex<[[Familiarity.Clip]]>(Array(repeating: [], count: set.studies.count))
    let done = Mutex(0)
    Lanes.run(set.studies.count, threads: threads) { study, _ in
      let arena = Arena()
      let made = set.clips.views(study).enumerated().compactMap { k, view -> Familiarity.Clip? in
        guard let grey = set.clips.clip(study, k) else { return nil }
        arena.reset()
        return weights.values.withUnsafeBufferPointer { p in
          start.recipe.input(grey).withUnsafeBufferPointer { x -> Familiarity.Clip? in
            guard let p = p.baseAddress, let x = x.baseAddress else { return nil }
            let trace = start.network.video.forward(p, clip: x, clipChannels: 1, keep: false, arena: arena)
            return trace.map { (view, Array(UnsafeBufferPointer(start: $0.embedding, count: width))) }
          }
        }
      }
      results.withLock { $0[study] = made }
      done.withLock {
        $0 += 1
        progress($0, set.studies.count)
      }
    }
    return results.withLock { $0 }
  }

  func embed(_ sentences: [String]) -> [[Float]] {
    let results = Mutex<[[Float]]>(Array(repeating: [], count: sentences.count))
    let arenas = (0..<max(threads, 1)).map { _ in Unshared(Arena()) }
    Lanes.run(sentences.count, threads: threads) { i, lane in
      let arena = arenas[lane].value
      arena.reset()
      let made = weights.values.withUnsafeBufferPointer { p -> [Float] in
        guard let p = p.baseAddress else { return [] }
        let trace = start.network.text.forward(p, ids: start.encode(sentences[i]), arena: arena)
        return Array(UnsafeBufferPointer(start: trace.embedding, count: width))
      }
      results.withLock { $0[i] = made }
    }
    return results.withLock { $0 }
  }

  /// Sentences of some studies, each once, with their embeddings.
  func index(_ studies: some Sequence<TrainingStudy>, most: Int = .max) -> ReportIndex {
    var seen: Set<String> = []
    let sentences = Array(studies.lazy.flatMap(\.sentences).filter { seen.insert($0).inserted }.prefix(most))
    return ReportIndex(sentences: sentences, embeddings: embed(sentences))
  }

  func contents() -> ModelContents {
    var contents = ModelContents(weights: weights.tensors)
    contents.half = start.half
    contents.vocabulary = start.vocabulary
    return contents
  }

  // MARK: A site's own

  /// More sentences than these make a package that nobody can search in time.
  private static let mostSentences = 50_000
  /// Among fewer reports one's own is found by chance.
  private static let fewestMeasured = 10
  /// With fewer held-out studies nothing can be said of what is unlike them.
  private static let fewestFamiliar = 20

  /// A package without heads: towers, vocabulary and the sentences of the reports that were learned from, measured on
  /// studies that were held out. `synthetic` counts those among the others that no patient is behind.
  public func package(
    _ set: TrainingSet, training: [Int], held: [Int], synthetic: Int, name: String, seed: UInt64, progress: Progress
  ) -> Made {
    let embeddings = embed(set, progress: progress)
    var contents = contents()
    contents.reports = index(training.map { set.studies[$0] }, most: Self.mostSentences)
    if held.count >= Self.fewestFamiliar {
      contents.familiarity = Familiarity.fit(
        training: training.map { embeddings[$0] }, heldOut: held.map { embeddings[$0] })
    }
    let own = training.count - synthetic
    let parts =
      (own > 0 ? ["\(own) studies of the user's with their reports"] : [])
      + (synthetic > 0 ? ["\(synthetic) synthetic hearts"] : [])
    let what = parts.joined(separator: " and ")
    let before = start.source.map { ", over an encoder that learned from \($0.training.trainedOn)" } ?? ""
    let onPhantoms = own == 0 && start.source?.training.synthetic != false
    var manifest = ModelManifest(
      name: name, version: "1", video: start.network.video.configuration, text: start.network.text.configuration,
      recipe: start.recipe, conditions: [], lvef: nil,
      training: .init(
        trainedOn: what + before, synthetic: onPhantoms, seed: seed, studies: training.count,
        statement:
          "Both towers learned by contrast from \(what). It has no heads: no findings and no LVEF, until some are fitted."
      ),
      licence: start.source?.licence ?? (own > 0 ? "the user's own" : "Apache-2.0"))
    manifest.performance = retrieval(set, held, embeddings)
    return (manifest, contents)
  }

  private func retrieval(
    _ set: TrainingSet, _ held: [Int], _ embeddings: [[Familiarity.Clip]]
  ) -> ModelManifest.Performance? {
    let pairs = held.compactMap { i -> (study: [Float], report: [Float])? in
      guard let study = UnitVector.mean(embeddings[i].map(\.embedding)),
        let report = UnitVector.mean(embed(set.studies[i].sentences))
      else { return nil }
      return (study, report)
    }
    guard held.count >= Self.fewestMeasured,
      let found = Retrieval(studies: pairs.map(\.study), reports: pairs.map(\.report))
    else { return nil }
    var performance = ModelManifest.Performance(studies: found.count)
    (performance.retrievalHits, performance.retrievalTimesChance) = (found.hits, found.timesChance)
    return performance
  }
}

/// A value that one lane alone touches at a time.
private struct Unshared<T>: @unchecked Sendable {
  let value: T
  init(_ value: T) { self.value = value }
}
