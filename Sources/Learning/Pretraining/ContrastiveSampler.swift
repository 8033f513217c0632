import Plain
import Preparation
import Synchronization
import Tensor
import Training

/// The samples of one step, and which of their pairs are no negatives.
public struct ContrastiveBatch: Sendable {
  public var samples: [ContrastiveSample]
  public var negatives: Negatives

  public init(samples: [ContrastiveSample], negatives: Negatives) {
    (self.samples, self.negatives) = (samples, negatives)
  }
}

/// Draws the batches of contrastive training: each follows from the seed and its number alone.
public struct ContrastiveSampler: Sendable {
  public struct Plan: Hashable, Sendable, Codable {
    /// Studies a batch.
    public var batch = 32
    /// Sentences drawn of a report; the same one may be drawn twice, and then counts once.
    public var fewestSentences = 1
    public var mostSentences = 5
    /// Texts that are true of another study of the batch, word for word, are no negatives of it; else only studies of
    /// which the same sentences were drawn share their target.
    public var masksTrueTexts = true
    public var augmentation = Augmentation()

    public init() {}
  }

  private let set: TrainingSet
  private let studies: [Int]
  private let plan: Plan
  private let side: Int
  private let tone: (offset: Float, gain: Float)
  private let seed: UInt64
  private let threads: Int
  /// Of each study's sentences: which of all distinct sentences they are, and the token ids of these.
  private let numbers: [[Int]]
  private let tokens: [[Int]]

  /// `studies` are those of the set to learn from.
  public init(
    _ set: TrainingSet, studies: [Int], _ plan: Plan, recipe: PreparationRecipe, seed: UInt64, threads: Int,
    encode: (String) -> [Int]
  ) {
    (self.set, self.studies, self.plan, self.seed, self.threads) = (set, studies, plan, seed, threads)
    (side, tone) = (recipe.pixels, recipe.tone)
    var (known, tokens): ([[Int]: Int], [[Int]]) = ([:], [])
    var ids: [String: Int] = [:]
    numbers = set.studies.map { study in
      study.sentences.map { sentence in
        if let id = ids[sentence] { return id }
        // Sentences that read alike are one.
        let read = encode(sentence)
        let id = known[read] ?? tokens.count
        if id == tokens.count { tokens.append(read) }
        (known[read], ids[sentence]) = (id, id)
        return id
      }
    }
    self.tokens = tokens
  }

  /// One clip of each study, changed a little, with some sentences of its report.
  public func batch(_ number: Int) -> ContrastiveBatch {
    let perEpoch = max(studies.count / plan.batch, 1)
    let order = shuffled(epoch: number / perEpoch)
    let first = (number % perEpoch) * plan.batch
    let count = min(plan.batch, studies.count)
    let made = Mutex<[Made?]>(Array(repeating: nil, count: count))
    Lanes.run(count, threads: threads) { i, _ in
      let one = sample(order[first + i], SplitMix(seed: seed, step: number, place: i))
      made.withLock { $0[i] = one }
    }
    let all = made.withLock { $0.compactMap { $0 } }
    var groups: [[Int]: Int] = [:]
    let samples = all.map { one in
      let group = groups[one.sentences, default: groups.count]
      groups[one.sentences] = group
      return ContrastiveSample(
        clip: one.clip, channels: 1, sentences: one.sentences.map { tokens[$0] }, group: group)
    }
    return ContrastiveBatch(samples: samples, negatives: plan.masksTrueTexts ? .masked(masks(all)) : .grouped)
  }

  private struct Made: Sendable {
    let study: Int
    let clip: [Float]
    let sentences: [Int]
  }

  private func sample(_ study: Int, _ start: SplitMix) -> Made? {
    var draw = start
    let clips = set.clips.views(study).count
    guard clips > 0, !numbers[study].isEmpty, let grey = set.clips.clip(study, draw.below(clips)) else { return nil }
    let wanted = plan.fewestSentences + draw.below(plan.mostSentences - plan.fewestSentences + 1)
    let chosen = Set((0..<wanted).map { _ in draw.below(numbers[study].count) }).sorted()
    return Made(
      study: study, clip: plan.augmentation.apply(grey, side: side, tone: tone, &draw),
      sentences: chosen.map { numbers[study][$0] })
  }

  /// [clip, text]: whether all that was drawn of the other study stands in this one's report, too.
  private func masks(_ all: [Made]) -> [Bool] {
    let reports = all.map { Set(numbers[$0.study]) }
    return all.indices.flatMap { i in
      all.indices.map { j in i != j && reports[i].isSuperset(of: all[j].sentences) }
    }
  }

  private func shuffled(epoch: Int) -> [Int] {
    var draw = SplitMix(seed: seed, step: -1 - epoch, place: 0)
    var order = studies
    for i in order.indices.dropLast() { order.swapAt(i, i + draw.below(order.count - i)) }
    return order
  }
}
