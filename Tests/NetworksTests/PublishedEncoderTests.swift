import Networks
import Tensor
import TestSupport
import Testing

/// The published encoder at its full size, weights by formula, on one clip, against PyTorch.
@Suite struct PublishedEncoderTests {
  static let vectors = "reference/vectors/mvit_b_16x4.safetensors"
  static let frames = "reference/vectors/preprocess.safetensors"

  /// The published evaluation recipe, plainly: 16 frames evenly, (x − 0.45) / 0.225, short side to 264 (bilinear, half
  /// pixel centres, no antialiasing), centre crop 224, over 255. frames [t, h, w] → [16, 224, 224].
  static func recipe(_ frames: [Float], _ t: Int, _ h: Int, _ w: Int) -> [Float] {
    let (rows, columns) = h < w ? (264, 264 * w / h) : (264 * h / w, 264)
    // Where a row or column of the cropped result lies in the source: two neighbours and the second one's share.
    func places(_ scaled: Int, _ size: Int) -> [(Int, Int, Float)] {
      let first = Int((Double(scaled - 224) / 2).rounded(.toNearestOrEven))
      return (0..<224).map { i in
        let at = max((Float(first + i) + 0.5) * Float(size) / Float(scaled) - 0.5, 0)
        let low = min(Int(at), size - 1)
        return (low, min(low + 1, size - 1), at - Float(low))
      }
    }
    let (down, across) = (places(rows, h), places(columns, w))
    return (0..<16).flatMap { i -> [Float] in
      let frame = frames[(i * (t - 1) / 15 * h * w)..<((i * (t - 1) / 15 + 1) * h * w)].map { ($0 - 0.45) / 0.225 }
      return down.flatMap { y0, y1, v in
        across.map { x0, x1, u in
          let top = frame[y0 * w + x0] * (1 - u) + frame[y0 * w + x1] * u
          return (top * (1 - v) + (frame[y1 * w + x0] * (1 - u) + frame[y1 * w + x1] * u) * v) / 255
        }
      }
    }
  }

  @Test(.enabled(if: SharedFolder.path(vectors) != nil && SharedFolder.path(frames) != nil))
  func fullSizeMatchesPyTorch() throws {
    let golden = try Safetensors(path: #require(SharedFolder.path(Self.vectors)))
    let prepared = try Safetensors(path: #require(SharedFolder.path(Self.frames)))
    let frames = try #require(prepared.tensor("case0.frames"))
    let clip = Self.recipe(frames.values, frames.shape[0], frames.shape[1], frames.shape[2])
    let known = try #require(prepared.tensor("case0.clip_channel0_frames_0_7_15")).values
    let side = 224 * 224
    for (i, frame) in [0, 7, 15].enumerated() {
      let difference = largestDifference(known[i * side..<(i + 1) * side], clip[frame * side..<(frame + 1) * side])
      #expect(difference < 1e-3, "frame \(frame) of the clip: \(difference)")
    }
    var layout = ParameterLayout()
    let encoder = try VideoEncoder(.mvitB16x4, into: &layout)
    let weights = FormulaWeights.fill(layout).values
    var blocks = 0
    func observe(_ stage: EncoderStage, _ rows: UnsafePointer<Float>, _ count: Int, _ width: Int) {
      guard case .block(let i) = stage else { return }
      blocks += 1
      let tokens = [0, 1, 100, count - 1].flatMap { UnsafeBufferPointer(start: rows + $0 * width, count: width) }
      let expected = golden.tensor("block\(i < 10 ? "0" : "")\(i).tokens_0_1_100_last")?.values ?? []
      let difference = largestDifference(expected, tokens)
      print("mvit_b_16x4 block \(i) differs by \(difference)")
      #expect(difference < 1e-4, "block \(i)")
    }
    func check(_ name: String, _ values: some Collection<Float>) throws {
      let difference = largestDifference(try #require(golden.tensor(name)).values, values)
      print("mvit_b_16x4 \(name) differs by \(difference)")
      #expect(difference < 1e-4, "\(name)")
    }
    // Held until the end: the trace points into it.
    let arena = Arena()
    let plain = encoder.forward(weights, clip: clip, clipChannels: 1, keep: false, arena: arena, observe: observe)
    let trace = try #require(plain)
    try check("feature", UnsafeBufferPointer(start: trace.feature, count: 768))
    try check("projection", UnsafeBufferPointer(start: trace.projected, count: 512))
    try check("embedding", UnsafeBufferPointer(start: trace.embedding, count: 512))
    let tiled = TiledEncoder(encoder, LayerWeights(weights, .float32))
    for observe in [observe, nil] {
      let made = tiled.forward(clip: clip, workspace: .init(threads: 2), observe: observe)
      let result = try #require(made)
      try check("feature", result.feature)
      try check("projection", result.projection)
      try check("embedding", result.embedding)
    }
    #expect(blocks == 32)
    guard BFloat16.isAvailable else { return }
    let rounded = TiledEncoder(encoder, LayerWeights(weights, .bfloat16))
    let made = (1...2).map { rounded.forward(clip: clip, workspace: .init(threads: $0)) }
    #expect(made[0] == made[1])
    let expected = try #require(golden.tensor("embedding")).values
    let cosine = zip(expected, try #require(made[0]).embedding).reduce(0) { $0 + $1.0 * $1.1 }
    print("mvit_b_16x4 in bfloat16 has a cosine of \(cosine) to PyTorch's float32")
    #expect(cosine > 0.999)
  }
}
