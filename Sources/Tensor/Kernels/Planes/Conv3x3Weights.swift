extension Conv3x3 {
  /// dWeight [out, in, 3, 3] += the gradient of `forward`, from x planes [in] and dy planes [out] of some pictures, which
  /// lie `xStep` and `dyStep` floats apart.
  public static func backwardWeight(
    _ grid: PlaneGrid, in inner: Int, out: Int, pictures: Int = 1, x: UnsafePointer<Float>, xStep: Int = 0,
    dy: UnsafePointer<Float>, dyStep: Int = 0, dWeight: UnsafeMutablePointer<Float>
  ) {
    let plane = grid.planeSize
    withUnsafeTemporaryAllocation(byteCount: 32 * 64, alignment: 64) { scratch in
      guard let sums = scratch.bindMemory(to: Float.self).baseAddress else { return }
      for i in 0..<inner {
        for o in stride(from: 0, to: out, by: 3) {
          // Where fewer than three are left, the last one is summed more than once and added once.
          let (second, third) = (min(o &+ 1, out &- 1), min(o &+ 2, out &- 1))
          sum(
            grid, pictures, x + i &* plane, xStep, dy + o &* plane, ((second &- o) &* plane, (third &- o) &* plane),
            dyStep, into: sums)
          Rows.add(9, sums, into: dWeight + (o &* inner &+ i) &* 9)
          if second > o { Rows.add(9, sums + 9, into: dWeight + (second &* inner &+ i) &* 9) }
          if third > second { Rows.add(9, sums + 18, into: dWeight + (third &* inner &+ i) &* 9) }
        }
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

    /// Nine vectors apart, so that an output channel's taps lie side by side.
    @inline(__always) func store(_ y: UnsafeMutablePointer<Float>) {
      store16(a, y)
      store16(b, y + 9 * 16)
      store16(c, y + 18 * 16)
    }
  }

  /// One input plane, shifted by each tap, times three output planes, of which two lie some floats after the first, over
  /// all pictures: `totals` [3, 9] of room for [32, 16]. Where a vector reaches into the rim, dy is zero. Nearly all
  /// registers hold sums; a function of its own keeps it so.
  @inline(never)
  private static func sum(
    _ grid: PlaneGrid, _ pictures: Int, _ x: UnsafePointer<Float>, _ xStep: Int, _ dy: UnsafePointer<Float>,
    _ others: (Int, Int), _ dyStep: Int, into totals: UnsafeMutablePointer<Float>
  ) {
    var sums = (Three(), Three(), Three(), Three(), Three(), Three(), Three(), Three(), Three())
    let pitch = grid.pitch
    for picture in 0..<pictures {
      // One loop over all vectors: the sums would leave their registers between two.
      var (above, centre) = (x + picture &* xStep, dy + (picture &* dyStep &+ grid.origin))
      var left = grid.vectors
      for _ in 0..<grid.height &* grid.vectors {
        let dy = Three(a: load16(centre), b: load16(centre + others.0), c: load16(centre + others.1))
        let (beside, below) = (above + pitch, above + 2 &* pitch)
        sums.0.add(above, dy)
        sums.1.add(above + 1, dy)
        sums.2.add(above + 2, dy)
        sums.3.add(beside, dy)
        sums.4.add(beside + 1, dy)
        sums.5.add(beside + 2, dy)
        sums.6.add(below, dy)
        sums.7.add(below + 1, dy)
        sums.8.add(below + 2, dy)
        left &-= 1
        let isLast = left == 0
        left = isLast ? grid.vectors : left
        let next = isLast ? pitch &- 16 &* (grid.vectors &- 1) : 16
        above += next
        centre += next
      }
    }
    sums.0.store(totals)
    sums.1.store(totals + 16)
    sums.2.store(totals + 32)
    sums.3.store(totals + 48)
    sums.4.store(totals + 64)
    sums.5.store(totals + 80)
    sums.6.store(totals + 96)
    sums.7.store(totals + 112)
    sums.8.store(totals + 128)
    // Neighbours are added, in all vectors at once, until each is one number.
    for count in [16, 8, 4, 2] {
      for k in 0..<count {
        let pair = loadPairs(totals + 32 &* k)
        store16(pair.even + pair.odd, totals + 16 &* k)
      }
    }
  }
}
