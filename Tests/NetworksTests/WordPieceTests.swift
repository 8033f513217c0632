import Foundation
import Networks
import TestSupport
import Testing

@Suite struct WordPieceTests {
  struct Golden: Decodable {
    let text: String
    let ids: [Int]
  }

  @Test(.enabled(if: SharedFolder.path("data/text/wordpiece_golden.json") != nil))
  func everyTextGivesTheSameIds() throws {
    let folder = try #require(SharedFolder.path("data/text"))
    let text = try String(contentsOfFile: folder + "/bert_base_uncased_vocab.txt", encoding: .utf8)
    let tokenizer = try #require(WordPiece(vocabulary: text))
    #expect(tokenizer.pieces.count == 30_522)
    let json = try Data(contentsOf: URL(fileURLWithPath: folder + "/wordpiece_golden.json"))
    let goldens = try JSONDecoder().decode([Golden].self, from: json)
    #expect(goldens.count > 200)
    for golden in goldens { #expect(tokenizer.encode(golden.text) == golden.ids, "\(golden.text)") }
  }

  static let small = WordPiece(
    pieces: [
      "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "##b", "ab", "##a", ".", "\u{e9}", "e", "##\u{1100}",
    ])

  struct Case: CustomTestStringConvertible {
    let name: String
    let text: String
    let ids: [Int]
    var testDescription: String { name }
    init(_ name: String, _ text: String, _ ids: [Int]) { (self.name, self.text, self.ids) = (name, text, ids) }
  }

  @Test(arguments: [
    Case("whole", "ab", [7]), Case("longest first", "aab", [5, 8, 6]), Case("no beginning", "ba", [1]),
    Case("upper case, punctuation", "AB.", [7, 9]), Case("accent", "\u{c1}b", [7]),
    Case("accents go before the vocabulary is asked", "\u{e9} e\u{301}", [11, 11]),
    Case("soft hyphen", "a\u{ad}b", [7]), Case("control characters", "a\u{0}b a\u{7f}\u{1b}b", [7, 7]),
    Case("control characters beside others", "\u{e1}\u{0}b\u{fffd}", [7]), Case("space", "a b", [5, 1]),
    Case("line separator", "\u{2028}", []), Case("special token", "a[SEP]ab", [5, 3, 7]),
    Case("no special token", "a[SEP", [5, 1, 1]), Case("syllable falls into jamo", "a\u{ac00}", [1]),
    Case("jamo", "a\u{1100}", [5, 12]), Case("symbol", "$", [1]), Case("ideograph stands apart", "\u{4e00}a", [1, 5]),
  ])
  func smallVocabulary(_ c: Case) throws {
    #expect(try #require(Self.small).encode(c.text) == [2] + c.ids + [3])
  }

  @Test func longWordsAreUnknownAndLongTextsCut() throws {
    let tokenizer = try #require(Self.small)
    #expect(tokenizer.encode(String(repeating: "a", count: 100)).count == 102)
    #expect(tokenizer.encode(String(repeating: "a", count: 101)) == [2, 1, 3])
    #expect(tokenizer.encode(String(repeating: "a ", count: 20), limit: 5) == [2, 5, 5, 5, 3])
  }

  @Test func linesMayEndAsOnWindows() throws {
    let unix = try #require(WordPiece(vocabulary: "[UNK]\n[CLS]\n[SEP]\na\n"))
    let windows = try #require(WordPiece(vocabulary: "[UNK]\r\n[CLS]\r\n[SEP]\r\na"))
    #expect(unix.pieces == windows.pieces && unix.pieces.count == 4)
    #expect(WordPiece(pieces: ["a"]) == nil)
  }

  @Test func smallVocabularyKeepsNumbersReadable() throws {
    let corpus = ["LVEF 43 %.", "The LVEF is 43 %."]
    let pieces = WordPiece.vocabulary(for: corpus)
    #expect(pieces == WordPiece.vocabulary(for: corpus.reversed()))
    let tokenizer = try #require(WordPiece(pieces: pieces))
    #expect(tokenizer.encode("lvef 142").map { tokenizer.pieces[$0] } == ["[CLS]", "lvef", "14", "##2", "[SEP]"])
  }
}
