import Glibc
import TestSupport
import Testing

@testable import Tensor

/// Kernels on planes, against their plain twins.
@Suite struct PlaneKernelsTests {
  static let sizes: [(Int, Int)] = [(1, 1), (2, 3), (3, 16), (5, 17), (4, 8), (7, 40), (9, 64)]

  /// Planes with a rim of zeros; the inside follows from a name.
  static func planes(_ grid: PlaneGrid, _ values: [Float]) -> [Float] {
    var all = [Float](repeating: 0, count: values.count / grid.pixels * grid.planeSize)
    for (i, v) in values.enumerated() { all[place(grid, i)] = v }
    return all
  }

  private static func place(_ grid: PlaneGrid, _ i: Int) -> Int {
    let (channel, pixel) = i.quotientAndRemainder(dividingBy: grid.pixels)
    return channel * grid.planeSize + grid.origin + pixel / grid.width * grid.pitch + pixel % grid.width
  }

  /// The inside; and the rim must still be zero.
  static func inside(_ grid: PlaneGrid, _ planes: [Float]) -> [Float] {
    let places = (0..<planes.count / grid.planeSize * grid.pixels).map { place(grid, $0) }
    var rest = planes
    for p in places { rest[p] = 0 }
    #expect(rest.allSatisfy { $0 == 0 }, "a rim was written to")
    return places.map { planes[$0] }
  }

  /// Rims of zeros around nothing in particular, for kernels that write.
  static func blank(_ grid: PlaneGrid, _ channels: Int) -> [Float] {
    planes(grid, [Float](repeating: .nan, count: channels * grid.pixels))
  }

  /// Calls the body with every output, weight and input of a 3×3 convolution that keeps the size.
  private func slide(_ grid: PlaneGrid, _ inner: Int, _ out: Int, _ body: (_ y: Int, _ w: Int, _ x: Int) -> Void) {
    for o in 0..<out {
      for i in 0..<inner {
        for pixel in 0..<grid.pixels {
          for tap in 0..<9 {
            let (row, column) = (pixel / grid.width + tap / 3 - 1, pixel % grid.width + tap % 3 - 1)
            guard (0..<grid.height).contains(row), (0..<grid.width).contains(column) else { continue }
            body(o * grid.pixels + pixel, (o * inner + i) * 9 + tap, i * grid.pixels + row * grid.width + column)
          }
        }
      }
    }
  }

  @Test(arguments: sizes, [(1, 1), (4, 5), (3, 7), (11, 4), (2, 15)])
  func conv3x3(_ size: (Int, Int), channels: (Int, Int)) {
    let (grid, (inner, out)) = (PlaneGrid(height: size.0, width: size.1), channels)
    let (x, w, b) = (noise("x", inner * grid.pixels), noise("w", out * inner * 9), noise("b", out))
    let dy = noise("dy", out * grid.pixels)
    var y64 = [Double](repeating: 0, count: dy.count)
    var (dx64, dw64) = ([Double](repeating: 0, count: x.count), [Double](repeating: 0.5, count: w.count))
    slide(grid, inner, out) { yi, wi, xi in
      y64[yi] += Double(x[xi]) * Double(w[wi])
      dx64[xi] += Double(dy[yi]) * Double(w[wi])
      dw64[wi] += Double(dy[yi]) * Double(x[xi])
    }
    var packed = [Float](repeating: .nan, count: Conv3x3.packedCount(in: inner, out: out))
    Conv3x3.pack(in: inner, out: out, weight: w, into: &packed)
    let planes = Self.planes(grid, x)
    var y = Self.blank(grid, out)
    Conv3x3.forward(grid, in: inner, out: out, x: planes, packed: packed, y: &y)
    expectClose(Self.inside(grid, y), y64, within: 2e-5, "y")
    Conv3x3.forward(grid, in: inner, out: out, x: planes, packed: packed, bias: b, rectify: true, y: &y)
    let rectified = y64.enumerated().map { max($1 + Double(b[$0 / grid.pixels]), 0) }
    expectClose(Self.inside(grid, y), rectified, within: 2e-5, "rectified")

    packed = [Float](repeating: .nan, count: Conv3x3.packedCount(in: out, out: inner))
    Conv3x3.packTransposed(in: inner, out: out, weight: w, into: &packed)
    var dx = Self.blank(grid, inner)
    Conv3x3.forward(grid, in: out, out: inner, x: Self.planes(grid, dy), packed: packed, y: &dx)
    expectClose(Self.inside(grid, dx), dx64, within: 2e-5, "dx")
    var dw = [Float](repeating: 0.5, count: w.count)
    Conv3x3.backwardWeight(grid, in: inner, out: out, x: planes, dy: Self.planes(grid, dy), dWeight: &dw)
    expectClose(dw, dw64, within: 5e-5, "dWeight")
    // A second picture, all twice as bright, some floats beyond the first.
    let apart = planes + [.nan, .nan, .nan] + planes.map { $0 * 2 }
    let dyApart = Self.planes(grid, dy) + [.nan] + Self.planes(grid, dy)
    dw = [Float](repeating: 0.5, count: w.count)
    Conv3x3.backwardWeight(
      grid, in: inner, out: out, pictures: 2, x: apart, xStep: planes.count + 3, dy: dyApart,
      dyStep: out * grid.planeSize + 1, dWeight: &dw)
    expectClose(dw, dw64.map { ($0 - 0.5) * 3 + 0.5 }, within: 2e-4, "dWeight of two")
  }

