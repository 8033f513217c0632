/// 3×3 convolutions that keep the size: torch.nn.functional.conv2d with padding 1. Five output channels times four
/// vectors of pixels are summed in registers, straight from the planes; no copy of the windows is made.
public enum Conv3x3 {
  /// Output channels that are summed at once.
  static let block = 5
  /// Floats of input rows that should stay in the second cache while all output channels pass over them.
  private static let reach = 1 << 16

  /// Floats of packed weights.
  public static func packedCount(in inner: Int, out: Int) -> Int { (out + block - 1) / block * inner * 9 * block }

  /// weight [out, in, 3, 3] → [⌈out/5⌉, in, 9, 5], with zeros for the channels that are missing in the last block.
  public static func pack(
    in inner: Int, out: Int, weight: UnsafePointer<Float>, into packed: UnsafeMutablePointer<Float>
  ) {
    pack(inner, out, into: packed) { o, i, tap in weight[(o * inner + i) * 9 + tap] }
  }

  /// The same weights for the way back, where dx [in] = `forward` of dy [out]: channels exchanged, taps turned about.
  public static func packTransposed(
    in inner: Int, out: Int, weight: UnsafePointer<Float>, into packed: UnsafeMutablePointer<Float>
  ) {
    pack(out, inner, into: packed) { i, o, tap in weight[(o * inner + i) * 9 + 8 - tap] }
  }

  @inline(__always)
  private static func pack(
    _ inner: Int, _ out: Int, into packed: UnsafeMutablePointer<Float>,
    _ weight: (_ o: Int, _ i: Int, _ tap: Int) -> Float
  ) {
    var at = 0
    for first in stride(from: 0, to: out, by: block) {
      for i in 0..<inner {
        for tap in 0..<9 {
          for o in first..<first + block {
            packed[at] = o < out ? weight(o, i, tap) : 0
            at &+= 1
          }
        }
      }
    }
  }

  /// x planes [in] → y planes [out]. `bias` [out], where given, is added; negative values become 0 where `rectify`.
  public static func forward(
    _ grid: PlaneGrid, in inner: Int, out: Int, x: UnsafePointer<Float>, packed: UnsafePointer<Float>,
    bias: UnsafePointer<Float>? = nil, rectify: Bool = false, y: UnsafeMutablePointer<Float>
  ) {
    let rows = max(reach / max(inner * grid.pitch, 1), 1)
    let parts = Tiles(grid.height, height: (rows + 3) & ~3)
    for part in 0..<parts.count {
      var o = 0
      while o < out {
        forward(
          grid, rows: parts[part], inner, outputs: min(block, out - o), x, packed + o &* inner &* 9,
          bias.map { $0 + o },
          rectify, y + o &* grid.planeSize)
        o &+= block
      }
    }
  }

  /// One block of output channels over some rows.
  private static func forward(
    _ grid: PlaneGrid, rows: Range<Int>, _ inner: Int, outputs: Int, _ x: UnsafePointer<Float>,
    _ packed: UnsafePointer<Float>, _ bias: UnsafePointer<Float>?, _ rectify: Bool, _ y: UnsafeMutablePointer<Float>
  ) {
    let (pitch, plane, vectors) = (grid.pitch, grid.planeSize, grid.vectors)
    let inside = grid.lastLanes
    let count = rows.count &* vectors
    /// The window's corner of a vector; those beyond the last are the last, once more.
    func corner(_ v: Int) -> Int {
      let v = min(v, count &- 1)
      return (rows.lowerBound &+ v / vectors) &* pitch &+ 16 &* (v % vectors)
    }
    func start(_ o: Int) -> Vector16 { Vector16(repeating: o < outputs ? bias?[o] ?? 0 : 0) }
    let starts = (start(0), start(1), start(2), start(3), start(4))
    var v = 0
    while v < count {
      let at = (corner(v), corner(v &+ 1), corner(v &+ 2), corner(v &+ 3))
      var sums = (Four(starts.0), Four(starts.1), Four(starts.2), Four(starts.3), Four(starts.4))
      var (x, w) = (x, packed)
      for _ in 0..<inner {
        for row in 0..<3 {
          for column in 0..<3 {
            let p = x + (row &* pitch &+ column)
            let values = Four(load16(p + at.0), load16(p + at.1), load16(p + at.2), load16(p + at.3))
            sums.0.add(values, w[0])
            sums.1.add(values, w[1])
            sums.2.add(values, w[2])
            sums.3.add(values, w[3])
            sums.4.add(values, w[4])
            w += 5
          }
        }
        x += plane
      }
      /// A vector's lanes outside belong to the rim; only rows whose width is no multiple of sixteen have any.
      func store(_ o: Int, _ sums: Four) {
        guard o < outputs else { return }
        let y = y + (o &* plane &+ pitch &+ 1)
        for (k, (at, value)) in [(at.0, sums.a), (at.1, sums.b), (at.2, sums.c), (at.3, sums.d)].enumerated() {
          var value = value
          if rectify { value.replace(with: 0, where: value .< 0) }
          if min(v &+ k, count &- 1) % vectors == vectors &- 1 { value.replace(with: 0, where: .!inside) }
          store16(value, y + at)
        }
      }
      store(0, sums.0)
      store(1, sums.1)
      store(2, sums.2)
      store(3, sums.3)
      store(4, sums.4)
      v &+= 4
    }
  }

  /// Four vectors of pixels of one channel.
  private struct Four {
    var a: Vector16
    var b: Vector16
    var c: Vector16
    var d: Vector16

    @inline(__always) init(_ value: Vector16) { self.init(value, value, value, value) }

    @inline(__always) init(_ a: Vector16, _ b: Vector16, _ c: Vector16, _ d: Vector16) {
      (self.a, self.b, self.c, self.d) = (a, b, c, d)
    }

    @inline(__always) mutating func add(_ x: Four, _ weight: Float) {
      let w = Vector16(repeating: weight)
      a = a.addingProduct(x.a, w)
      b = b.addingProduct(x.b, w)
      c = c.addingProduct(x.c, w)
      d = d.addingProduct(x.d, w)
    }
  }
}
