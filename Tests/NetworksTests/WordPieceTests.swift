import Foundation
import TestSupport
import Testing

@testable import Networks

@Suite struct WordPieceTests {
  struct Golden: Decodable {
    let text: String
    let ids: [Int]
  }

  static let folder = "data/text"

  @Test(.enabled(if: SharedFolder.path(folder) != nil))
  func everyTextHasThePublishedIds() throws {
    let root = try #require(SharedFolder.path(Self.folder))
    let pieces = WordPiece(try Vocabulary(path: root + "/bert_base_uncased_vocab.txt"))
    #expect(pieces.vocabulary.count == 30_522)
    let data = try Data(contentsOf: URL(fileURLWithPath: root + "/wordpiece_golden.json"))
    let golden = try JSONDecoder().decode([Golden].self, from: data)
    #expect(golden.count == 204)
    for g in golden { #expect(pieces.encode(g.text) == g.ids, "\(g.text)") }
  }

  static let small = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "##b", "ab", "##a", ".", "\u{e9}", "e", "##\u{1100}"]

  @Test(arguments: [
    ("ab", [7]), ("aab", [5, 8, 6]), ("ba", [1]), ("AB.", [7, 9]), ("\u{c1}b", [7]), ("a\u{ad}b", [7]), ("a b", [5, 1]),
    // The vocabulary's é can never be met: accents are stripped first.
    ("\u{e9} e\u{301}", [11, 11]), ("a[SEP]ab", [5, 3, 7]), ("a[SEP", [5, 1, 1]), ("\u{2028}", []),
    ("a\u{ac00}", [1]), ("a\u{1100}", [5, 12]), ("$", [1]), ("\u{4e00}a", [1, 5]),
  ])
  func smallVocabulary(text: String, ids: [Int]) throws {
    let pieces = WordPiece(try Vocabulary(Self.small))
    #expect(pieces.encode(text) == [2] + ids + [3])
  }

  @Test func controlCharactersAreDropped() throws {
    let pieces = WordPiece(try Vocabulary(Self.small))
    #expect(pieces.encode("a\u{0}b a\u{7f}\u{1b}b") == [2, 7, 7, 3])
    #expect(pieces.encode("\u{e1}\u{0}b\u{fffd}") == [2, 7, 3])
  }

  @Test func longWordsAreUnknownAndLongTextsCut() throws {
    let pieces = WordPiece(try Vocabulary(Self.small))
    #expect(pieces.encode(String(repeating: "a", count: 100)).count == 102)
    #expect(pieces.encode(String(repeating: "a", count: 101)) == [2, 1, 3])
    #expect(pieces.encode(String(repeating: "a ", count: 20), limit: 5) == [2, 5, 5, 5, 3])
  }

  @Test func brokenVocabulariesAreRefused() {
    #expect(throws: VocabularyError.lacks(["[CLS]", "[SEP]"])) { try Vocabulary(["a", "[UNK]"]) }
    #expect(throws: VocabularyError.notText) { try Vocabulary(text: [0xFF, 0xFE, 0x0A]) }
    #expect(throws: VocabularyError.unreadable(path: "/nowhere/vocab.txt")) { try Vocabulary(path: "/nowhere/vocab.txt") }
  }

  @Test func linesMayEndAsOnWindows() throws {
    let unix = try Vocabulary(text: Array("[UNK]\n[CLS]\n[SEP]\na\n".utf8))
    let windows = try Vocabulary(text: Array("[UNK]\r\n[CLS]\r\n[SEP]\r\na".utf8))
    #expect(unix.entries == windows.entries && unix.entries.count == 4)
    #expect(try Vocabulary(text: unix.text).entries == unix.entries)
  }
}

@Suite struct VocabularyBuilderTests {
  static let corpus = [
    "LVEF is severely reduced at 23 %.", "LVEF is normal at 61 %.", "The left ventricle is severely dilated.",
    "The left atrium is dilated.", "The right ventricle is normal.", "No pericardial effusion.", "Dilatation of 4.5 cm²",
  ]

  @Test func everySentenceIsKnownAndTheOrderOfSentencesIsNot() throws {
    let a = try Vocabulary(corpus: Self.corpus, size: 400)
    #expect(a.entries == (try Vocabulary(corpus: Self.corpus.reversed(), size: 400)).entries)
    #expect(Set(a.entries).count == a.entries.count)
    let pieces = WordPiece(a)
    for sentence in Self.corpus + ["Biventricular hypertrophy 100 ml, 250 ml"] {
      #expect(!pieces.encode(sentence).contains(a.unknown), "\(sentence)")
    }
    #expect(pieces.tokens(pieces.encode("severely 61 100")) == ["[CLS]", "severely", "61", "100", "[SEP]"])
    #expect(a.entries.prefix(5) == ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"])
  }

  @Test func piecesCoverRareWords() throws {
    // "dilat" is in two words, each too rare to be kept whole.
    let a = try Vocabulary(corpus: ["dilatation", "dilating", "dilator"], size: 400)
    #expect(!a.entries.contains("dilating"))
    #expect(WordPiece(a).encode("dilation").count < 2 + "dilation".count - 2)
  }

  @Test func sizeIsKept() throws {
    #expect(try Vocabulary(corpus: Self.corpus, size: 230).entries.count <= 240)
    let large = try Vocabulary(corpus: Self.corpus, size: 2000)
    #expect(large.entries.count < 400)
  }
}
