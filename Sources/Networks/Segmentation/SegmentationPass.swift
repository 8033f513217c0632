import Tensor

/// Forward and backward of the segmentation network for learning, on batches of one size, with the memory that they need.
/// Pictures are spread over threads layer by layer, since batch norm looks at all of them; every sum over pictures is
/// taken in an order that depends on their number alone, so any number of threads gives the same bytes. One pass at a
/// time.
public final class SegmentationPass {
  let network: SegmentationNetwork
  public let count: Int
  public let height: Int
  public let width: Int
  private let threads: Int
  private let memory = PlaneMemory()
  /// [count, classes, height, width]: logits after `forward`; `backward` wants their gradient here.
  public let logits: UnsafeMutablePointer<Float>

  private let folded: Planes
  private let down: [(first: UnitMemory, second: UnitMemory)]
  private let up: [(first: UnitMemory, second: UnitMemory)]
  /// Doubled pixels, then the skip's; a level each but the coarsest.
  private let joined: [Planes]
  private let joinedGradients: [Planes]
  private let pooled: [Planes]
  private let pooledGradients: [Planes]
  /// Gradients of a level's inner and last unit.
  private let inner: [Planes]
  private let outer: [Planes]
  private let head: Planes
  /// Gradients of weights by groups of pictures, whose number depends on that of the pictures alone.
  private let shards: [UnsafeMutablePointer<Float>]

  /// Sees what a unit gives, or, on the way back, the gradient of that.
  typealias Observer = (_ unit: String, Planes) -> Void

  /// Height and width must be multiples of the network's `sizeMultiple`.
  public init(_ network: SegmentationNetwork, count: Int, height: Int, width: Int, threads: Int) {
    precondition(count > 0, "a batch needs a picture")
    (self.network, self.count, self.height, self.width) = (network, count, height, width)
    self.threads = threads
    let (c, grids, memory) = (network.configuration, network.grids(height: height, width: width), memory)
    func planes(_ level: Int, _ channels: Int) -> Planes {
      Planes(grids[level], channels: channels, count: count, in: memory)
    }
    let (widths, levels) = (c.widths, c.widths.count)
    logits = memory.zeros(count * c.classes * height * width)
    folded = planes(0, 4 * c.channels)
    joined = (0..<levels - 1).map { planes($0, widths[$0 + 1] + widths[$0]) }
    joinedGradients = (0..<levels - 1).map { planes($0, widths[$0 + 1] + widths[$0]) }
    pooled = (0..<levels - 1).map { planes($0 + 1, widths[$0]) }
    pooledGradients = (0..<levels - 1).map { planes($0 + 1, widths[$0]) }
    inner = (0..<levels).map { planes($0, widths[$0]) }
    outer = (0..<levels).map { planes($0, widths[$0]) }
    head = planes(0, 4 * c.classes)
    var (down, up) = ([(first: UnitMemory, second: UnitMemory)](), [(first: UnitMemory, second: UnitMemory)]())
    func add(_ level: SegmentationNetwork.Level, _ i: Int, x: Planes, y: Planes) -> (UnitMemory, UnitMemory) {
      let first = UnitMemory(level.first, x: x, y: planes(i, widths[i]), memory)
      return (first, UnitMemory(level.second, x: first.y, y: y, memory))
    }
    for i in 0..<levels {
      let y = i == levels - 1 ? planes(i, widths[i]) : joined[i].channels(widths[i + 1]..<widths[i + 1] + widths[i])
      down.append(add(network.down[i], i, x: i == 0 ? folded : pooled[i - 1], y: y))
    }
    for i in 0..<levels - 1 { up.append(add(network.up[i], i, x: joined[i], y: planes(i, widths[i]))) }
    (self.down, self.up) = (down, up)
    shards = (0..<min(count, 8)).map { _ in memory.zeros(network.layout.count) }
  }

  /// Calls the body for every item, on the threads that there are.
  private func spread(_ items: Int, _ body: (Int) -> Void) {
    withoutActuallyEscaping(body) { body in
      // The body touches what its item alone owns, and the call outlives all of its threads.
      nonisolated(unsafe) let body = body
      Lanes.run(items, threads: threads) { item, _ in body(item) }
    }
  }

  private func eachPicture(_ body: (Int) -> Void) { spread(count, body) }

  private var units: [UnitMemory] { (down + up).flatMap { [$0.first, $0.second] } }

  // MARK: - Forward

  /// pictures [count, channels, height, width] → `logits`. Norms go by the batch; the running statistics follow it.
  public func forward(
    _ p: UnsafePointer<Float>, statistics: UnsafeMutablePointer<Float>, pictures: UnsafePointer<Float>
  ) {
    forward(p, statistics: statistics, pictures: pictures, observe: nil)
  }

