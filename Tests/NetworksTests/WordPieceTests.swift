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
    let json = try Data(contentsOf: URL(fileURLWithPath: folder + "/wordpiece_golden.json"))
    let goldens = try JSONDecoder().decode([Golden].self, from: json)
    #expect(goldens.count > 200)
    for golden in goldens { #expect(tokenizer.encode(golden.text) == golden.ids, "\(golden.text)") }
  }

  @Test func smallVocabularyKeepsNumbersReadable() throws {
    let pieces = WordPiece.vocabulary(for: ["LVEF 43 %.", "The LVEF is 43 %."])
    let tokenizer = try #require(WordPiece(pieces: pieces))
    #expect(tokenizer.encode("lvef 142").map { tokenizer.pieces[$0] } == ["[CLS]", "lvef", "14", "##2", "[SEP]"])
    #expect(WordPiece(pieces: ["a"]) == nil)
  }
}
