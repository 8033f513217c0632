extension Conv3x3 {
  /// dWeight [out, in, 3, 3] += the gradient of `forward`, from x planes [in] and dy planes [out] of some pictures, which
  /// lie `xStep` and `dyStep` floats apart.
  public static func backwardWeight(
    _ grid: PlaneGrid, in inner: Int, out: Int, pictures: Int = 1, x: UnsafePointer<Float>, xStep: Int = 0,
    dy: UnsafePointer<Float>, dyStep: Int = 0, dWeight: UnsafeMutablePointer<Float>
  ) {
    let plane = grid.planeSize
    for i in 0..<inner {
      var o = 0
      while o < out {
        // Where fewer than three are left, the last one is summed more than once and added once.
        let (second, third) = (min(o &+ 1, out &- 1), min(o &+ 2, out &- 1))
        var sums = Nine()
        for picture in 0..<pictures {
          let (x, dy) = (x + (picture &* xStep &+ i &* plane), dy + picture &* dyStep)
          sum(grid, x, dy + o &* plane, dy + second &* plane, dy + third &* plane, into: &sums)
        }
        sums.add(\.a, to: dWeight + (o &* inner &+ i) &* 9)
        if second > o { sums.add(\.b, to: dWeight + (second &* inner &+ i) &* 9) }
        if third > second { sums.add(\.c, to: dWeight + (third &* inner &+ i) &* 9) }
        o &+= 3
      }
    }
  }

  /// One tap's sums for three output channels.
  private struct Three {
    var a = Vector16()
    var b = Vector16()
    var c = Vector16()

    @inline(__always) mutating func add(_ x: UnsafePointer<Float>, _ dy: Three) {
      let x = load16(x)
      a = a.addingProduct(x, dy.a)
      b = b.addingProduct(x, dy.b)
      c = c.addingProduct(x, dy.c)
    }
  }

  /// The sums of all taps.
  private struct Nine {
    var taps = (Three(), Three(), Three(), Three(), Three(), Three(), Three(), Three(), Three())

    /// [9] += what the vectors of one output channel add up to.
    @inline(__always) func add(_ sums: KeyPath<Three, Vector16>, to y: UnsafeMutablePointer<Float>) {
      let t = taps
      let first = total(t.0[keyPath: sums], t.1[keyPath: sums], t.2[keyPath: sums], t.3[keyPath: sums])
      let second = total(t.4[keyPath: sums], t.5[keyPath: sums], t.6[keyPath: sums], t.7[keyPath: sums])
      let p = UnsafeMutableRawPointer(y)
      p.storeBytes(
        of: p.loadUnaligned(as: SIMD8<Float>.self) + SIMD8(lowHalf: first, highHalf: second), as: SIMD8<Float>.self)
      y[8] += t.8[keyPath: sums].sum()
    }

    /// Four totals: each vector is halved twice, then the four quarters are turned and added.
    @inline(__always) private func total(_ a: Vector16, _ b: Vector16, _ c: Vector16, _ d: Vector16) -> SIMD4<Float> {
      let (a, b, c, d) = (quarter(a), quarter(b), quarter(c), quarter(d))
      let (ab, cd) = (SIMD8(lowHalf: a, highHalf: b), SIMD8(lowHalf: c, highHalf: d))
      let (abPairs, cdPairs) = (ab.evenHalf + ab.oddHalf, cd.evenHalf + cd.oddHalf)
      let all = SIMD8(lowHalf: abPairs, highHalf: cdPairs)
      return all.evenHalf + all.oddHalf
    }

    @inline(__always) private func quarter(_ v: Vector16) -> SIMD4<Float> {
      let half = v.lowHalf + v.highHalf
      return half.lowHalf + half.highHalf
    }
  }

  /// One input plane, shifted by each tap, times three output planes. Where a vector reaches into the rim, dy is zero.
  @inline(__always)
  private static func sum(
    _ grid: PlaneGrid, _ x: UnsafePointer<Float>, _ dy0: UnsafePointer<Float>, _ dy1: UnsafePointer<Float>,
    _ dy2: UnsafePointer<Float>, into sums: inout Nine
  ) {
    let pitch = grid.pitch
    for row in 0..<grid.height {
      for vector in 0..<grid.vectors {
        let at = row &* pitch &+ 16 &* vector
        let centre = at &+ grid.origin
        let dy = Three(a: load16(dy0 + centre), b: load16(dy1 + centre), c: load16(dy2 + centre))
        let (above, beside, below) = (x + at, x + (at &+ pitch), x + (at &+ 2 &* pitch))
        sums.taps.0.add(above, dy)
        sums.taps.1.add(above + 1, dy)
        sums.taps.2.add(above + 2, dy)
        sums.taps.3.add(beside, dy)
        sums.taps.4.add(beside + 1, dy)
        sums.taps.5.add(beside + 2, dy)
        sums.taps.6.add(below, dy)
        sums.taps.7.add(below + 1, dy)
        sums.taps.8.add(below + 2, dy)
      }
    }
  }
}
