import Findings
import Networks
import Preparation
import Tensor
import Training

/// Two towers before they are trained: new ones, or those of a package, of which the text tower may be new.
public struct TowerStart: Sendable {
  public let network: TwoTowers
  public let weights: Parameters
  public let vocabulary: [String]
  public let tokenizer: WordPiece
  public let recipe: PreparationRecipe
  /// The projections that know nothing yet.
  public let fresh: Set<String>
  /// Of the package that they come from.
  public let source: ModelManifest?
  /// Weights are written in half precision.
  public let half: Bool

  /// New towers of the default model's shape, with the words of these sentences.
  public init(sentences: [String], seed: UInt64) throws(LearningError) {
    let vocabulary = WordPiece.vocabulary(for: sentences)
    try self.init(
      video: DefaultModel.video, text: DefaultModel.text(vocabulary: vocabulary.count), vocabulary,
      .beat(DefaultModel.recipe), nil, [:], half: true, seed: seed)
  }

  /// Those of a package; where it has no text tower, or `newText` is asked for, a small one with the words of these
  /// sentences.
  public init(
    _ manifest: ModelManifest, _ contents: ModelContents, sentences: [String], newText: Bool, seed: UInt64
  ) throws(LearningError) {
    let own = newText ? nil : manifest.text
    let vocabulary = own == nil ? WordPiece.vocabulary(for: sentences) : contents.vocabulary
    let text =
      own ?? DefaultModel.text(vocabulary: vocabulary.count, projection: manifest.video.projection)
    let taken = contents.weights.filter { $0.key.hasPrefix("video_") || own != nil && $0.key.hasPrefix("text_") }
    try self.init(
      video: manifest.video, text: text, vocabulary, manifest.recipe, manifest, taken, half: contents.half, seed: seed)
  }

  private init(
    video: MViTConfiguration, text: BERTConfiguration, _ vocabulary: [String], _ recipe: PreparationRecipe,
    _ source: ModelManifest?, _ taken: [String: Tensor], half: Bool, seed: UInt64
  ) throws(LearningError) {
    guard let tokenizer = WordPiece(pieces: vocabulary) else {
      throw .run("the vocabulary lacks its special pieces")
    }
    do throws(ConfigurationError) {
      network = try TwoTowers(video: video, text: text)
    } catch {
      throw .run(error.text)
    }
    var weights = Initialiser.weights(network.layout, seed: seed)
    for e in network.layout.entries {
      guard let tensor = taken[e.name] else { continue }
      guard tensor.shape == e.shape else { throw .run("the package's \(e.name) is of another shape") }
      weights.values.replaceSubrange(e.offset..<e.offset + e.count, with: tensor.values)
    }
    (self.weights, self.vocabulary, self.tokenizer, self.recipe) = (weights, vocabulary, tokenizer, recipe)
    (self.source, self.half) = (source, half)
    fresh = Set(["video_proj", "text_proj"].filter { taken[$0 + ".bias"] == nil })
  }

  /// Token ids, as the text tower takes them.
  public func encode(_ sentence: String) -> [Int] {
    tokenizer.encode(sentence, limit: network.text.configuration.positions)
  }
}
