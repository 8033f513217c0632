import Tensor

/// A unit of the segmentation network while it learns: what it reads and gives, and what its way back needs.
final class UnitMemory: @unchecked Sendable {
  let unit: ConvNorm
  let x: Planes
  let y: Planes
  /// Between convolution and norm.
  private let z: Planes
  private var packed: [Float]
  private var packedTransposed: [Float]
  /// [count, out, 2]; each picture's are written by one lane.
  private let sums: UnsafeMutablePointer<Double>
  /// Mean, 1/deviation, scale, shift, and on the way back the two means of gradients, [out] each.
  private let channels: UnsafeMutablePointer<Float>
  private var dScale: [Float]
  private var dShift: [Float]

  init(_ unit: ConvNorm, x: Planes, y: Planes, _ memory: PlaneMemory) {
    (self.unit, self.x, self.y) = (unit, x, y)
    z = Planes(y.grid, channels: unit.out, count: y.count, in: memory)
    packed = [Float](repeating: 0, count: Conv3x3.packedCount(in: unit.inner, out: unit.out))
    packedTransposed = [Float](repeating: 0, count: Conv3x3.packedCount(in: unit.out, out: unit.inner))
    sums = .allocate(capacity: y.count * unit.out * 2)
    sums.initialize(repeating: 0, count: y.count * unit.out * 2)
    channels = memory.zeros(6 * unit.out)
    dScale = [Float](repeating: 0, count: unit.out)
    dShift = dScale
  }

  deinit { sums.deallocate() }

  private var grid: PlaneGrid { y.grid }
  /// Pixels that a channel's statistics are taken over.
  private var population: Double { Double(y.count * grid.pixels) }

  private func channel(_ part: Int) -> UnsafeMutablePointer<Float> { channels + part * unit.out }

  private var known: BatchNorm.Channels {
    BatchNorm.Channels(mean: channel(0), inverse: channel(1), scale: channel(2), shift: channel(3))
  }

  func pack(_ p: UnsafePointer<Float>) {
    Conv3x3.pack(in: unit.inner, out: unit.out, weight: p + unit.weight, into: &packed)
    Conv3x3.packTransposed(in: unit.inner, out: unit.out, weight: p + unit.weight, into: &packedTransposed)
  }

  func convolve(_ picture: Int) {
    Conv3x3.forward(grid, in: unit.inner, out: unit.out, x: x[picture], packed: packed, y: z[picture])
    BatchNorm.sums(grid, channels: unit.out, x: z[picture], into: sums + picture * unit.out * 2)
  }

  /// Both sums of a channel over all pictures, in their order.
  private func total(_ c: Int) -> (Double, Double) {
    var total = (0.0, 0.0)
    for picture in 0..<y.count {
      total.0 += sums[(picture * unit.out + c) * 2]
      total.1 += sums[(picture * unit.out + c) * 2 + 1]
    }
    return total
  }

  func normalise(
    _ p: UnsafePointer<Float>, _ statistics: UnsafeMutablePointer<Float>, _ configuration: SegmentationConfiguration
  ) {
    let momentum = configuration.momentum
    for c in 0..<unit.out {
      let (sum, squares) = total(c)
      let mean = sum / population
      let variance = max(squares / population - mean * mean, 0)
      let inverse = 1 / (variance + Double(configuration.eps)).squareRoot()
      let scale = Double(p[unit.scale + c]) * inverse
      channel(0)[c] = Float(mean)
      channel(1)[c] = Float(inverse)
      channel(2)[c] = Float(scale)
      channel(3)[c] = Float(Double(p[unit.shift + c]) - mean * scale)
      // The running variance is that of a sample, as PyTorch keeps it.
      let sample = variance * population / max(population - 1, 1)
      statistics[unit.mean + c] += momentum * (Float(mean) - statistics[unit.mean + c])
      statistics[unit.variance + c] += momentum * (Float(sample) - statistics[unit.variance + c])
    }
  }

  func rectify(_ picture: Int) {
    BatchNorm.forward(
      grid, channels: unit.out, x: z[picture], scale: channel(2), shift: channel(3), y: y[picture])
  }

  func sumGradients(_ picture: Int, dy: Planes) {
    BatchNorm.backwardSums(
      grid, known, count: unit.out, x: z[picture], dy: dy[picture], into: sums + picture * unit.out * 2)
  }

  func reduceGradients(_ p: UnsafePointer<Float>) {
    for c in 0..<unit.out {
      let (shift, scale) = total(c)
      dShift[c] = Float(shift)
      dScale[c] = Float(scale)
      channel(4)[c] = Float(shift / population)
      channel(5)[c] = Float(scale / population)
    }
  }

  func addNormGradients(to g: UnsafeMutablePointer<Float>) {
    Rows.add(unit.out, dScale, into: g + unit.scale)
    Rows.add(unit.out, dShift, into: g + unit.shift)
  }

  /// Some pictures, every `step`th from the first; the convolution's gradient is added to `g`.
  func backward(_ pictures: StrideTo<Int>, step: Int, dy: Planes, dx: Planes?, _ g: UnsafeMutablePointer<Float>) {
    for i in pictures {
      BatchNorm.backward(grid, known, count: unit.out, x: z[i], a: channel(4), b: channel(5), dy: dy[i])
    }
    for i in pictures.prefix(1) {
      Conv3x3.backwardWeight(
        grid, in: unit.inner, out: unit.out, pictures: pictures.underestimatedCount, x: x[i], xStep: step * x.step,
        dy: dy[i], dyStep: step * dy.step, dWeight: g + unit.weight)
    }
    guard let dx else { return }
    for i in pictures {
      Conv3x3.forward(grid, in: unit.out, out: unit.inner, x: dy[i], packed: packedTransposed, y: dx[i])
    }
  }
}
