/// Halving and doubling of planes, and the folding of pictures into planes.
public enum Resampling {
  /// x planes [channels] of twice the size → y planes on `grid`: torch.nn.functional.max_pool2d(x, 2).
  public static func maxPool(
    _ grid: PlaneGrid, channels: Int, x: UnsafePointer<Float>, y: UnsafeMutablePointer<Float>
  ) {
    let fine = PlaneGrid(height: 2 * grid.height, width: 2 * grid.width)
    for c in 0..<channels {
      let (x, y) = (x + c &* fine.planeSize, y + c &* grid.planeSize)
      grid.write(y) { at in
        let place = grid.doubled(at, fine)
        let (upper, lower) = (loadPairs(x + place), loadPairs(x + (place &+ fine.pitch)))
        return larger(larger(upper.even, upper.odd), larger(lower.even, lower.odd))
      }
    }
  }

  @inline(__always) private static func larger(_ a: Vector16, _ b: Vector16) -> Vector16 {
    a.replacing(with: b, where: b .> a)
  }

  /// dx planes of twice the size += dy, where x first reached its maximum in rows from the top, as PyTorch has it.
  public static func maxPoolBackward(
    _ grid: PlaneGrid, channels: Int, x: UnsafePointer<Float>, y: UnsafePointer<Float>, dy: UnsafePointer<Float>,
    dx: UnsafeMutablePointer<Float>
  ) {
    let fine = PlaneGrid(height: 2 * grid.height, width: 2 * grid.width)
    for c in 0..<channels {
      let (x, dx) = (x + c &* fine.planeSize, dx + c &* fine.planeSize)
      let (y, dy) = (y + c &* grid.planeSize, dy + c &* grid.planeSize)
      for row in 0..<grid.height {
        for vector in 0..<grid.vectors {
          let at = grid.origin &+ row &* grid.pitch &+ 16 &* vector
          let place = grid.doubled(at, fine)
          let top = load16(y + at)
          var rest = load16(dy + at)
          for line in [place, place &+ fine.pitch] {
            let values = loadPairs(x + line)
            var sums = loadPairs(dx + line)
            let even = values.even .== top
            sums.even += rest.replacing(with: 0, where: .!even)
            rest.replace(with: 0, where: even)
            let odd = values.odd .== top
            sums.odd += rest.replacing(with: 0, where: .!odd)
            rest.replace(with: 0, where: odd)
            storePairs(sums.even, sums.odd, dx + line)
          }
        }
      }
    }
  }

  /// x planes [channels] on `grid` → y planes of twice the size, every pixel four times: torch's nearest upsampling.
  public static func double(
    _ grid: PlaneGrid, channels: Int, x: UnsafePointer<Float>, y: UnsafeMutablePointer<Float>
  ) {
    let fine = PlaneGrid(height: 2 * grid.height, width: 2 * grid.width)
    for c in 0..<channels {
      let (x, y) = (x + c &* grid.planeSize, y + c &* fine.planeSize)
      for row in 0..<grid.height {
        for vector in 0..<grid.vectors {
          let at = grid.origin &+ row &* grid.pitch &+ 16 &* vector
          // Lanes outside are zero, and so is what they write to the right of a row.
          let v = load16(x + at)
          let place = grid.doubled(at, fine)
          let fits = 32 &* vector &+ 32 <= 16 &* fine.vectors
          for line in [y + place, y + (place &+ fine.pitch)] {
            if fits { storePairs(v, v, line) } else { store16(pairs(v, v).lowHalf, line) }
          }
        }
      }
    }
  }

  /// dx planes on `grid` = sums of each four of dy, planes of twice the size.
  public static func doubleBackward(
    _ grid: PlaneGrid, channels: Int, dy: UnsafePointer<Float>, dx: UnsafeMutablePointer<Float>
  ) {
    let fine = PlaneGrid(height: 2 * grid.height, width: 2 * grid.width)
    for c in 0..<channels {
      let (dx, dy) = (dx + c &* grid.planeSize, dy + c &* fine.planeSize)
      grid.write(dx) { at in
        let place = grid.doubled(at, fine)
        let (upper, lower) = (loadPairs(dy + place), loadPairs(dy + (place &+ fine.pitch)))
        return (upper.even + upper.odd) + (lower.even + lower.odd)
      }
    }
  }

  /// Pictures x [channels, 2 · height, 2 · width] → planes y [4 · channels] on `grid`: torch's pixel_unshuffle(x, 2).
  public static func fold(
    _ grid: PlaneGrid, channels: Int, x: UnsafePointer<Float>, y: UnsafeMutablePointer<Float>
  ) {
    for c in 0..<2 * channels {
      // Of each channel first the upper rows, then the lower ones.
      let (x, y) = (x + (c / 2 &* 4 &* grid.pixels &+ c % 2 &* 2 &* grid.width), y + 2 &* c &* grid.planeSize)
      for row in 0..<grid.height {
        let (x, y) = (x + 4 &* row &* grid.width, y + (grid.origin &+ row &* grid.pitch))
        var column = 0
        while column &+ 16 <= grid.width {
          let pair = loadPairs(x + 2 &* column)
          store16(pair.even, y + column)
          store16(pair.odd, y + (grid.planeSize &+ column))
          column &+= 16
        }
        while column < grid.width {
          y[column] = x[2 &* column]
          y[grid.planeSize &+ column] = x[2 &* column &+ 1]
          column &+= 1
        }
      }
    }
  }

  /// Planes x [4 · channels] on `grid` → pictures y [channels, 2 · height, 2 · width]: torch's pixel_shuffle(x, 2).
  public static func unfold(
    _ grid: PlaneGrid, channels: Int, x: UnsafePointer<Float>, y: UnsafeMutablePointer<Float>
  ) {
    for c in 0..<2 * channels {
      let (x, y) = (x + 2 &* c &* grid.planeSize, y + (c / 2 &* 4 &* grid.pixels &+ c % 2 &* 2 &* grid.width))
      for row in 0..<grid.height {
        let (x, y) = (x + (grid.origin &+ row &* grid.pitch), y + 4 &* row &* grid.width)
        var column = 0
        while column &+ 16 <= grid.width {
          storePairs(load16(x + column), load16(x + (grid.planeSize &+ column)), y + 2 &* column)
          column &+= 16
        }
        while column < grid.width {
          y[2 &* column] = x[column]
          y[2 &* column &+ 1] = x[grid.planeSize &+ column]
          column &+= 1
        }
      }
    }
  }
}

extension PlaneGrid {
  /// The place, in a plane of twice the size, of the upper left of the four pixels that one at this place stands for.
  @inline(__always) func doubled(_ at: Int, _ fine: PlaneGrid) -> Int {
    let (row, column) = (at &- origin).quotientAndRemainder(dividingBy: pitch)
    return fine.origin &+ 2 &* row &* fine.pitch &+ 2 &* column
  }
}
