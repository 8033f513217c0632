import Networks
import Tensor
import TestSupport
import Testing

/// The tiled pass against PyTorch, against the plain pass, and against itself on other numbers of threads.
@Suite struct TiledEncoderTests {
  static let golden = "reference/vectors/tiny_io.safetensors"

  @Test(.enabled(if: SharedFolder.path(golden) != nil)) func everyBlockMatchesPyTorch() throws {
    let golden = try Safetensors(path: #require(SharedFolder.path(Self.golden)))
    let clips = try #require(golden.tensor("clip"))
    let run = try VideoEncoderGradientTests.Run(tinyConfiguration)
    let tiled = TiledEncoder(run.encoder, LayerWeights(run.weights, .float32))
    let workspace = Workspace(threads: 2)
    let size = clips.count / 2
    for n in 0..<2 {
      let clip = Array(clips.values[n * size..<(n + 1) * size])
      let made = tiled.forward(clip: clip, clipChannels: 3, workspace: workspace) {
        stage, rows, count, width in
        guard case .block(let i) = stage, let expected = golden.tensor("block\(i)") else { return }
        let all = expected.values[n * count * width..<(n + 1) * count * width]
        let worst = largestDifference(all, UnsafeBufferPointer(start: rows, count: count * width))
        print("tiled block\(i) largest difference \(worst)")
        #expect(worst < 1e-4, "block \(i)")
      }
      let result = try #require(made)
      for (name, values) in [
        ("feature", result.feature), ("projection", result.projection), ("embedding", result.embedding),
      ] {
        let expected = try #require(golden.tensor(name)).values
        let own = expected[n * values.count..<(n + 1) * values.count]
        #expect(largestDifference(own, values) < 1e-4, "\(name)")
      }
    }
  }

  static let shapes = VideoEncoderGradientTests.Shape.allCases.map(VideoEncoderGradientTests.configuration)

  @Test(arguments: shapes + [tinyConfiguration]) func tilesGiveThePlainResult(_ c: MViTConfiguration) throws {
    let run = try VideoEncoderGradientTests.Run(c)
    let plain = run.embedding(run.clip(1), channels: 1)
    let tiled = TiledEncoder(run.encoder, LayerWeights(run.weights, .float32))
    let results = (1...3).map { threads in
      tiled.forward(clip: run.clip(1), workspace: .init(threads: threads))
    }
    let first = try #require(results[0])
    #expect(results.allSatisfy { $0 == first })
    #expect(largestDifference(plain, first.embedding) < 1e-6)
  }

  @Test func nothingIsAllocatedAfterTheFirstClip() throws {
    let run = try VideoEncoderGradientTests.Run(tinyConfiguration)
    let tiled = TiledEncoder(run.encoder, LayerWeights(run.weights, .float32))
    let workspace = Workspace(threads: 1)
    let first = tiled.forward(clip: run.clip(1), workspace: workspace)
    let held = workspace.capacity
    #expect(held > 0)
    #expect(tiled.forward(clip: run.clip(1), workspace: workspace) == first)
    #expect(workspace.capacity == held)
  }

  @Test(arguments: 0..<4) func passStopsBetweenBlocks(_ allowed: Int) throws {
    let run = try VideoEncoderGradientTests.Run(tinyConfiguration)
    var asked = 0
    let made = TiledEncoder(run.encoder, LayerWeights(run.weights, .float32)).forward(
      clip: run.clip(1), workspace: .init(threads: 1),
      proceed: {
        asked += 1
        return asked <= allowed
      })
    #expect(made == nil && asked == allowed + 1)
  }
}

@Suite struct TilesTests {
  @Test(arguments: [1, 2, 95, 96, 97, 192, 393, 1569, 25_089], [1, 2, 192])
  func everyRowIsInOneTile(_ rows: Int, height: Int) {
    let tiles = Tiles(rows, height: height)
    #expect((0..<tiles.count).flatMap { Array(tiles[$0]) } == Array(0..<rows))
    #expect(tiles.count == 1 || tiles.count % 2 == 0 || tiles.count == rows)
    #expect((0..<tiles.count).allSatisfy { !tiles[$0].isEmpty && tiles[$0].count <= height + height / 2 + 1 })
  }
}
