import Cine
import Networks
import TestSupport
import Testing

@testable import Preparation

@Suite struct PublishedRecipeTests {
  private static let path = "reference/vectors/preprocess.safetensors"

  @Test(.enabled(if: SharedFolder.path(path) != nil), arguments: 0..<3)
  func matchesThePublishedTransforms(_ i: Int) throws {
    let golden = try Safetensors(path: try #require(SharedFolder.path(Self.path)))
    let frames = try #require(golden.tensor("case\(i).frames"))
    let (t, h, w) = (frames.shape[0], frames.shape[1], frames.shape[2])
    let recipe = PublishedRecipe()
    let made = recipe.transform(frames.values, frames: t, rows: h, columns: w)
    let expected = try #require(golden.tensor("case\(i).clip_channel0_frames_0_7_15")).values
    let plane = 224 * 224
    let seen = [0, 7, 15].flatMap { made[$0 * plane..<($0 + 1) * plane] }
    #expect(largestDifference(seen, expected) < 2e-5)

    let first = Array(frames.values[..<(h * w)])
    let stored = recipe.store(first, frames: 1, rows: h, columns: w)
    let storedExpected = try #require(golden.tensor("case\(i).stored_480_360_frame0")).values
    #expect(largestDifference(stored, storedExpected) < 2e-3, "of values up to 1,400")

    let both = recipe.transform(stored, frames: 1, rows: 360, columns: 360)
    let bothExpected = try #require(golden.tensor("case\(i).stored_then_clip_frame0_channel0")).values
    #expect(largestDifference(both[..<plane], bothExpected) < 5e-5)
  }

  @Test func framesAreChosenAsTorchDoes() {
    // torch.linspace(0, n - 1, 16).long()
    #expect(PublishedRecipe.linspace(25, 16) == [0, 1, 3, 4, 6, 8, 9, 11, 12, 14, 16, 17, 19, 20, 22, 24])
    #expect(PublishedRecipe.linspace(16, 16) == Array(0..<16))
    #expect(PublishedRecipe.linspace(1, 16) == [Int](repeating: 0, count: 16))
    #expect(PublishedRecipe.linspace(2, 4) == [0, 0, 0, 1])
  }

  @Test func antialiasingAveragesWhatItShrinks() {
    // A fine checkerboard keeps its mean instead of one of its colours.
    let board = (0..<1440 * 1440).map { (i: Int) -> Float in (i / 1440 + i) % 2 == 0 ? 0 : 1 }
    let stored = PublishedRecipe().store(board, frames: 1, rows: 1440, columns: 1440)
    #expect(stored.allSatisfy { abs($0 - 0.5) < 0.07 })
  }

  @Test func clipsAreScaledOverTheirSeriesAndSingleNumbersSurvive() throws {
    let heart = RingHeart()
    let clips = [0, 1].map { heart.clip($0) }
    let items = [0, 1].map { ClipChoice.Item(series: 0, slice: $0, view: .shortAxis) }
    let recipe = PreparationRecipe.published(PublishedRecipe())
    let input = recipe.prepare(Array(zip(items, clips)))
    #expect(input.clips.count == 2 && input.notices.isEmpty)
    let lowest: Float = (0 - 0.45) / 0.225 / 255
    let highest: Float = (255 - 0.45) / 0.225 / 255
    for clip in input.clips {
      #expect(clip.values.count == 16 * 224 * 224)
      #expect(clip.values.allSatisfy { $0 > lowest - 1e-4 && $0 < highest + 1e-4 })
    }
  }

  @Test func aPictureOfOnePixelOrOneLineIsPrepared() {
    for (rows, columns) in [(1, 1), (1, 300), (300, 1)] {
      let clip = CineClip(
        frames: 2, rows: rows, columns: columns, pixels: [Float](repeating: .nan, count: 2 * rows * columns),
        geometry: nil, times: [0, 1], heartbeat: 2)
      let item = ClipChoice.Item(series: 0, slice: 0, view: .shortAxis)
      for recipe in [PreparationRecipe.published(PublishedRecipe()), .beat(BeatRecipe())] {
        let input = recipe.prepare([(item, clip)])
        #expect(input.notices.contains(.heartNotFound))
        #expect(input.clips.allSatisfy { $0.values.allSatisfy(\.isFinite) })
      }
    }
  }
}
