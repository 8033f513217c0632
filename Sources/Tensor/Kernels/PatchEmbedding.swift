/// The convolution that turns a clip into tokens: torch.nn.functional.conv3d with bias, as one product a time step.
public struct PatchEmbedding: Sendable {
  /// Channels of the weights; a clip has as many, or one, standing for equal channels.
  let channels: Int
  let width: Int
  let window: Window

  public init(
    channels: Int, input: TokenGrid, kernel: TokenGrid, stride: TokenGrid, padding: TokenGrid, width: Int
  ) {
    self.channels = channels
    self.width = width
    window = Window(input: input, kernel: kernel, stride: stride, padding: padding)
  }

  public var output: TokenGrid { window.output }

  private func patchSize(_ clipChannels: Int) -> Int { clipChannels * window.kernel.count }

  public func scratchCount(clipChannels: Int) -> Int {
    (output.h * output.w + width) * patchSize(clipChannels)
  }

  /// clip [clipChannels, T, H, W] → tokens [output.count, width]; weight [width, channels, kt, kh, kw], bias [width].
  public func forward(
    clip: UnsafePointer<Float>, clipChannels: Int, weight: UnsafePointer<Float>, bias: UnsafePointer<Float>,
    tokens: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>
  ) {
    let k = patchSize(clipChannels)
    let folded = fold(weight, clipChannels, scratch)
    for t in 0..<output.t {
      forward(
        t, clip: clip, clipChannels: clipChannels, folded: folded, bias: bias,
        tokens: tokens + t * output.h * output.w * width, patches: scratch + width * k)
    }
  }

  /// One time step alone: tokens [H'·W', width]. `folded` holds the weights of as many channels as the clip has (see
  /// `folded(_:)`); `patches` is scratch of [H'·W', clipChannels·kt·kh·kw].
  public func forward(
    _ t: Int, clip: UnsafePointer<Float>, clipChannels: Int, folded: UnsafePointer<Float>, bias: UnsafePointer<Float>,
    tokens: UnsafeMutablePointer<Float>, patches: UnsafeMutablePointer<Float>
  ) {
    gather(clip, clipChannels, t, patches)
    Linear.forward(
      output.h * output.w, in: patchSize(clipChannels), out: width, x: patches, weight: folded, bias: bias, y: tokens)
  }

  /// Weights for a grey clip that stands for equal channels, [width, kt·kh·kw].
  public func folded(_ weight: UnsafePointer<Float>) -> [Float] {
    [Float](unsafeUninitializedCapacity: width * window.kernel.count) { buffer, count in
      count = width * window.kernel.count
      guard let base = buffer.baseAddress else { return }
      if channels == 1 { base.update(from: weight, count: count) } else { _ = fold(weight, 1, base) }
    }
  }

  /// Weight and bias gradients are added to; the clip itself needs none.
  public func backward(
    clip: UnsafePointer<Float>, clipChannels: Int, dTokens: UnsafePointer<Float>,
    dWeight: UnsafeMutablePointer<Float>, dBias: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>
  ) {
    let k = patchSize(clipChannels)
    let plane = output.h * output.w
    let patches = scratch + width * k
    scratch.update(repeating: 0, count: width * k)
    for t in 0..<output.t {
      gather(clip, clipChannels, t, patches)
      let dy = dTokens + t * plane * width
      Blas.gemm(width, k, plane, dy, lda: width, transposedA: true, patches, ldb: k, beta: 1, scratch, ldc: k)
      Rows.addColumnSums(plane, width, dy, into: dBias)
    }
    // Equal channels were summed before the product, so each channel's weight receives the whole gradient.
    let copies = channels / clipChannels
    for row in 0..<width {
      for copy in 0..<copies { Rows.add(k, scratch + row * k, into: dWeight + (row * copies + copy) * k) }
    }
  }

  /// Sums the weights over equal channels where the clip has only one.
  private func fold(
    _ weight: UnsafePointer<Float>, _ clipChannels: Int, _ folded: UnsafeMutablePointer<Float>
  ) -> UnsafePointer<Float> {
    guard clipChannels != channels else { return weight }
    let k = window.kernel.count
    folded.update(repeating: 0, count: width * k)
    for row in 0..<width {
      for channel in 0..<channels { Rows.add(k, weight + (row * channels + channel) * k, into: folded + row * k) }
    }
    return UnsafePointer(folded)
  }

  /// The patches of one time step as rows [H'·W', clipChannels·kt·kh·kw], zero outside the clip.
  private func gather(
    _ clip: UnsafePointer<Float>, _ clipChannels: Int, _ t: Int, _ patches: UnsafeMutablePointer<Float>
  ) {
    let (input, kernel, stride, padding) = (window.input, window.kernel, window.stride, window.padding)
    var to = 0
    for h in 0..<output.h {
      for w in 0..<output.w {
        let left = w &* stride.w &- padding.w
        let first = max(0, -left)
        let last = max(first, min(kernel.w, input.w &- left))
        for channel in 0..<clipChannels {
          for kt in 0..<kernel.t {
            let it = t &* stride.t &- padding.t &+ kt
            for kh in 0..<kernel.h {
              let ih = h &* stride.h &- padding.h &+ kh
              if it < 0 || it >= input.t || ih < 0 || ih >= input.h {
                for i in 0..<kernel.w { patches[to &+ i] = 0 }
              } else {
                let row = clip + (((channel &* input.t &+ it) &* input.h &+ ih) &* input.w &+ left)
                for i in 0..<first { patches[to &+ i] = 0 }
                for i in first..<last { patches[to &+ i] = row[i] }
                for i in last..<kernel.w { patches[to &+ i] = 0 }
              }
              to &+= kernel.w
            }
          }
        }
      }
    }
  }
}
