/// A convolution over T, H, W with one kernel a channel, on channels-last tokens [T·H·W, heads·width]; all heads share
/// the `width` kernels. torch.nn.functional.conv3d with groups = channels, no bias.
public struct DepthwiseConv3d: Sendable {
  let window: Window
  let heads: Int
  let width: Int

  public init(input: TokenGrid, kernel: TokenGrid, stride: TokenGrid, heads: Int, width: Int) {
    window = Window(input: input, kernel: kernel, stride: stride, padding: kernel.half)
    self.heads = heads
    self.width = width
  }

  public var output: TokenGrid { window.output }
  private var taps: Int { window.kernel.count }
  private var channels: Int { heads * width }

  /// Floats of scratch that either direction needs.
  public var scratchCount: Int { 2 * taps * channels }

  /// Input tokens that some output sees, in order; nil where all are seen.
  public var seenInputs: [Int]? { window.seenInputs }

  /// [width, taps] → [taps, repeats · width], so that a tap's weights lie side by side like a token's channels.
  private func spread(
    _ weight: UnsafePointer<Float>, repeats: Int, into spread: UnsafeMutablePointer<Float>
  ) {
    for tap in 0..<taps {
      for c in 0..<repeats * width { spread[tap * repeats * width + c] = weight[(c % width) * taps + tap] }
    }
  }

  /// Weights [width, 1, kt, kh, kw] as `forward(outputs:)` wants them: [kt·kh·kw, width].
  public func packed(_ weight: UnsafePointer<Float>) -> [Float] {
    [Float](unsafeUninitializedCapacity: taps * width) { buffer, count in
      count = taps * width
      if let base = buffer.baseAddress { spread(weight, repeats: 1, into: base) }
    }
  }

  /// x [input.count, channels] → y [output.count, channels]; weight [width, 1, kt, kh, kw].
  public func forward(
    x: UnsafePointer<Float>, weight: UnsafePointer<Float>, y: UnsafeMutablePointer<Float>,
    scratch: UnsafeMutablePointer<Float>
  ) {
    spread(weight, repeats: 1, into: scratch)
    forward(outputs: 0..<output.count, x: x, packed: scratch, y: y)
  }

  /// Some output tokens alone: y [outputs.count, channels] holds just them; `packed` as `packed(_:)` makes it.
  public func forward(
    outputs: Range<Int>, x: UnsafePointer<Float>, packed: UnsafePointer<Float>, y: UnsafeMutablePointer<Float>
  ) {
    let (d, width) = (channels, width)
    window.forEachOutput(outputs) { token, inputs, taps, count in
      for head in 0..<heads {
        let x = x + head &* width
        let y = y + ((token &- outputs.lowerBound) &* d &+ head &* width)
        var c = 0
        while c &+ 16 <= width {
          var sum = Vector16()
          for i in 0..<count {
            sum += load16(x + (Int(inputs[i]) &* d &+ c)) * load16(packed + (Int(taps[i]) &* width &+ c))
          }
          store16(sum, y + c)
          c &+= 16
        }
        while c < width {
          var sum: Float = 0
          for i in 0..<count { sum += x[Int(inputs[i]) &* d &+ c] * packed[Int(taps[i]) &* width &+ c] }
          y[c] = sum
          c &+= 1
        }
      }
    }
  }

  /// dx [input.count, channels] is overwritten; dWeight is added to.
  public func backward(
    x: UnsafePointer<Float>, weight: UnsafePointer<Float>, dy: UnsafePointer<Float>, dx: UnsafeMutablePointer<Float>,
    dWeight: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>
  ) {
    let d = channels
    let gradient = scratch + taps * d
    spread(weight, repeats: heads, into: scratch)
    gradient.update(repeating: 0, count: taps * d)
    dx.update(repeating: 0, count: window.input.count * d)
    window.forEachOutput { token, inputs, taps, count in
      let dy = dy + token &* d
      var c = 0
      while c &+ 16 <= d {
        let g = load16(dy + c)
        for i in 0..<count {
          let at = Int(inputs[i]) &* d &+ c
          let tap = Int(taps[i]) &* d &+ c
          store16(load16(dx + at) + g * load16(scratch + tap), dx + at)
          store16(load16(gradient + tap) + g * load16(x + at), gradient + tap)
        }
        c &+= 16
      }
      while c < d {
        for i in 0..<count {
          dx[Int(inputs[i]) &* d &+ c] += dy[c] * scratch[Int(taps[i]) &* d &+ c]
          gradient[Int(taps[i]) &* d &+ c] += dy[c] * x[Int(inputs[i]) &* d &+ c]
        }
        c &+= 1
      }
    }
    for tap in 0..<taps {
      for c in 0..<d { dWeight[(c % width) * taps + tap] += gradient[tap * d + c] }
    }
  }
}
