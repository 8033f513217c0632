import Networks
import Preparation
import Tensor
import Training

/// The bundled model's shape and schedule: what `make model` makes.
enum DefaultModel {
  static let seed: UInt64 = 20_260_101
  static let trainingStudies = 3000
  static let validationStudies = 500
  static let recipe = BeatRecipe()

  static let video: MViTConfiguration = {
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

  static func text(vocabulary: Int) -> BERTConfiguration {
    var c = BERTConfiguration()
    c.vocabulary = vocabulary
    c.width = 128
    c.layers = 2
    c.heads = 4
    c.hidden = 256
    c.positions = 64
    c.pooling = .mean
    c.projection = video.projection
    return c
  }

  static let schedule: ContrastiveSchedule = {
    var s = ContrastiveSchedule()
    s.steps = 9000
    s.batch = 32
    s.warmUp = 200
    s.rate = 7e-4
    return s
  }()
}
