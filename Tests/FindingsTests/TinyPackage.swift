import Cine
import FoundationEssentials
import Networks
import Preparation
import Tensor
import TestSupport

@testable import Findings

/// A small model whose weights follow from their names.
enum TinyPackage {
  static let sentences = (0..<12).map { "the left ventricle is number \($0)" }

  static var manifest: ModelManifest {
    var video = tinyConfiguration
    video.temporalSize = 16
    video.depth = 2
    video.poolQStride = [.init(1, TokenGrid(1, 2, 2))]
    video.embedDimMul = [.init(1, 2)]
    video.headMul = video.embedDimMul
    var text = BERTConfiguration()
    (text.vocabulary, text.width, text.layers, text.heads, text.hidden) = (vocabulary.count, 16, 1, 2, 32)
    (text.positions, text.projection, text.pooling) = (32, video.projection, .mean)
    let flat = PlattCalibration(slope: 1, intercept: 0)
    return ModelManifest(
      name: "tiny", version: "1", video: video, text: text, recipe: .beat(BeatRecipe()),
      conditions: [
        .init(
          name: "A", threshold: 0.5, calibration: flat, auc: 0.9, aucLow: 0.8, aucHigh: 1, positives: 20, count: 300),
        .init(name: "B", threshold: 0.5, calibration: PlattCalibration(slope: 1, intercept: 3)),
        .init(name: "C", threshold: 0.5, calibration: PlattCalibration(slope: 1, intercept: -3)),
      ],
      lvef: LVEFCalibration(
        slope: 1, intercept: 50, residualLow: -8, residualHigh: 7, coverage: 0.9, count: 100),
      training: .init(trainedOn: "nothing", synthetic: true, seed: 7, studies: 0, statement: "Weights by formula."),
      licence: "Apache-2.0")
  }

  static let vocabulary =
    ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "left", "right", "ventricle", "is", "number"]
    + (0..<10).map(String.init) + (0..<10).map { "##\($0)" }

  static func contents() throws -> ModelContents {
    var layout = ParameterLayout()
    let m = manifest
    _ = try VideoEncoder(m.video, into: &layout)
    if let text = m.text { _ = try TextEncoder(text, into: &layout) }
    for name in ["lvef", "A", "B", "C"] {
      _ = MultiViewHead(dim: m.video.projection, name: "heads.\(name).", into: &layout)
    }
    var contents = ModelContents(weights: FormulaWeights.fill(layout).tensors)
    contents.vocabulary = vocabulary
    contents.reports = ReportIndex(
      sentences: sentences,
      embeddings: sentences.indices.map { i in
        (0..<m.video.projection).map { $0 == i ? 1 : 0 }
      })
    return contents
  }

  /// A folder that is removed when the value goes.
  final class Folder {
    let path: String

    init() throws {
      path = FileManager.default.temporaryDirectory.path + "/cinecor-test-\(UUID().uuidString)"
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func bytes(_ name: String) throws -> [UInt8] {
      [UInt8](try Data(contentsOf: URL(filePath: path + "/" + name)))
    }

    func set(_ name: String, _ bytes: [UInt8]) throws {
      try Data(bytes).write(to: URL(filePath: path + "/" + name))
    }
  }
}
