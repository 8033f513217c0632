import Tensor

/// The segmentation network for pictures that nothing is learned from: norms are folded into the convolutions, and each
/// picture goes from end to end on one thread, so that its planes stay in that core's cache. Any number of threads gives
/// the same bytes.
public struct FoldedSegmentation: Sendable {
  public let network: SegmentationNetwork
  private let down: [Level]
  private let up: [Level]
  private let head: [Float]

  private struct Level: Sendable {
    let first: FoldedUnit
    let second: FoldedUnit
  }

  public init(_ network: SegmentationNetwork, weights: Parameters, statistics: Parameters) {
    precondition(
      weights.values.count == network.layout.count && statistics.values.count == network.statisticsLayout.count,
      "weights of another network")
    func folded(_ level: SegmentationNetwork.Level) -> Level {
      let eps = network.configuration.eps
      return Level(
        first: FoldedUnit(level.first, weights.values, statistics.values, eps: eps),
        second: FoldedUnit(level.second, weights.values, statistics.values, eps: eps))
    }
    self.network = network
    down = network.down.map(folded)
    up = network.up.map(folded)
    head = Array(weights.values[network.head.weight..<network.head.bias + network.head.out])
  }

  /// pictures [count, channels, height, width] → logits [count, classes, height, width]. Height and width must be
  /// multiples of the network's `sizeMultiple`.
  public func logits(_ pictures: [Float], count: Int, height: Int, width: Int, threads: Int) -> [Float] {
    let size = network.configuration.classes * height * width
    return [Float](unsafeUninitializedCapacity: count * size) { all, filled in
      if let base = all.baseAddress {
        nonisolated(unsafe) let first = base
        forEach(pictures, count: count, height: height, width: width, threads: threads) { i, logits in
          (first + i * size).update(from: logits, count: size)
        }
      }
      filled = count * size
    }
  }

  /// pictures [count, channels, height, width] → the likeliest class of each pixel [count, height, width], the first
  /// where some are alike, and the probabilities of all [count, classes, height, width].
  public func segment(
    _ pictures: [Float], count: Int, height: Int, width: Int, threads: Int
  ) -> (classes: [UInt8], probabilities: [Float]) {
    let (kinds, pixels) = (network.configuration.classes, height * width)
    var classes = [UInt8](repeating: 0, count: count * pixels)
    let probabilities = [Float](unsafeUninitializedCapacity: count * kinds * pixels) { all, filled in
      classes.withUnsafeMutableBufferPointer { classes in
        if let first = all.baseAddress, let firstClass = classes.baseAddress {
          nonisolated(unsafe) let (p, chosen) = (first, firstClass)
          forEach(pictures, count: count, height: height, width: width, threads: threads) { i, logits in
            let p = p + i * kinds * pixels
            LabelSoftmax.forward(pixels, classes: kinds, logits: logits, p: p)
            LabelSoftmax.likeliest(pixels, classes: kinds, p: p, into: chosen + i * pixels)
          }
        }
      }
      filled = count * kinds * pixels
    }
    return (classes, probabilities)
  }

  /// Gives every picture's logits [classes, height, width] to the body, on the thread that worked them out and valid
  /// until it returns.
  public func forEach(
    _ pictures: [Float], count: Int, height: Int, width: Int, threads: Int,
    _ body: @Sendable (_ picture: Int, _ logits: UnsafePointer<Float>) -> Void
  ) {
    let size = network.configuration.channels * height * width
    precondition(pictures.count == count * size, "pictures of other sizes than they say")
    let lanes = (0..<max(1, min(threads, count))).map { _ in LaneMemory(network, height: height, width: width) }
    pictures.withUnsafeBufferPointer { pictures in
      guard let base = pictures.baseAddress else { return }
      nonisolated(unsafe) let first = base
      Lanes.run(count, threads: lanes.count) { i, lane in
        forward(first + i * size, lanes[lane])
        body(i, lanes[lane].logits)
      }
    }
  }

