import Cine
import Networks

/// What somebody searches for, and whether the model can know what it means. Similarity does not tell: to the bundled model
/// random letters lie as near to some sentence of its reports (0.99) as any real sentence does. Its vocabulary does: whole
/// words are those of the reports that it was taught by.
public struct Query: Hashable, Sendable {
  /// Words with a meaning of their own, as the tokenizer reads them.
  public let known: [String]
  public let unknown: [String]
  private let least: Double

  /// At least half of the words must be known; where no report came with the model, whose vocabulary then is that of another
  /// corpus, one is enough.
  init(_ text: String, _ tokenizer: WordPiece, hasReports: Bool) {
    let words = tokenizer.words(of: text).filter { word in
      word.text.count > 1 && word.text.contains(where: \.isLetter) && !Self.common.contains(word.text)
    }
    known = words.filter(\.isWhole).map(\.text)
    unknown = words.filter { !$0.isWhole }.map(\.text)
    least = hasReports ? 0.5 : 0
  }

  /// Something can be near to it.
  public var hasMeaning: Bool {
    !known.isEmpty && Double(known.count) >= least * Double(known.count + unknown.count)
  }

  /// Why nothing is near; nil where something can be.
  public var refusal: String? {
    guard !hasMeaning else { return nil }
    guard !unknown.isEmpty else { return "Nothing is near: there is no word in it that means anything." }
    let count = known.count + unknown.count
    let most = unknown.prefix(5).joined(separator: ", ") + (unknown.count > 5 ? ", …" : "")
    return
      "Nothing is near: of its \(Count.of(count, "word")) the model was taught \(known.isEmpty ? "none" : "\(known.count)"), "
      + "not \(most)."
  }

  /// English words that stand in every sentence.
  private static let common: Set = [
    "a", "an", "and", "are", "as", "at", "be", "been", "by", "for", "from", "has", "have", "in", "is", "it", "its",
    "no",
    "not", "of", "on", "or", "than", "that", "the", "there", "this", "to", "was", "were", "with", "without", "what",
  ]
}

extension ModelPackage {
  /// Nil without a text tower.
  public func query(_ text: String) -> Query? {
    tokenizer.map { Query(text, $0, hasReports: !reports.sentences.isEmpty) }
  }
}
