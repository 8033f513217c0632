/// The largest value in each window, channel by channel, on channels-last tokens: torch.nn.functional.max_pool3d.
public struct MaxPool3d: Sendable {
  let window: Window
  let channels: Int

  public init(input: TokenGrid, kernel: TokenGrid, stride: TokenGrid, channels: Int) {
    window = Window(input: input, kernel: kernel, stride: stride, padding: kernel.half)
    self.channels = channels
  }

  public var output: TokenGrid { window.output }

  /// x [input.count, channels] → y [output.count, channels]; `chosen`, of y's shape, keeps each maximum's input token.
  public func forward(
    x: UnsafePointer<Float>, y: UnsafeMutablePointer<Float>, chosen: UnsafeMutablePointer<Float>
  ) {
    let d = channels
    window.forEachOutput { token, inputs, _, count in
      for c in 0..<d {
        var top = x[Int(inputs[0]) &* d &+ c]
        var at = inputs[0]
        for i in 1..<max(count, 1) {
          let value = x[Int(inputs[i]) &* d &+ c]
          if value > top {
            top = value
            at = inputs[i]
          }
        }
        y[token &* d &+ c] = top
        // Token numbers stay far below 2^24, so a float holds them exactly.
        chosen[token &* d &+ c] = Float(at)
      }
    }
  }

  /// Some output tokens alone: y [outputs.count, channels] holds just them.
  public func forward(outputs: Range<Int>, x: UnsafePointer<Float>, y: UnsafeMutablePointer<Float>) {
    let d = channels
    window.forEachOutput(outputs) { token, inputs, _, count in
      let y = y + (token &- outputs.lowerBound) &* d
      y.update(from: x + Int(inputs[0]) &* d, count: d)
      for i in 1..<max(count, 1) {
        let x = x + Int(inputs[i]) &* d
        var c = 0
        while c &+ 16 <= d {
          let value = load16(x + c)
          let top = load16(y + c)
          store16(top.replacing(with: value, where: value .> top), y + c)
          c &+= 16
        }
        while c < d {
          if x[c] > y[c] { y[c] = x[c] }
          c &+= 1
        }
      }
    }
  }

  /// dx [input.count, channels] is added to.
  public func backward(
    chosen: UnsafePointer<Float>, dy: UnsafePointer<Float>, dx: UnsafeMutablePointer<Float>
  ) {
    let d = channels
    for token in 0..<output.count {
      for c in 0..<d { dx[Int(chosen[token &* d &+ c]) &* d &+ c] += dy[token &* d &+ c] }
    }
  }
}
