import Tensor

/// A multiscale vision transformer's shape (arXiv 2104.11227), in the terms of the public implementation.
public struct MViTConfiguration: Hashable, Sendable, Codable {
  /// A block's number and a factor, or strides.
  public struct Scale: Hashable, Sendable, Codable {
    public var block: Int
    public var factor: Int
    public init(_ block: Int, _ factor: Int) {
      self.block = block
      self.factor = factor
    }
  }

  public struct Pooling: Hashable, Sendable, Codable {
    public var block: Int
    public var stride: TokenGrid
    public init(_ block: Int, _ stride: TokenGrid) {
      self.block = block
      self.stride = stride
    }
  }

  /// Rows and columns of the input, pixels.
  public var spatialSize = 224
  /// Frames of the input.
  public var temporalSize = 16
  public var depth = 16
  public var channels = 3
  public var patchEmbedDim = 96
  public var patchKernel = TokenGrid(3, 7, 7)
  public var patchStride = TokenGrid(2, 4, 4)
  public var patchPadding = TokenGrid(1, 3, 3)
  public var heads = 1
  /// Width grows by the factor at the end of the block before the one named.
  public var embedDimMul: [Scale] = []
  public var headMul: [Scale] = []
  public var poolQStride: [Pooling] = []
  /// Stride of the key and value pooling in block 0; the query strides divide it from block to block.
  public var poolKVStride = TokenGrid(1, 8, 8)
  public var poolKernel = TokenGrid(3, 3, 3)
  public var mlpRatio = 4
  /// Width of the shared embedding space.
  public var projection = 512

  public init() {}

  /// MViT-B 16×4, the published encoder: 36.6 M parameters.
  public static let mvitB16x4: MViTConfiguration = {
    var c = MViTConfiguration()
    c.embedDimMul = [Scale(1, 2), Scale(3, 2), Scale(14, 2)]
    c.headMul = c.embedDimMul
    c.poolQStride = [1, 3, 14].map { Pooling($0, TokenGrid(1, 2, 2)) }
    return c
  }()

  /// MViT-B 32×3: the same network over 32 frames.
  public static let mvitB32x3: MViTConfiguration = {
    var c = mvitB16x4
    c.temporalSize = 32
    return c
  }()
}

/// What one block works on, worked out from the configuration.
struct MViTBlockShape {
  var dim: Int
  var dimOut: Int
  var heads: Int
  /// Tokens in and out, without the class token.
  var input: TokenGrid
  var output: TokenGrid
  /// Stride of the query pooling, or nil where queries are not pooled.
  var strideQ: TokenGrid?
  var strideKV: TokenGrid
  var hidden: Int

  var headDim: Int { dim / heads }
  /// The skip path is pooled only where the query's stride is more than 1.
  var poolsSkip: Bool { strideQ.map { $0.count > 1 } ?? false }

  /// Kernel of the skip path's pooling: stride + 1 where it strides, else 1.
  var skipKernel: TokenGrid {
    let s = strideQ ?? TokenGrid(1, 1, 1)
    return TokenGrid(s.t > 1 ? s.t + 1 : 1, s.h > 1 ? s.h + 1 : 1, s.w > 1 ? s.w + 1 : 1)
  }

  /// Tokens that come out of the skip path; the block needs as many as its queries.
  var skipOutput: TokenGrid {
    strideQ.map { input.windowed(kernel: skipKernel, stride: $0, padding: skipKernel.half) } ?? input
  }
}

public enum ConfigurationError: Error, Hashable {
  case impossible(String)

  public var text: String {
    switch self {
    case .impossible(let why): "this architecture cannot be built: \(why)"
    }
  }
}

extension MViTConfiguration {
  var patchGrid: TokenGrid {
    TokenGrid(temporalSize, spatialSize, spatialSize)
      .windowed(kernel: patchKernel, stride: patchStride, padding: patchPadding)
  }