  /// Planes that are worked off in parts, because all channels' rows would not stay in the cache.
  @Test func conv3x3InParts() {
    let grid = PlaneGrid(height: 41, width: 20)
    let inner = 100
    let (x, w) = (noise("x", inner * grid.pixels), noise("w", inner * 9))
    var y64 = [Double](repeating: 0, count: grid.pixels)
    slide(grid, inner, 1) { yi, wi, xi in y64[yi] += Double(x[xi]) * Double(w[wi]) }
    var packed = [Float](repeating: .nan, count: Conv3x3.packedCount(in: inner, out: 1))
    Conv3x3.pack(in: inner, out: 1, weight: w, into: &packed)
    var y = Self.blank(grid, 1)
    Conv3x3.forward(grid, in: inner, out: 1, x: Self.planes(grid, x), packed: packed, y: &y)
    expectClose(Self.inside(grid, y), y64, within: 1e-4, "y")
  }

  @Test(arguments: sizes, [(1, 1), (5, 3), (20, 24)])
  func pointwiseConv(_ size: (Int, Int), channels: (Int, Int)) {
    let (grid, (inner, out)) = (PlaneGrid(height: size.0, width: size.1), channels)
    let n = grid.pixels
    let (x, w, b, dy) = (noise("x", inner * n), noise("w", out * inner), noise("b", out), noise("dy", out * n))
    var y64 = (0..<out * n).map { Double(b[$0 / n]) }
    var (dx64, dw64) = ([Double](repeating: 0, count: inner * n), [Double](repeating: 0.5, count: w.count))
    var db64 = [Double](repeating: 0.5, count: out)
    for o in 0..<out {
      for pixel in 0..<n {
        let d = Double(dy[o * n + pixel])
        db64[o] += d
        for i in 0..<inner {
          y64[o * n + pixel] += Double(w[o * inner + i]) * Double(x[i * n + pixel])
          dx64[i * n + pixel] += Double(w[o * inner + i]) * d
          dw64[o * inner + i] += d * Double(x[i * n + pixel])
        }
      }
    }
    let planes = Self.planes(grid, x)
    var y = Self.blank(grid, out)
    PointwiseConv.forward(grid, in: inner, out: out, x: planes, weight: w, bias: b, y: &y)
    expectClose(Self.inside(grid, y), y64, within: 2e-5, "y")
    var dx = Self.blank(grid, inner)
    var (dw, db) = ([Float](repeating: 0.5, count: w.count), [Float](repeating: 0.5, count: out))
    PointwiseConv.backward(
      grid, in: inner, out: out, x: planes, weight: w, dy: Self.planes(grid, dy), dx: &dx, dWeight: &dw, dBias: &db)
    expectClose(Self.inside(grid, dx), dx64, within: 2e-5, "dx")
    expectClose(dw, dw64, within: 5e-5, "dWeight")
    expectClose(db, db64, within: 5e-5, "dBias")
  }

