import Networks
import Tensor
import TestSupport
import Testing

/// What a pass promises beside its numbers: stopping, memory, and what an observer sees.
@Suite struct VideoEncoderPassTests {
  typealias Run = VideoEncoderGradientTests.Run

  @Test(arguments: 0..<4) func passStopsBetweenBlocks(_ allowed: Int) throws {
    let run = try Run(tinyConfiguration)
    var (asked, seen) = (0, 0)
    let trace = run.encoder.forward(
      run.weights, clip: run.clip(1), clipChannels: 1, keep: false, arena: run.arena,
      observe: { stage, _, _, _ in if case .block = stage { seen += 1 } },
      proceed: {
        asked += 1
        return asked <= allowed
      })
    #expect(trace == nil)
    #expect(asked == allowed + 1 && seen == allowed)
  }

  @Test(arguments: [true, false]) func nothingIsAllocatedAfterTheFirstClip(keep: Bool) throws {
    let run = try Run(tinyConfiguration)
    func pass() -> Int {
      run.arena.reset()
      _ = run.encoder.forward(run.weights, clip: run.clip(3), clipChannels: 3, keep: keep, arena: run.arena)
      return run.arena.capacity
    }
    let first = pass()
    #expect(first > 0)
    #expect(pass() == first)
  }

  /// Every head's every query spreads a weight of one over the keys, in each block, before the block is done.
  @Test func attentionIsSeen() throws {
    let run = try Run(tinyConfiguration)
    var (stages, shapes): ([EncoderStage], [[Int]]) = ([], [])
    _ = run.encoder.forward(
      run.weights, clip: run.clip(1), clipChannels: 1, keep: false, arena: run.arena,
      observe: { stage, values, rows, width in
        stages.append(stage)
        guard case .attention = stage else { return }
        shapes.append([rows, width])
        let row = UnsafeBufferPointer(start: values + (rows - 1) * width, count: width)
        #expect(abs(row.reduce(0, +) - 1) < 1e-5 && row.allSatisfy { $0 >= 0 })
      })
    let blocks = (0..<4).flatMap { [EncoderStage.attention($0), .block($0)] }
    #expect(stages == [.tokens] + blocks + [.feature])
    // 4·16·16 tokens and the class token ask; queries are pooled in blocks 1 and 3, which also halves the keys' stride.
    #expect(shapes == [[1025, 65], [2 * 257, 257], [2 * 257, 65], [4 * 65, 257]])
  }
}

@Suite struct MViTConfigurationTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let change: @Sendable (inout MViTConfiguration) -> Void
    init(_ name: String, _ change: @escaping @Sendable (inout MViTConfiguration) -> Void) {
      testDescription = name
      self.change = change
    }
  }

  /// Configurations come with model packages, so any number may stand in them; none may trap.
  @Test(arguments: [
    Case("no depth") { $0.depth = 0 },
    Case("negative size") { $0.spatialSize = -4 },
    Case("largest size") { $0.temporalSize = .max },
    Case("stride of zero") { $0.patchStride.h = 0 },
    Case("negative padding") { $0.patchPadding.w = -1 },
    Case("padding wider than the kernel") { $0.patchPadding = TokenGrid(3, 7, 7) },
    Case("kernel larger than the clip") { ($0.temporalSize, $0.patchKernel.t, $0.patchPadding.t) = (2, 7, 0) },
    Case("kernel wider than the clip") { ($0.spatialSize, $0.patchKernel.w, $0.patchPadding.w) = (4, 16, 0) },
    Case("heads that do not divide") { $0.heads = 3 },
    Case("heads without end") { $0.headMul = (0..<40).map { _ in .init(1, 16) } },
    Case("width without end") { $0.embedDimMul = (0..<40).map { _ in .init(1, 16) } },
    Case("multiplier before the first block") { $0.embedDimMul = [.init(0, 2)] },
    Case("pooling after the last block") { $0.poolQStride = [.init(4, TokenGrid(1, 2, 2))] },
    Case("skip path of another size") {
      $0.poolQStride = [.init(0, TokenGrid(1, 3, 3))]; $0.spatialSize = 72
    },
    Case("kernel that grows the grid") {
      $0.poolKernel = TokenGrid(2, 2, 2); $0.poolQStride = [.init(0, TokenGrid(1, 1, 1))]
    },
    Case("a clip of 4 TB") { ($0.spatialSize, $0.temporalSize) = (65_536, 256) },
    Case("attention of 4 TB") {
      ($0.spatialSize, $0.patchStride, $0.poolKVStride) = (512, TokenGrid(1, 1, 1), TokenGrid(1, 1, 1))
    },
    Case("weights without end") { ($0.depth, $0.patchEmbedDim, $0.spatialSize, $0.mlpRatio) = (256, 16_384, 8, 64) },
    Case("patches without end") {
      ($0.patchKernel, $0.patchPadding) = (TokenGrid(64, 64, 64), TokenGrid(63, 63, 63)); $0.channels = 16
    },
  ])
  func impossibleShapesAreRefused(_ made: Case) {
    var c = tinyConfiguration
    made.change(&c)
    var layout = ParameterLayout()
    #expect(throws: ConfigurationError.self) { try VideoEncoder(c, into: &layout) }
  }

  @Test(arguments: [MViTConfiguration.mvitB16x4, .mvitB32x3, tinyConfiguration]) func presetsAreBuilt(
    _ c: MViTConfiguration
  ) throws {
    var layout = ParameterLayout()
    _ = try VideoEncoder(c, into: &layout)
    #expect(layout.entries.last?.name == "video_proj.bias")
  }
}
