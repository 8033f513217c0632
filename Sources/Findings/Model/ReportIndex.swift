import Cine
import FoundationEssentials
import Networks
import Plain
import Tensor

/// Report sentences with their embeddings, searched by cosine.
public struct ReportIndex: Sendable {
  public let sentences: [String]
  /// One unit vector a sentence.
  public let embeddings: [[Float]]

  /// Of sentences that come more than once the first stays.
  public init(sentences: [String], embeddings: [[Float]]) {
    precondition(sentences.count == embeddings.count, "ReportIndex: one embedding a sentence")
    var seen: Set<String> = []
    let kept = sentences.indices.filter { seen.insert(sentences[$0]).inserted }
    self.sentences = kept.map { sentences[$0] }
    self.embeddings = kept.map { embeddings[$0] }
  }

  /// The nearest sentences, nearest first; of equals the earlier one.
  public func nearest(_ count: Int, to embedding: [Float]) -> [ReportSentence] {
    let similarity = embeddings.map { UnitVector.dot($0, embedding) }
    return Ranking.order(similarity).prefix(count).map { i in
      ReportSentence(text: sentences[i], similarity: similarity[i])
    }
  }

  private struct Line: Codable { var text: String }

  init(jsonLines: [UInt8], embeddings: Safetensors, width: Int) throws(ModelPackageError) {
    var sentences: [String] = []
    for (i, line) in jsonLines.split(separator: UInt8(ascii: "\n")).enumerated() {
      do {
        sentences.append(try JSONDecoder().decode(Line.self, from: Data(line)).text)
      } catch {
        throw .contradiction("line \(i + 1) of its reports is no JSON with a text")
      }
    }
    guard let rows = embeddings.tensor("sentences"), rows.shape == [sentences.count, width],
      rows.values.allSatisfy(\.isFinite)
    else { throw .contradiction("its report sentences and their embeddings differ") }
    self.init(
      sentences: sentences,
      embeddings: sentences.indices.map { Array(rows.values[$0 * width..<($0 + 1) * width]) })
  }

  var jsonLines: [UInt8] {
    Array(sentences.map { JSON.object([.init("text", .string($0))]).compact + "\n" }.joined().utf8)
  }

  var tensors: [String: Tensor] {
    let width = embeddings.first?.count ?? 0
    return ["sentences": Tensor(shape: [embeddings.count, width], values: embeddings.flatMap { $0 })]
  }
}

/// Orders by similarity.
public enum Ranking {
  /// Indices from the most similar on; of equals the lesser index first.
  public static func order(_ similarity: [Double]) -> [Int] {
    similarity.indices.sorted { a, b in
      similarity[a] != similarity[b] ? similarity[a] > similarity[b] : a < b
    }
  }

  /// Studies by their similarity to a query: what `search` prints.
  public static func rank(_ embeddings: [[Float]], by query: [Float]) -> [(index: Int, similarity: Double)] {
    let similarity = embeddings.map { UnitVector.dot($0, query) }
    return order(similarity).map { ($0, similarity[$0]) }
  }
}
