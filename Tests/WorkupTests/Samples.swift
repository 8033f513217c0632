import Cine
import Contours
import Findings
import Networks
import Preparation
import Synchronization
import Tensor
import TestSupport

@testable import Workup

/// Small packages whose weights follow from a seed.
enum Samples {
  static func limits() throws -> Limits {
    try Limits(
      Array(
        """
        measurement,unit,sex,papillaries,low,high,condition_low,condition_high,findings,source,read
        lvef,%,any,in cavity,50,70,Reduced.LVEF,,yes,nobody,–
        """.utf8))
  }

  static func model(in folder: ScratchFolder) throws -> ModelPackage {
    var video = tinyConfiguration
    (video.temporalSize, video.depth) = (16, 2)
    video.poolQStride = [.init(1, TokenGrid(1, 2, 2))]
    video.embedDimMul = [.init(1, 2)]
    video.headMul = video.embedDimMul
    let manifest = ModelManifest(
      name: "tiny", version: "1", video: video, text: nil, recipe: .beat(BeatRecipe()), conditions: [], lvef: nil,
      training: .init(trainedOn: "nothing", synthetic: true, statement: "Weights by a seed."), licence: "Apache-2.0")
    var layout = ParameterLayout()
    _ = try VideoEncoder(video, into: &layout)
    return try ModelContents(weights: Initialiser.weights(layout, seed: 1).tensors).write(
      manifest, to: folder.path + "/model")
  }

  static func contours(_ seed: UInt64 = 1, in folder: ScratchFolder) throws -> ContourPackage {
    var (configuration, recipe) = (SegmentationConfiguration(), ContourRecipe())
    configuration.widths = [4, 4, 4, 4]
    (recipe.size, recipe.pitch) = (32, 4)
    let network = try SegmentationNetwork(configuration)
    let manifest = ContourManifest(
      name: "tiny", version: "1", network: configuration, recipe: recipe, stages: [], licence: "Apache-2.0")
    return try ContourPackage.write(
      manifest, weights: Initialiser.weights(network.layout, seed: seed), statistics: network.initialStatistics,
      to: folder.path + "/contours\(seed)")
  }
}

/// A study whose pixels come from memory, and which counts how often they are asked for. Its files are one that the
/// system has had for long.
final class SampleStudy: Sendable {
  let study: Study
  private let clips: [CineClip]
  /// Slices that cannot be read.
  private let broken: Set<Int>
  private let asked = Mutex<[Int]>([])

  init(broken: Set<Int> = []) {
    var heart = RingHeart()
    (heart.size, heart.spacing, heart.slices) = (100, 2.8, 7)
    let loaded = heart.study
    clips = loaded.series[0].clips
    var study = loaded.study
    for s in study.series[0].slices.indices {
      for p in study.series[0].slices[s].phases.indices {
        study.series[0].slices[s].phases[p].path = "/bin/sh"
        study.series[0].slices[s].phases[p].frame = 100 * s + p
      }
    }
    (self.study, self.broken) = (study, broken)
  }

  /// Slices in the order in which they were read since the last call.
  func taken() -> [Int] {
    asked.withLock { all in
      defer { all = [] }
      return all
    }
  }

  var reader: ClipReader {
    ClipReader { slice throws(UnreadableFile) in
      let k = (slice.phases.first?.frame ?? 0) / 100
      self.asked.withLock { $0.append(k) }
      if self.broken.contains(k) {
        throw UnreadableFile(path: FilePath("slice \(k)"), reason: "truncated", text: "ends early")
      }
      return self.clips[k]
    }
  }
}
