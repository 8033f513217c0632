/// The tokenizer of BERT's uncased models (arXiv 1810.04805): words, then each word's longest known pieces from the left.
public struct WordPiece: Sendable {
  public let vocabulary: Vocabulary
  /// Longer words become one unknown token, as published.
  static let longestWord = 100

  public init(_ vocabulary: Vocabulary) { self.vocabulary = vocabulary }

  /// `[CLS]` pieces `[SEP]`, at most `limit` ids in all: what does not fit is cut before `[SEP]`.
  public func encode(_ text: String, limit: Int = 512) -> [Int] {
    var ids = [vocabulary.start]
    for (part, special) in parts(of: text) {
      if let special {
        ids.append(special)
      } else {
        for word in BasicTokens.words(part) { append(word, to: &ids) }
      }
    }
    return ids.prefix(max(limit, 2) - 1) + [vocabulary.end]
  }

  /// The entry of each id.
  public func tokens(_ ids: [Int]) -> [String] {
    ids.map { vocabulary.entries.indices.contains($0) ? vocabulary.entries[$0] : "[UNK]" }
  }

  private func append(_ word: [UInt8], to ids: inout [Int]) {
    let scalars = word.count { $0 & 0xC0 != 0x80 }
    guard scalars <= Self.longestWord else { return ids.append(vocabulary.unknown) }
    let before = ids.count
    var start = 0
    while start < word.count {
      let known = start == 0 ? vocabulary.whole : vocabulary.continuing
      var end = word.count
      var found: Int?
      while end > start {
        // Only between characters: a continuation byte never begins a piece.
        if end == word.count || word[end] & 0xC0 != 0x80 {
          found = known[word[start..<end]]
          if found != nil { break }
        }
        end -= 1
      }
      guard let id = found else {
        ids.removeSubrange(before...)
        return ids.append(vocabulary.unknown)
      }
      ids.append(id)
      start = end
    }
  }

  /// The text cut at special tokens that it spells out.
  private func parts(of text: String) -> [(text: String, special: Int?)] {
    guard text.utf8.contains(UInt8(ascii: "[")) else { return [(text, nil)] }
    let bytes = Array(text.utf8)
    var parts: [(String, Int?)] = []
    var (plain, at) = (0, 0)
    while at < bytes.count {
      guard bytes[at] == UInt8(ascii: "["),
        let special = vocabulary.special.first(where: { bytes[at...].starts(with: $0.text) })
      else {
        at += 1
        continue
      }
      parts.append((String(decoding: bytes[plain..<at], as: UTF8.self), nil))
      parts.append(("", special.id))
      at += special.text.count
      plain = at
    }
    return parts + [(String(decoding: bytes[plain...], as: UTF8.self), nil)]
  }
}
