import Networks
import Preparation
import Tensor

/// The bundled model's shape and schedule: what `make model` makes.
public enum DefaultModel {
  public static let seed: UInt64 = 20_260_101
  public static let trainingStudies = 3000
  public static let validationStudies = 500
  public static let recipe = BeatRecipe()

  public static let video: MViTConfiguration = {
    var c = MViTConfiguration()
    c.spatialSize = recipe.pixels
    c.temporalSize = recipe.frames
    c.depth = 6
    c.patchEmbedDim = 32
    c.embedDimMul = [.init(1, 2), .init(3, 2)]
    c.headMul = c.embedDimMul
    // Pooling the first block's queries already quarters the work of all the rest.
    c.poolQStride = [.init(0, TokenGrid(1, 2, 2)), .init(2, TokenGrid(1, 2, 2))]
    c.poolKVStride = TokenGrid(1, 8, 8)
    c.projection = 128
    return c
  }()

  /// A small text tower over this many word pieces, into a space of `projection` dimensions.
  public static func text(vocabulary: Int, projection: Int = video.projection) -> BERTConfiguration {
    var c = BERTConfiguration()
    c.vocabulary = vocabulary
    c.width = 128
    c.layers = 2
    c.heads = 4
    c.hidden = 256
    c.positions = 64
    c.pooling = .mean
    c.projection = projection
    return c
  }

  public static let schedule: ContrastiveSchedule = {
    var s = ContrastiveSchedule()
    s.steps = 9000
    s.warmUp = 200
    s.rate = 7e-4
    return s
  }()

  public static let sampling: ContrastiveSampler.Plan = {
    var p = ContrastiveSampler.Plan()
    (p.fewestSentences, p.mostSentences) = (3, 6)
    p.masksTrueTexts = false
    return p
  }()
}