  /// Three pictures of two channels; the twin's gradient by central differences.
  @Test(arguments: [(1, 3), (2, 17), (3, 16)])
  func batchNorm(_ size: (Int, Int)) {
    let (grid, count, channels, eps) = (PlaneGrid(height: size.0, width: size.1), 3, 2, 1e-5)
    let (n, each) = (grid.pixels, channels * grid.pixels)
    let (x, dy) = (noise("x", count * each).map { $0 + 0.3 }, noise("dy", count * each))
    let (w, b): ([Float], [Float]) = ([1.2, -0.7], [0.1, 0.2])
    func channel(_ i: Int) -> Int { i / n % channels }
    func moments(_ x: [Double], _ c: Int) -> (Double, Double) {
      let own = x.indices.filter { channel($0) == c }.map { x[$0] }
      let mean = own.reduce(0, +) / Double(own.count)
      return (mean, own.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(own.count))
    }
    func twin(_ x: [Double], _ w: [Double], _ b: [Double]) -> [Double] {
      let all = (0..<channels).map { moments(x, $0) }
      return x.indices.map { i in
        let (mean, variance) = all[channel(i)]
        return max((x[i] - mean) / (variance + eps).squareRoot() * w[channel(i)] + b[channel(i)], 0)
      }
    }
    let pictures = (0..<count).map { Self.planes(grid, Array(x[$0 * each..<($0 + 1) * each])) }
    func totals(_ sums: (Int, UnsafeMutablePointer<Double>) -> Void) -> [Double] {
      var total = [Double](repeating: 0, count: 2 * channels)
      for picture in 0..<count {
        var own = [Double](repeating: .nan, count: 2 * channels)
        sums(picture, &own)
        for i in own.indices { total[i] += own[i] }
      }
      return total.map { $0 / Double(count * n) }
    }
    let forward = totals { BatchNorm.sums(grid, channels: channels, x: pictures[$0], into: $1) }
    let mean = (0..<channels).map { Float(forward[2 * $0]) }
    let inverse = (0..<channels).map {
      Float(1 / (forward[2 * $0 + 1] - forward[2 * $0] * forward[2 * $0] + eps).squareRoot())
    }
    for c in 0..<channels {
      let (m, v) = moments(doubles(x), c)
      #expect(abs(Double(mean[c]) - m) < 1e-6 && abs(Double(inverse[c]) - 1 / (v + eps).squareRoot()) < 1e-4)
    }
    let scale = (0..<channels).map { w[$0] * inverse[$0] }
    let shift = (0..<channels).map { b[$0] - mean[$0] * scale[$0] }
    var y: [Float] = []
    for picture in pictures {
      var own = Self.blank(grid, channels)
      BatchNorm.forward(grid, channels: channels, x: picture, scale: scale, shift: shift, y: &own)
      y += Self.inside(grid, own)
    }
    let (x64, w64, b64) = (doubles(x), doubles(w), doubles(b))
    expectClose(y, twin(x64, w64, b64), "y")

    mean.withUnsafeBufferPointer { mean in
      inverse.withUnsafeBufferPointer { inverse in
        scale.withUnsafeBufferPointer { scale in
          shift.withUnsafeBufferPointer { shift in
            guard let mean = mean.baseAddress, let inverse = inverse.baseAddress, let scale = scale.baseAddress,
              let shift = shift.baseAddress
            else { return }
            let known = BatchNorm.Channels(mean: mean, inverse: inverse, scale: scale, shift: shift)
            let gradients = (0..<count).map { Self.planes(grid, Array(dy[$0 * each..<($0 + 1) * each])) }
            let sums = totals {
              BatchNorm.backwardSums(grid, known, count: channels, x: pictures[$0], dy: gradients[$0], into: $1)
            }
            let (a, slope) = (
              (0..<channels).map { Float(sums[2 * $0]) }, (0..<channels).map { Float(sums[2 * $0 + 1]) }
            )
            var dx: [Float] = []
            for (picture, gradient) in zip(pictures, gradients) {
              var own = gradient
              BatchNorm.backward(grid, known, count: channels, x: picture, a: a, b: slope, dy: &own)
              dx += Self.inside(grid, own)
            }
            expectClose(dx, slopes(x64, dy) { twin($0, w64, b64) }, within: 2e-5, "dx")
            let population = Float(count * n)
            expectClose(a.map { $0 * population }, slopes(b64, dy) { twin(x64, w64, $0) }, within: 2e-5, "dBias")
            expectClose(slope.map { $0 * population }, slopes(w64, dy) { twin(x64, $0, b64) }, within: 2e-5, "dWeight")
          }
        }
      }
    }
  }