  func forward(
    _ p: UnsafePointer<Float>, statistics: UnsafeMutablePointer<Float>, pictures: UnsafePointer<Float>,
    observe: Observer?
  ) {
    let (c, units) = (network.configuration, units)
    spread(units.count) { units[$0].pack(p) }
    eachPicture { i in
      Resampling.fold(
        folded.grid, channels: c.channels, x: pictures + i * c.channels * height * width, y: folded[i])
    }
    for (i, level) in down.enumerated() {
      forward(p, statistics, level.first, observe)
      forward(p, statistics, level.second, observe)
      guard i < pooled.count else { continue }
      let pooled = pooled[i]
      eachPicture { picture in
        Resampling.maxPool(pooled.grid, channels: pooled.channels, x: level.second.y[picture], y: pooled[picture])
      }
    }
    for i in joined.indices.reversed() {
      let coarse = i + 1 == joined.count ? down[i + 1].second.y : up[i + 1].second.y
      eachPicture { picture in
        Resampling.double(coarse.grid, channels: coarse.channels, x: coarse[picture], y: joined[i][picture])
      }
      forward(p, statistics, up[i].first, observe)
      forward(p, statistics, up[i].second, observe)
    }
    let (w, last) = (network.head, up[0].second.y)
    eachPicture { i in
      PointwiseConv.forward(
        head.grid, in: w.inner, out: w.out, x: last[i], weight: p + w.weight, bias: p + w.bias, y: head[i])
      Resampling.unfold(head.grid, channels: c.classes, x: head[i], y: logits + i * c.classes * height * width)
    }
  }

  private func forward(
    _ p: UnsafePointer<Float>, _ statistics: UnsafeMutablePointer<Float>, _ unit: UnitMemory, _ observe: Observer?
  ) {
    eachPicture(unit.convolve)
    unit.normalise(p, statistics, network.configuration)
    eachPicture(unit.rectify)
    observe?(unit.unit.name, unit.y)
  }

  // MARK: - Backward

  /// From the gradient that stands in `logits`, that of every weight [layout.count], overwritten.
  public func backward(_ p: UnsafePointer<Float>, gradients: inout [Float]) {
    backward(p, gradients: &gradients, observe: nil)
  }

  func backward(_ p: UnsafePointer<Float>, gradients: inout [Float], observe: Observer?) {
    let (c, w, last) = (network.configuration, network.head, up[0].second.y)
    let total = network.layout.count
    eachShard { pictures, g in
      g.update(repeating: 0, count: total)
      for i in pictures {
        Resampling.fold(head.grid, channels: c.classes, x: logits + i * c.classes * height * width, y: head[i])
        PointwiseConv.backward(
          head.grid, in: w.inner, out: w.out, x: last[i], weight: p + w.weight, dy: head[i], dx: outer[0][i],
          dWeight: g + w.weight, dBias: g + w.bias)
      }
    }
    for i in up.indices {
      backward(p, up[i].second, dy: outer[i], dx: inner[i], observe)
      backward(p, up[i].first, dy: inner[i], dx: joinedGradients[i], observe)
      let coarse = outer[i + 1]
      eachPicture { picture in
        Resampling.doubleBackward(
          coarse.grid, channels: coarse.channels, dy: joinedGradients[i][picture], dx: coarse[picture])
      }
    }
    for i in down.indices.reversed() {
      let isLast = i == down.count - 1
      let dy = isLast ? outer[i] : joinedGradients[i].channels(outer[i + 1].channels..<joined[i].channels)
      if !isLast {
        let (fine, coarse, gradient) = (down[i].second.y, pooled[i], pooledGradients[i])
        eachPicture { picture in
          Resampling.maxPoolBackward(
            coarse.grid, channels: coarse.channels, x: fine[picture], y: coarse[picture], dy: gradient[picture],
            dx: dy[picture])
        }
      }
      backward(p, down[i].second, dy: dy, dx: inner[i], observe)
      backward(p, down[i].first, dy: inner[i], dx: i == 0 ? nil : pooledGradients[i - 1], observe)
    }
    gradients.withUnsafeMutableBufferPointer { sum in
      guard let sum = sum.baseAddress else { return }
      sum.update(from: shards[0], count: total)
      for g in shards.dropFirst() { Rows.add(total, g, into: sum) }
      for unit in units { unit.addNormGradients(to: sum) }
    }
  }

  /// dy becomes the gradient of what the convolution gave.
  private func backward(_ p: UnsafePointer<Float>, _ unit: UnitMemory, dy: Planes, dx: Planes?, _ observe: Observer?) {
    observe?(unit.unit.name, dy)
    eachPicture { unit.sumGradients($0, dy: dy) }
    unit.reduceGradients(p)
    eachShard { pictures, g in unit.backward(pictures, step: shards.count, dy: dy, dx: dx, g) }
  }

  private func eachShard(_ body: (_ pictures: StrideTo<Int>, _ g: UnsafeMutablePointer<Float>) -> Void) {
    spread(shards.count) { body(stride(from: $0, to: count, by: shards.count), shards[$0]) }
  }
}
