/// Labels of one moment on a grid, column by column, then row by row, then slice by slice.
public struct LabelGrid: Hashable, Sendable {
  public let columns: Int
  public let rows: Int
  public let slices: Int
  public let labels: [UInt8]

  /// `labels.count` must be columns · rows · slices.
  public init(columns: Int, rows: Int, slices: Int, labels: [UInt8]) {
    precondition(labels.count == columns * rows * slices, "LabelGrid: size and labels differ")
    (self.columns, self.rows, self.slices, self.labels) = (columns, rows, slices, labels)
  }

  public func hasSize(of other: LabelGrid) -> Bool {
    (columns, rows, slices) == (other.columns, other.rows, other.slices)
  }
}

/// mm between neighbours of a grid.
public struct GridSpacing: Hashable, Sendable {
  public let column: Double
  public let row: Double
  public let slice: Double

  public init(column: Double, row: Double, slice: Double) {
    (self.column, self.row, self.slice) = (column, row, slice)
  }
}

/// How well two masks of one structure agree.
public struct MaskAgreement: Hashable, Sendable {
  /// 2 |A ∩ B| / (|A| + |B|) over voxels (Dice, Ecology 1945;26:297).
  public let dice: Double
  /// The furthest that a surface voxel of one lies from the surface of the other, mm, in three dimensions and both ways
  /// (Huttenlocher et al., IEEE PAMI 1993;15:850). A surface voxel has one of its six neighbours outside. Nil where one of
  /// the two is empty, or no spacing is known.
  public let hausdorff: Double?

  /// Nil where neither has the label. Grids must have one size.
  public init?(_ label: UInt8, _ a: LabelGrid, _ b: LabelGrid, _ spacing: GridSpacing?) {
    precondition(a.hasSize(of: b), "MaskAgreement: grids of two sizes")
    guard let box = Box(label, a, b) else { return nil }
    let (ma, mb) = (box.mask(label, a), box.mask(label, b))
    let (na, nb) = (ma.count { $0 }, mb.count { $0 })
    dice = 2 * Double(zip(ma, mb).count { $0 && $1 }) / Double(na + nb)
    guard let spacing, na > 0, nb > 0 else {
      hausdorff = nil
      return
    }
    let (sa, sb) = (box.surface(ma), box.surface(mb))
    let (toA, toB) = (box.squaredDistances(to: sa, spacing), box.squaredDistances(to: sb, spacing))
    var furthest = 0.0
    for i in sa.indices {
      if sa[i] { furthest = max(furthest, toB[i]) }
      if sb[i] { furthest = max(furthest, toA[i]) }
    }
    hausdorff = furthest.squareRoot()
  }

  /// The part of a grid that holds both masks.
  private struct Box {
    let (x, y, z): (Range<Int>, Range<Int>, Range<Int>)

    init?(_ label: UInt8, _ a: LabelGrid, _ b: LabelGrid) {
      var (low, high) = ([Int.max, .max, .max], [-1, -1, -1])
      var i = 0
      for s in 0..<a.slices {
        for r in 0..<a.rows {
          for c in 0..<a.columns {
            if a.labels[i] == label || b.labels[i] == label {
              for (k, v) in [c, r, s].enumerated() { (low[k], high[k]) = (min(low[k], v), max(high[k], v)) }
            }
            i += 1
          }
        }
      }
      guard high[0] >= 0 else { return nil }
      (x, y, z) = (low[0]..<high[0] + 1, low[1]..<high[1] + 1, low[2]..<high[2] + 1)
    }

    func mask(_ label: UInt8, _ grid: LabelGrid) -> [Bool] {
      z.flatMap { s in
        y.flatMap { r in x.map { c in grid.labels[(s * grid.rows + r) * grid.columns + c] == label } }
      }
    }

    func surface(_ mask: [Bool]) -> [Bool] {
      let (nx, ny, nz) = (x.count, y.count, z.count)
      return mask.indices.map { i in
        guard mask[i] else { return false }
        let (c, r, s) = (i % nx, i / nx % ny, i / (nx * ny))
        if c == 0 || r == 0 || s == 0 || c == nx - 1 || r == ny - 1 || s == nz - 1 { return true }
        return !(mask[i - 1] && mask[i + 1] && mask[i - nx] && mask[i + nx] && mask[i - nx * ny] && mask[i + nx * ny])
      }
    }

    /// mm², from every voxel to the nearest that is set: an axis after another (Felzenszwalb and Huttenlocher, Theory of
    /// Computing 2012;8:415).
    func squaredDistances(to set: [Bool], _ spacing: GridSpacing) -> [Double] {
      let (nx, ny, nz) = (x.count, y.count, z.count)
      var d = set.map { $0 ? 0 : Double.infinity }
      for start in 0..<ny * nz { Self.pass(&d, start * nx, 1, nx, spacing.column) }
      for s in 0..<nz { for c in 0..<nx { Self.pass(&d, s * nx * ny + c, nx, ny, spacing.row) } }
      for start in 0..<nx * ny { Self.pass(&d, start, nx * ny, nz, spacing.slice) }
      return d
    }

    /// The lower envelope of parabolas along one line.
    private static func pass(_ d: inout [Double], _ start: Int, _ step: Int, _ count: Int, _ pitch: Double) {
      let line = (0..<count).map { d[start + $0 * step] }
      var (roots, from) = ([Int](), [Double]())
      for q in 0..<count where line[q].isFinite {
        let position = Double(q) * pitch
        var crossing = -Double.infinity
        while let last = roots.last, let begin = from.last {
          let other = Double(last) * pitch
          crossing =
            ((line[q] + position * position) - (line[last] + other * other)) / (2 * (position - other))
          if crossing > begin { break }
          roots.removeLast()
          from.removeLast()
          crossing = -.infinity
        }
        roots.append(q)
        from.append(crossing)
      }
      guard !roots.isEmpty else { return }
      var k = 0
      for q in 0..<count {
        let position = Double(q) * pitch
        while k + 1 < roots.count, from[k + 1] <= position { k += 1 }
        let gap = position - Double(roots[k]) * pitch
        d[start + q * step] = gap * gap + line[roots[k]]
      }
    }
  }
}
