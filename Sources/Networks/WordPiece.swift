/// The tokenizer of BERT's uncased models (arXiv 1810.04805): words (see `BasicTokens`), then each word's longest known
/// pieces from the left.
public struct WordPiece: Sendable {
  /// A piece a line; its line is its id. Pieces that continue a word begin with `##`.
  public let pieces: [String]
  /// By their bytes: Swift's strings would call canonically equal pieces the same, vocabularies do not.
  private let beginning: [ArraySlice<UInt8>: Int]
  private let continuing: [ArraySlice<UInt8>: Int]
  /// Tokens that stand for themselves where a text spells them out.
  private let special: [(text: [UInt8], id: Int)]
  private let unknown: Int
  private let begin: Int
  private let end: Int

  static let longestWord = 100
  static let specials = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]

  /// Nil where [UNK], [CLS] or [SEP] is missing. Of equal pieces the last counts.
  public init?(pieces: [String]) {
    var beginning: [ArraySlice<UInt8>: Int] = [:]
    var continuing: [ArraySlice<UInt8>: Int] = [:]
    for (id, piece) in pieces.enumerated() {
      let bytes = Array(piece.utf8)
      beginning[bytes[...]] = id
      if bytes.count > 2, bytes.starts(with: "##".utf8) { continuing[bytes[2...]] = id }
    }
    func id(_ token: String) -> Int? { beginning[Array(token.utf8)[...]] }
    guard let unknown = id("[UNK]"), let begin = id("[CLS]"), let end = id("[SEP]") else { return nil }
    (self.unknown, self.begin, self.end) = (unknown, begin, end)
    special = Self.specials.compactMap { token in id(token).map { (Array(token.utf8), $0) } }
    self.pieces = pieces
    self.beginning = beginning
    self.continuing = continuing
  }

  /// The lines of a vocab.txt.
  public init?(vocabulary text: String) {
    // By bytes: to Swift's strings a carriage return and its line feed are one character.
    var lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { line in
      String(decoding: line.last == UInt8(ascii: "\r") ? line.dropLast() : line, as: UTF8.self)
    }
    if lines.last == "" { lines.removeLast() }
    self.init(pieces: lines)
  }

  /// [CLS] pieces [SEP], cut to `limit` ids in all.
  public func encode(_ text: String, limit: Int = 512) -> [Int] {
    var ids = [begin]
    for (plain, special) in parts(of: text) {
      for word in BasicTokens.words(plain) { append(word, to: &ids) }
      if let special { ids.append(special) }
    }
    return ids.prefix(max(limit, 2) - 1) + [end]
  }

  private func append(_ word: [UInt8], to ids: inout [Int]) {
    let scalars = word.count { $0 & 0xC0 != 0x80 }
    guard scalars <= Self.longestWord else { return ids.append(unknown) }
    let before = ids.count
    var start = 0
    while start < word.count {
      let known = start == 0 ? beginning : continuing
      var end = word.count
      var found: Int?
      while end > start {
        // Only between characters: no piece begins with a continuation byte.
        if end == word.count || word[end] & 0xC0 != 0x80 {
          found = known[word[start..<end]]
          if found != nil { break }
        }
        end -= 1
      }
      guard let id = found else {
        ids.removeSubrange(before...)
        return ids.append(unknown)
      }
      ids.append(id)
      start = end
    }
  }

  /// The text cut after each special token that it spells out.
  private func parts(of text: String) -> [(plain: String, special: Int?)] {
    guard text.utf8.contains(UInt8(ascii: "[")) else { return [(text, nil)] }
    let bytes = Array(text.utf8)
    var parts: [(String, Int?)] = []
    var (plain, at) = (0, 0)
    while at < bytes.count {
      guard bytes[at] == UInt8(ascii: "["), let token = special.first(where: { bytes[at...].starts(with: $0.text) })
      else {
        at += 1
        continue
      }
      parts.append((String(decoding: bytes[plain..<at], as: UTF8.self), token.id))
      at += token.text.count
      plain = at
    }
    return parts + [(String(decoding: bytes[plain...], as: UTF8.self), nil)]
  }
}

extension WordPiece {
  /// A text's words, accents and case removed, and whether each is a piece of its own: what was not in the corpus that
  /// made the vocabulary falls into letters or shorter pieces.
  public func words(of text: String) -> [(text: String, isWhole: Bool)] {
    BasicTokens.words(text).map { (String(decoding: $0, as: UTF8.self), beginning[$0[...]] != nil) }
  }

  /// A vocabulary for a small corpus: the special pieces, letters and digits alone and as continuations, every number to
  /// 100, and each word that occurs at least twice. The same corpus gives the same vocabulary.
  public static func vocabulary(for corpus: some Sequence<String>) -> [String] {
    var counts: [[UInt8]: Int] = [:]
    for text in corpus {
      for word in BasicTokens.words(text) { counts[word, default: 0] += 1 }
    }
    let single = (33...126).compactMap { Unicode.Scalar($0) }.map { String(Character($0)).lowercased() }
    let continued = single.filter { $0.first.map { $0.isLetter || $0.isNumber } ?? false }.map { "##" + $0 }
    let numbers = (0...100).map(String.init)
    let words = counts.filter { $0.value > 1 }.keys.sorted { $0.lexicographicallyPrecedes($1) }
      .map { String(decoding: $0, as: UTF8.self) }.filter { Int($0) == nil }
    var pieces: [String] = []
    var seen: Set<String> = []
    for piece in specials + single + continued + numbers + words where seen.insert(piece).inserted {
      pieces.append(piece)
    }
    return pieces
  }
}
