import Cine
import Contours
import FoundationEssentials
import Glibc
import Networks
import Plain
import Tensor

/// What a contour network says about itself: `manifest.json`.
public struct ContourManifest: Hashable, Sendable, Codable {
  public static let currentSchema = 1

  public var schema = currentSchema
  /// What it does: always "segmentation".
  public var task = "segmentation"
  public var name: String
  public var version: String
  public var network: SegmentationConfiguration
  public var recipe: ContourRecipe
  /// On what each stage was taught, in order.
  public var stages: [Stage]
  public var licence: String
  /// Intervals; nil before they were measured.
  public var calibration: ContourCalibration?
  /// Every file of the package but the manifest.
  public var files: [ModelManifest.File] = []

  public struct Stage: Hashable, Sendable, Codable {
    /// In a few words: "synthetic hearts", "30 people of the Sunnybrook collection".
    public var taughtOn: String
    /// True where no patient was in it.
    public var synthetic: Bool
    public var steps: Int
    public var seed: UInt64

    public init(taughtOn: String, synthetic: Bool, steps: Int, seed: UInt64) {
      (self.taughtOn, self.synthetic, self.steps, self.seed) = (taughtOn, synthetic, steps, seed)
    }
  }

  public init(
    name: String, version: String, network: SegmentationConfiguration, recipe: ContourRecipe, stages: [Stage],
    licence: String
  ) {
    (self.name, self.version, self.network, self.recipe) = (name, version, network, recipe)
    (self.stages, self.licence) = (stages, licence)
  }

  public var isSynthetic: Bool { stages.allSatisfy(\.synthetic) }
  public var taughtOn: String { stages.map(\.taughtOn).joined(separator: ", then ") }
}

/// A contour network on disk: a folder with a manifest and weights. Loading checks every size and hash before anything is
/// used.
public struct ContourPackage: Sendable {
  public let manifest: ContourManifest
  /// SHA-256 of the manifest, which holds that of the weights: one name for the whole package.
  public let sha256: String
  public let network: SegmentationNetwork
  public let weights: Parameters
  public let statistics: Parameters

  public init(path folder: String) throws(ModelPackageError) {
    let bytes = try ModelPackage.manifest(in: folder)
    do {
      manifest = try JSONDecoder().decode(ContourManifest.self, from: Data(bytes))
    } catch {
      throw .manifest("it is none of a contour network")
    }
    guard manifest.schema <= ContourManifest.currentSchema else { throw .newerSchema(manifest.schema) }
    sha256 = SHA256.hex(of: bytes)
    guard manifest.recipe.isSound, manifest.network.classes == HeartLabel.allCases.count else {
      throw .contradiction("its sizes are impossible, or its classes are other than rest, ventricles, muscle and atria")
    }
    guard let file = manifest.files.first(where: { $0.name == ModelPackage.weightsFile }) else {
      throw .contradiction("it lists no \(ModelPackage.weightsFile)")
    }
    do throws(ConfigurationError) {
      network = try SegmentationNetwork(manifest.network)
    } catch {
      throw .contradiction(error.text)
    }
    let tensors = try ModelPackage.tensors(ModelPackage.verified(file, in: folder))
    do throws(CheckpointError) {
      (weights, statistics) = try network.load(from: tensors)
    } catch {
      throw .weights(error)
    }
  }

  /// Ready to draw, its norms folded.
  public var contourer: Contourer {
    Contourer(FoldedSegmentation(network, weights: weights, statistics: statistics), manifest.recipe)
  }

  /// Writes the folder, made where it is missing, and loads it again; the same contents give the same bytes.
  public static func write(
    _ manifest: ContourManifest, weights: Parameters, statistics: Parameters, to folder: String
  ) throws(ModelPackageError) -> ContourPackage {
    let tensors = weights.tensors.merging(statistics.tensors) { first, _ in first }
    let bytes = Safetensors.encode(tensors)
    var complete = manifest
    complete.files = [.init(name: ModelPackage.weightsFile, bytes: bytes.count, sha256: SHA256.hex(of: bytes))]
    try ModelContents.write([(ModelPackage.weightsFile, bytes)], manifest: complete, to: folder)
    return try ContourPackage(path: folder)
  }
}
