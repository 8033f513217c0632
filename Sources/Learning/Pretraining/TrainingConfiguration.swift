import Findings
import Networks
import Plain
import Preparation

/// All that decides what a training ends with, resolved, and hashes of what it learned from: kept beside its log. Threads,
/// budgets and times of checkpoints are not in it.
public struct TrainingConfiguration: Hashable, Sendable, Codable {
  public struct Data: Hashable, Sendable, Codable {
    /// Of the table of pairs; nil where there is none.
    public var pairsSHA256: String?
    /// Studies of the table that were found, and the phantoms behind them.
    public var studies: Int
    public var phantoms: Int
    /// Over patients and sentences of all studies, in their order.
    public var reportsSHA256: String

    public init(pairsSHA256: String?, phantoms: Int, _ all: [TrainingStudy]) {
      (self.pairsSHA256, studies, self.phantoms) = (pairsSHA256, all.count - phantoms, phantoms)
      let lines = all.map { ([$0.patient] + $0.sentences).joined(separator: "\u{1F}") }
      reportsSHA256 = SHA256.hex(of: lines.joined(separator: "\u{1E}").utf8)
    }
  }

  public var data: Data
  public var seed: UInt64
  /// The share of patients that is held out.
  public var held: Double
  public var schedule: ContrastiveSchedule
  public var sampling: ContrastiveSampler.Plan
  /// SHA-256 of the weights that it begins with.
  public var weightsSHA256: String
  public var vocabulary: Int
  public var video: MViTConfiguration
  public var text: BERTConfiguration
  public var recipe: PreparationRecipe

  public init(
    _ data: Data, _ start: TowerStart, _ schedule: ContrastiveSchedule, _ sampling: ContrastiveSampler.Plan,
    held: Double,
    seed: UInt64
  ) {
    (self.data, self.schedule, self.sampling, self.held, self.seed) = (data, schedule, sampling, held, seed)
    var sum = SHA256()
    start.weights.values.withUnsafeBytes { sum.update($0) }
    weightsSHA256 = sum.hex()
    vocabulary = start.vocabulary.count
    (video, text, recipe) = (start.network.video.configuration, start.network.text.configuration, start.recipe)
  }
}
