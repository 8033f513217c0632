import Networks
import Tensor

/// The small encoder of the reference vectors.
public let tinyConfiguration: MViTConfiguration = {
  var c = MViTConfiguration()
  c.spatialSize = 64
  c.temporalSize = 8
  c.depth = 4
  c.patchEmbedDim = 16
  c.embedDimMul = [.init(1, 2), .init(3, 2)]
  c.headMul = c.embedDimMul
  c.poolQStride = [1, 3].map { .init($0, TokenGrid(1, 2, 2)) }
  c.poolKVStride = TokenGrid(1, 4, 4)
  c.projection = 32
  return c
}()
