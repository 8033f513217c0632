import Foundation
import Networks
import Tensor
import TestSupport
import Testing

@testable import Findings

/// Packages out of files that other programs wrote.
@Suite struct ModelImportTests {
  static let bert: BERTConfiguration = {
    var c = BERTConfiguration()
    (c.vocabulary, c.width, c.layers, c.heads, c.hidden, c.positions, c.projection) = (5, 64, 2, 1, 96, 8, 32)
    return c
  }()
  static let words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "heart"]

  /// Both towers by formula, under the names that their networks know, with `prefix` in front.
  static func tensors(_ prefix: String = "", text: Bool = true) throws -> [String: Tensor] {
    var layout = ParameterLayout()
    _ = try VideoEncoder(tinyConfiguration, into: &layout)
    if text { _ = try TextEncoder(bert, into: &layout) }
    let all = FormulaWeights.fill(layout).tensors
    return Dictionary(uniqueKeysWithValues: all.map { (prefix + $0.key, $0.value) })
  }

  static func source(_ tensors: [String: Tensor]) throws -> ModelImport.Source {
    let path = FileManager.default.temporaryDirectory.appending(path: "import-\(UUID()).safetensors").path
    try Data(Safetensors.encode(tensors)).write(to: URL(filePath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try ModelImport.Source(path: path)
  }

  static func load(_ made: ModelImport) throws -> ModelPackage {
    let folder = FileManager.default.temporaryDirectory.appending(path: "import-\(UUID())").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try made.contents.write(made.manifest, to: folder)
  }

  @Test(arguments: ["", "model.", "module.model.", "state_dict.net.", "anything.at.all."])
  func weightsSurviveTheirPrefix(_ prefix: String) throws {
    let tensors = try Self.tensors(prefix)
    let source = try Self.source(tensors.merging(["model.optimizer.step": Tensor(zeros: [3])]) { $1 })
    let text = ModelImport.Text(source: source, vocabulary: Self.words, pooling: .mean)
    let made = try ModelImport(
      architecture: "tiny", video: tinyConfiguration, weights: source, positions: nil, text: text)
    #expect(made.report.contains { $0.hasPrefix("unused") && $0.contains("optimizer.step") })
    let package = try Self.load(made)
    #expect(package.manifest.conditions.isEmpty && package.manifest.lvef == nil)
    var layout = ParameterLayout()
    let encoder = try VideoEncoder(tinyConfiguration, into: &layout)
    let weights = FormulaWeights.fill(layout).values
    let clip = FormulaWeights.values("clip.embeddings", [8, 64, 64])
    let expected = TiledEncoder(encoder, LayerWeights(weights, .float32)).forward(
      clip: clip, workspace: Workspace(threads: 1))
    #expect(package.network.result(clip, Workspace(threads: 1)) == expected)
    let maps = package.network.attention(clip)
    #expect(maps.map(\.shape) == [[1, 4, 4, 4], [2, 4, 8, 8], [2, 4, 4, 4], [4, 4, 8, 8]])
    #expect(maps.allSatisfy { $0.values.allSatisfy { $0 >= 0 && $0 < 1 } })
    #expect(package.embed(sentence: "heart")?.count == 32)
  }

  @Test func withoutATextTowerThereIsNoSearch() throws {
    let source = try Self.source(Self.tensors(text: false))
    let package = try Self.load(
      ModelImport(architecture: "tiny", video: tinyConfiguration, weights: source, positions: nil, text: nil))
    #expect(package.embed(sentence: "heart") == nil)
  }

  @Test func lostPositionsAreAskedFor() throws {
    let all = try Self.tensors(text: false)
    let lacking = all.filter { !$0.key.hasSuffix("pos_embed_spatial") && !$0.key.hasSuffix("pos_embed_temporal") }
    let (source, whole) = (try Self.source(lacking), try Self.source(all))
    func make(_ positions: ModelImport.Source?) throws(ModelPackageError) -> ModelImport {
      try ModelImport(
        architecture: "tiny", video: tinyConfiguration, weights: source, positions: positions, text: nil)
    }
    let error = #expect(throws: ModelPackageError.self) { try make(nil) }
    #expect(error?.text.contains("--positions") == true)
    #expect(try make(whole).contents.weights == all)
  }

  @Test func allThatIsMissingIsSaidAtOnce() throws {
    var some = try Self.tensors(text: false)
    some["video_encoder.blocks.0.norm1.weight"] = nil
    some["video_proj.bias"] = Tensor(zeros: [7])
    let source = try Self.source(some)
    let error = #expect(throws: ModelPackageError.self) {
      try ModelImport(architecture: "tiny", video: tinyConfiguration, weights: source, positions: nil, text: nil)
    }
    let text = error?.text ?? ""
    #expect(text.contains("blocks.0.norm1.weight") && text.contains("video_proj.bias is [7], not [32]"))
  }

  @Test func weightsOfOtherShapesAreNamedThoughNoneIsMissing() throws {
    var some = try Self.tensors(text: false)
    some["video_proj.bias"] = Tensor(zeros: [7])
    let source = try Self.source(some)
    let error = #expect(throws: ModelPackageError.self) {
      try ModelImport(architecture: "tiny", video: tinyConfiguration, weights: source, positions: nil, text: nil)
    }
    #expect(error?.text.contains("video_proj.bias is [7], not [32]") == true, "\(error?.text ?? "")")
  }

  /// One file of several that lacks the rest says that it is one of them.
  @Test func aPartSaysThatItIsOne() throws {
    let scratch = try ScratchFolder()
    var some = try Self.tensors(text: false)
    some["video_proj.bias"] = nil
    let path = try scratch.write("model-00001-of-00002.safetensors", Safetensors.encode(some))
    let source = try ModelImport.Source(path: path)
    let error = #expect(throws: ModelPackageError.self) {
      try ModelImport(architecture: "tiny", video: tinyConfiguration, weights: source, positions: nil, text: nil)
    }
    let text = error?.text ?? ""
    #expect(
      text.contains("missing (1): video_proj.bias") && text.contains("model-00001-of-00002.safetensors is file 1 of 2"))
  }

  @Test func textThatSharesNoSpaceIsRefused() throws {
    let all = try Self.tensors()
    let video = try Self.source(all)
    let alone = try Self.source(all.filter { !$0.key.hasPrefix("text_proj") })
    for (source, words) in [(alone, Self.words), (video, ["too", "few"])] {
      #expect(throws: ModelPackageError.self) {
        try ModelImport(
          architecture: "tiny", video: tinyConfiguration, weights: video, positions: nil,
          text: .init(source: source, vocabulary: words, pooling: .mean))
      }
    }
  }
}