  /// Every block's shape, or why there is none. Configurations come from files: nothing here may trap or overflow.
  func blockShapes() throws(ConfigurationError) -> [MViTBlockShape] {
    try checkSizes()
    var shapes: [MViTBlockShape] = []
    var (grid, dim, heads, kv) = (patchGrid, patchEmbedDim, heads, poolKVStride)
    for block in 0..<depth {
      heads = try multiplied(heads, headMul, block)
      guard dim % heads == 0 else { throw .impossible("width \(dim) does not divide into \(heads) heads") }
      let q = poolQStride.last { $0.block == block }?.stride
      if let q { kv = TokenGrid(max(kv.t / q.t, 1), max(kv.h / q.h, 1), max(kv.w / q.w, 1)) }
      let output = q.map { grid.windowed(kernel: poolKernel, stride: $0, padding: poolKernel.half) } ?? grid
      let shape = MViTBlockShape(
        dim: dim, dimOut: try multiplied(dim, embedDimMul, block + 1), heads: heads, input: grid, output: output,
        strideQ: q, strideKV: kv, hidden: dim * mlpRatio)
      guard shape.skipOutput == output else {
        throw .impossible("block \(block)'s skip path and queries are pooled to different sizes")
      }
      let keys = 1 + grid.windowed(kernel: poolKernel, stride: kv, padding: poolKernel.half).count
      guard heads * (1 + output.count) * keys <= Self.largest,
        (1 + grid.count) * max(shape.hidden, shape.dimOut) <= Self.largest
      else { throw .impossible("block \(block) is too large") }
      shapes.append(shape)
      (grid, dim) = (output, shape.dimOut)
    }
    return shapes
  }

  /// The most numbers that any one buffer or the weights may hold: 4 GB of them.
  static let largest = 1 << 30

  private func checkSizes() throws(ConfigurationError) {
    let sizes = [spatialSize, temporalSize, patchEmbedDim, heads, projection]
    let grids = [patchKernel, patchStride, poolKVStride, poolKernel] + poolQStride.map(\.stride)
    guard sizes.allSatisfy({ (1...65_536).contains($0) }), (1...256).contains(depth), (1...16).contains(channels),
      (1...64).contains(mlpRatio), grids.allSatisfy({ $0.isWithin(1...64) }),
      (embedDimMul + headMul).allSatisfy({ (1...depth).contains($0.block) && (1...16).contains($0.factor) }),
      poolQStride.allSatisfy({ (0..<depth).contains($0.block) })
    else { throw .impossible("a size is out of range") }
    // A wider padding would make patches that see nothing of the clip.
    guard patchPadding.isWithin(0...64), patchPadding.t < patchKernel.t, patchPadding.h < patchKernel.h,
      patchPadding.w < patchKernel.w
    else { throw .impossible("the patch padding is not less than the kernel") }
    guard temporalSize + 2 * patchPadding.t >= patchKernel.t, spatialSize + 2 * patchPadding.h >= patchKernel.h,
      spatialSize + 2 * patchPadding.w >= patchKernel.w
    else { throw .impossible("the patch kernel is larger than the clip") }
    guard channels * temporalSize * spatialSize * spatialSize <= Self.largest,
      patchGrid.h * patchGrid.w * channels * patchKernel.count <= Self.largest,
      patchGrid.count <= 1 << 22, (1 + patchGrid.count) * patchEmbedDim * mlpRatio <= Self.largest
    else { throw .impossible("the clip or its tokens are too large") }
  }

  /// The value times every factor that the list names for this block.
  private func multiplied(_ value: Int, _ list: [Scale], _ block: Int) throws(ConfigurationError) -> Int {
    var value = value
    for scale in list where scale.block == block {
      value *= scale.factor
      guard value <= 65_536 else { throw .impossible("block \(block) is too wide") }
    }
    return value
  }
}

extension TokenGrid {
  func isWithin(_ range: ClosedRange<Int>) -> Bool { [t, h, w].allSatisfy(range.contains) }
}
