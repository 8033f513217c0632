/// Tokens laid out over time, rows and columns, in that order: T·H·W of them.
public struct TokenGrid: Hashable, Sendable, Codable {
  public var t: Int
  public var h: Int
  public var w: Int

  public init(_ t: Int, _ h: Int, _ w: Int) {
    self.t = t
    self.h = h
    self.w = w
  }

  public var count: Int { t * h * w }

  /// Size after a sliding window: ⌊(n + 2·padding − kernel) / stride⌋ + 1 in each direction.
  public func windowed(kernel: TokenGrid, stride: TokenGrid, padding: TokenGrid) -> TokenGrid {
    TokenGrid(
      (t + 2 * padding.t - kernel.t) / stride.t + 1, (h + 2 * padding.h - kernel.h) / stride.h + 1,
      (w + 2 * padding.w - kernel.w) / stride.w + 1)
  }

  /// A padding of half the kernel keeps the size at stride 1.
  public var half: TokenGrid { TokenGrid(t / 2, h / 2, w / 2) }
}

/// A sliding window over a grid: which inputs each output sees.
struct Window: Sendable {
  let input: TokenGrid
  let output: TokenGrid
  let kernel: TokenGrid
  let stride: TokenGrid
  let padding: TokenGrid

  init(input: TokenGrid, kernel: TokenGrid, stride: TokenGrid, padding: TokenGrid) {
    self.input = input
    self.kernel = kernel
    self.stride = stride
    self.padding = padding
    output = input.windowed(kernel: kernel, stride: stride, padding: padding)
  }

  /// Calls `body` for every output, or for those of a range, with the inputs inside its window: input tokens and kernel
  /// taps, `count` of them.
  @inline(__always)
  func forEachOutput(
    _ range: Range<Int>? = nil,
    _ body: (_ token: Int, _ inputs: UnsafePointer<Int32>, _ taps: UnsafePointer<Int32>, _ count: Int) -> Void
  ) {
    withUnsafeTemporaryAllocation(of: Int32.self, capacity: 2 * kernel.count) { scratch in
      guard let inputs = scratch.baseAddress else { return }
      let taps = inputs + kernel.count
      for token in range ?? 0..<output.count {
        let (plane, w) = token.quotientAndRemainder(dividingBy: output.w)
        let (t, h) = plane.quotientAndRemainder(dividingBy: output.h)
        var n = 0
        for kt in 0..<kernel.t {
          let it = t &* stride.t &- padding.t &+ kt
          if it < 0 || it >= input.t { continue }
          for kh in 0..<kernel.h {
            let ih = h &* stride.h &- padding.h &+ kh
            if ih < 0 || ih >= input.h { continue }
            for kw in 0..<kernel.w {
              let iw = w &* stride.w &- padding.w &+ kw
              if iw < 0 || iw >= input.w { continue }
              inputs[n] = Int32(truncatingIfNeeded: (it &* input.h &+ ih) &* input.w &+ iw)
              taps[n] = Int32(truncatingIfNeeded: (kt &* kernel.h &+ kh) &* kernel.w &+ kw)
              n &+= 1
            }
          }
        }
        body(token, inputs, taps, n)
      }
    }
  }

  /// Inputs that some window sees, in order; nil where every one is seen.
  var seenInputs: [Int]? {
    var seen = [Bool](repeating: false, count: input.count)
    forEachOutput { _, inputs, _, count in for i in 0..<count { seen[Int(inputs[i])] = true } }
    return seen.allSatisfy { $0 } ? nil : seen.indices.filter { seen[$0] }
  }
}