  /// Ties go to the first in rows from the top, as PyTorch has it.
  @Test(arguments: sizes, [1, 3])
  func maxPool(_ size: (Int, Int), _ channels: Int) {
    let grid = PlaneGrid(height: size.0, width: size.1)
    let fine = PlaneGrid(height: 2 * size.0, width: 2 * size.1)
    // Rounded, so that there are ties, of zeros too.
    let x = noise("x", channels * fine.pixels).map { max(($0 * 3).rounded(), 0) }
    let (dy, dx0) = (noise("dy", channels * grid.pixels), noise("dx", x.count))
    var (top, dx64) = ([Float](repeating: -.infinity, count: dy.count), doubles(dx0))
    for o in top.indices {
      let (row, column) = (o / grid.width % grid.height, o % grid.width)
      let corner = (o / grid.pixels * fine.height + 2 * row) * fine.width + 2 * column
      var from = corner
      for at in [corner, corner + 1, corner + fine.width, corner + fine.width + 1] where x[at] > top[o] {
        (top[o], from) = (x[at], at)
      }
      dx64[from] += Double(dy[o])
    }
    let planes = Self.planes(fine, x)
    var y = Self.blank(grid, channels)
    Resampling.maxPool(grid, channels: channels, x: planes, y: &y)
    #expect(Self.inside(grid, y) == top)
    var dx = Self.planes(fine, dx0)
    Resampling.maxPoolBackward(grid, channels: channels, x: planes, y: y, dy: Self.planes(grid, dy), dx: &dx)
    expectClose(Self.inside(fine, dx), dx64, within: 1e-6, "dx")
  }

  @Test(arguments: sizes, [1, 3])
  func doubling(_ size: (Int, Int), _ channels: Int) {
    let grid = PlaneGrid(height: size.0, width: size.1)
    let fine = PlaneGrid(height: 2 * size.0, width: 2 * size.1)
    let (x, dy) = (noise("x", channels * grid.pixels), noise("dy", channels * fine.pixels))
    func coarse(_ i: Int) -> Int {
      (i / fine.pixels * grid.height + i / fine.width % fine.height / 2) * grid.width + i % fine.width / 2
    }
    var y = Self.blank(fine, channels)
    Resampling.double(grid, channels: channels, x: Self.planes(grid, x), y: &y)
    #expect(Self.inside(fine, y) == dy.indices.map { x[coarse($0)] })
    var dx = Self.blank(grid, channels)
    Resampling.doubleBackward(grid, channels: channels, dy: Self.planes(fine, dy), dx: &dx)
    var dx64 = [Double](repeating: 0, count: x.count)
    for (i, d) in dy.enumerated() { dx64[coarse(i)] += Double(d) }
    expectClose(Self.inside(grid, dx), dx64, within: 1e-6, "dx")
  }

  @Test(arguments: sizes, [1, 3])
  func folding(_ size: (Int, Int), _ channels: Int) {
    let grid = PlaneGrid(height: size.0, width: size.1)
    let x = noise("x", channels * 4 * grid.pixels)
    var y = Self.blank(grid, 4 * channels)
    Resampling.fold(grid, channels: channels, x: x, y: &y)
    let expected = (0..<x.count).map { i -> Float in
      let (plane, pixel) = i.quotientAndRemainder(dividingBy: grid.pixels)
      let (row, column) = (2 * (pixel / grid.width) + plane % 4 / 2, 2 * (pixel % grid.width) + plane % 2)
      return x[(plane / 4 * 2 * grid.height + row) * 2 * grid.width + column]
    }
    #expect(Self.inside(grid, y) == expected)
    var back = [Float](repeating: .nan, count: x.count)
    Resampling.unfold(grid, channels: channels, x: y, y: &back)
    #expect(back == x)
  }
}