  private func forward(_ picture: UnsafePointer<Float>, _ m: LaneMemory) {
    let c = network.configuration
    Resampling.fold(m.folded.grid, channels: c.channels, x: picture, y: m.folded[0])
    for i in down.indices {
      let isLast = i == down.count - 1
      let y = isLast ? m.outer[i] : m.joined[i].channels(c.widths[i + 1]..<c.widths[i + 1] + c.widths[i])
      down[i].first.forward(i == 0 ? m.folded : m.pooled[i - 1], m.inner[i])
      down[i].second.forward(m.inner[i], y)
      if !isLast { Resampling.maxPool(m.pooled[i].grid, channels: y.channels, x: y[0], y: m.pooled[i][0]) }
    }
    for i in up.indices.reversed() {
      let coarse = m.outer[i + 1]
      Resampling.double(coarse.grid, channels: coarse.channels, x: coarse[0], y: m.joined[i][0])
      up[i].first.forward(m.joined[i], m.inner[i])
      up[i].second.forward(m.inner[i], m.outer[i])
    }
    let w = network.head
    head.withUnsafeBufferPointer { head in
      guard let p = head.baseAddress else { return }
      PointwiseConv.forward(
        m.head.grid, in: w.inner, out: w.out, x: m.outer[0][0], weight: p, bias: p + (w.bias - w.weight), y: m.head[0])
    }
    Resampling.unfold(m.head.grid, channels: c.classes, x: m.head[0], y: m.logits)
  }

  /// Planes of one picture on its way, touched by one thread.
  private final class LaneMemory: @unchecked Sendable {
    private let memory = PlaneMemory()
    let folded: Planes
    /// Between a level's units, after them, and pooled.
    let inner: [Planes]
    let outer: [Planes]
    let pooled: [Planes]
    /// Doubled pixels, then the skip's.
    let joined: [Planes]
    let head: Planes
    let logits: UnsafeMutablePointer<Float>

    init(_ network: SegmentationNetwork, height: Int, width: Int) {
      let (c, grids, memory) = (network.configuration, network.grids(height: height, width: width), memory)
      func planes(_ level: Int, _ channels: Int) -> Planes {
        Planes(grids[level], channels: channels, count: 1, in: memory)
      }
      folded = planes(0, 4 * c.channels)
      inner = c.widths.indices.map { planes($0, c.widths[$0]) }
      outer = c.widths.indices.map { planes($0, c.widths[$0]) }
      pooled = c.widths.indices.dropLast().map { planes($0 + 1, c.widths[$0]) }
      joined = c.widths.indices.dropLast().map { planes($0, c.widths[$0 + 1] + c.widths[$0]) }
      head = planes(0, 4 * c.classes)
      logits = memory.zeros(c.classes * height * width)
    }
  }
}

/// A convolution that its norm has been folded into: w · γ/√(σ² + ε) and β − μ · γ/√(σ² + ε).
private struct FoldedUnit: Sendable {
  let unit: ConvNorm
  let packed: [Float]
  let bias: [Float]

  init(_ unit: ConvNorm, _ p: [Float], _ statistics: [Float], eps: Float) {
    self.unit = unit
    let each = unit.inner * 9
    let scales = (0..<unit.out).map { c in
      Double(p[unit.scale + c]) / (Double(statistics[unit.variance + c]) + Double(eps)).squareRoot()
    }
    let weight = (0..<unit.out * each).map { Float(Double(p[unit.weight + $0]) * scales[$0 / each]) }
    var packed = [Float](repeating: 0, count: Conv3x3.packedCount(in: unit.inner, out: unit.out))
    Conv3x3.pack(in: unit.inner, out: unit.out, weight: weight, into: &packed)
    self.packed = packed
    bias = (0..<unit.out).map { c in
      Float(Double(p[unit.shift + c]) - Double(statistics[unit.mean + c]) * scales[c])
    }
  }

  func forward(_ x: Planes, _ y: Planes) {
    bias.withUnsafeBufferPointer { bias in
      Conv3x3.forward(
        y.grid, in: unit.inner, out: unit.out, x: x[0], packed: packed, bias: bias.baseAddress, rectify: true, y: y[0])
    }
  }
}
