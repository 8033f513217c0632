@_spi(_Unicode) import Swift

/// BERT's uncased tokenizer: clean, lower-case, strip accents, split punctuation and CJK, then the greedy longest match.
public struct WordPiece: Sendable {
  /// A piece a line; its line is its id.
  public let pieces: [String]
  private let ids: [String: Int]
  private let unknown: Int
  private let begin: Int
  private let end: Int

  static let longestWord = 100

  /// Nil where [UNK], [CLS] or [SEP] is missing.
  public init?(pieces: [String]) {
    var ids: [String: Int] = [:]
    for (i, piece) in pieces.enumerated() { ids[piece] = i }
    guard let unknown = ids["[UNK]"], let begin = ids["[CLS]"], let end = ids["[SEP]"] else { return nil }
    self.pieces = pieces
    self.ids = ids
    self.unknown = unknown
    self.begin = begin
    self.end = end
  }

  /// The lines of a vocab.txt.
  public init?(vocabulary text: String) {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      String(line.unicodeScalars.last == "\r" ? line.dropLast() : line)
    }
    if lines.last == "" { lines.removeLast() }
    self.init(pieces: lines)
  }

  /// [CLS] pieces [SEP], cut to `limit` ids in all.
  public func encode(_ text: String, limit: Int = 512) -> [Int] {
    let inner = Self.words(text).flatMap(match).prefix(max(limit - 2, 0))
    return [begin] + inner + [end]
  }

  private func match(_ word: [Unicode.Scalar]) -> [Int] {
    guard word.count <= Self.longestWord else { return [unknown] }
    var found: [Int] = []
    var start = 0
    while start < word.count {
      var end = word.count
      var hit: Int?
      while end > start {
        var piece = String.UnicodeScalarView()
        if start > 0 { piece.append(contentsOf: "##".unicodeScalars) }
        piece.append(contentsOf: word[start..<end])
        if let id = ids[String(piece)] {
          hit = id
          break
        }
        end -= 1
      }
      guard let hit else { return [unknown] }
      found.append(hit)
      start = end
    }
    return found
  }

  /// Words and single punctuation marks, lower-cased and without accents.
  static func words(_ text: String) -> [[Unicode.Scalar]] {
    var cleaned = String.UnicodeScalarView()
    for s in text.unicodeScalars {
      if s.value == 0 || s.value == 0xFFFD || isControl(s) { continue }
      if isSpace(s) {
        cleaned.append(" ")
      } else if isCJK(s) {
        cleaned.append(contentsOf: [" ", s, " "])
      } else {
        cleaned.append(s)
      }
    }
    var words: [[Unicode.Scalar]] = []
    var word: [Unicode.Scalar] = []
    func close() {
      if !word.isEmpty { words.append(word) }
      word = []
    }
    // Scalar by scalar, as the original does: no context-dependent casing.
    var lowered = String.UnicodeScalarView()
    for s in cleaned { lowered.append(contentsOf: s.properties.lowercaseMapping.unicodeScalars) }
    for s in String(lowered)._nfd {
      if s.properties.generalCategory == .nonspacingMark { continue }
      if isSpace(s) {
        close()
      } else if isPunctuation(s) {
        close()
        words.append([s])
      } else {
        word.append(s)
      }
    }
    close()
    return words
  }

  private static func isSpace(_ s: Unicode.Scalar) -> Bool {
    s == " " || s == "\t" || s == "\n" || s == "\r" || s.properties.generalCategory == .spaceSeparator
      || s.value == 0x2028 || s.value == 0x2029
  }

  private static func isControl(_ s: Unicode.Scalar) -> Bool {
    if s == "\t" || s == "\n" || s == "\r" { return false }
    switch s.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned: return true
    default: return false
    }
  }

  private static func isPunctuation(_ s: Unicode.Scalar) -> Bool {
    switch s.value {
    case 33...47, 58...64, 91...96, 123...126: return true
    default: break
    }
    switch s.properties.generalCategory {
    case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
      .finalPunctuation, .otherPunctuation:
      return true
    default: return false
    }
  }

  private static func isCJK(_ s: Unicode.Scalar) -> Bool {
    switch s.value {
    case 0x4E00...0x9FFF, 0x3400...0x4DBF, 0x20000...0x2A6DF, 0x2A700...0x2B73F, 0x2B740...0x2B81F, 0x2B820...0x2CEAF,
      0xF900...0xFAFF, 0x2F800...0x2FA1F:
      true
    default: false
    }
  }
}

extension WordPiece {
  /// A vocabulary for a small corpus: the special pieces, letters and digits alone and as continuations, every number to
  /// 100, and each word that occurs at least twice. The same corpus gives the same vocabulary.
  public static func vocabulary(for corpus: some Sequence<String>) -> [String] {
    var counts: [String: Int] = [:]
    for text in corpus {
      for word in words(text) {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: word)
        counts[String(view), default: 0] += 1
      }
    }
    var pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    let single = (33...126).compactMap { Unicode.Scalar($0) }.map { String(Character($0)).lowercased() }
    let continued = single.filter { $0.first.map { $0.isLetter || $0.isNumber } ?? false }.map { "##" + $0 }
    let numbers = (0...100).map(String.init)
    let words = counts.filter { $0.value > 1 && Int($0.key) == nil }.keys.sorted()
    var seen = Set(pieces)
    for piece in single + continued + numbers + words where seen.insert(piece).inserted { pieces.append(piece) }
    return pieces
  }
}
