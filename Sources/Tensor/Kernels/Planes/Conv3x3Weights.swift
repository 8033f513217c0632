extension Conv3x3 {
  /// dWeight [out, in, 3, 3] += the gradient of `forward`, from x planes [in] and dy planes [out] of one picture.
  public static func backwardWeight(
    _ grid: PlaneGrid, in inner: Int, out: Int, x: UnsafePointer<Float>, dy: UnsafePointer<Float>,
    dWeight: UnsafeMutablePointer<Float>
  ) {
    let plane = grid.planeSize
    for i in 0..<inner {
      var o = 0
      while o < out {
        // Where fewer than three are left, the last one is summed more than once and added once.
        let (second, third) = (min(o &+ 1, out &- 1), min(o &+ 2, out &- 1))
        let sums = sum(grid, x + i &* plane, dy + o &* plane, dy + second &* plane, dy + third &* plane)
        let all = [sums.0, sums.1, sums.2, sums.3, sums.4, sums.5, sums.6, sums.7, sums.8]
        for (tap, sum) in all.enumerated() {
          dWeight[(o &* inner &+ i) &* 9 &+ tap] += sum.a.sum()
          if second > o { dWeight[(second &* inner &+ i) &* 9 &+ tap] += sum.b.sum() }
          if third > second { dWeight[(third &* inner &+ i) &* 9 &+ tap] += sum.c.sum() }
        }
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

  /// One input plane, shifted by each tap, times three output planes. Where a vector reaches into the rim, dy is zero.
  @inline(__always)
  private static func sum(
    _ grid: PlaneGrid, _ x: UnsafePointer<Float>, _ dy0: UnsafePointer<Float>, _ dy1: UnsafePointer<Float>,
    _ dy2: UnsafePointer<Float>
  ) -> (Three, Three, Three, Three, Three, Three, Three, Three, Three) {
    var sums = (Three(), Three(), Three(), Three(), Three(), Three(), Three(), Three(), Three())
    let pitch = grid.pitch
    for row in 0..<grid.height {
      for vector in 0..<grid.vectors {
        let at = row &* pitch &+ 16 &* vector
        let centre = at &+ grid.origin
        let dy = Three(a: load16(dy0 + centre), b: load16(dy1 + centre), c: load16(dy2 + centre))
        let (above, beside, below) = (x + at, x + (at &+ pitch), x + (at &+ 2 &* pitch))
        sums.0.add(above, dy)
        sums.1.add(above + 1, dy)
        sums.2.add(above + 2, dy)
        sums.3.add(beside, dy)
        sums.4.add(beside + 1, dy)
        sums.5.add(beside + 2, dy)
        sums.6.add(below, dy)
        sums.7.add(below + 1, dy)
        sums.8.add(below + 2, dy)
      }
    }
    return sums
  }
}
