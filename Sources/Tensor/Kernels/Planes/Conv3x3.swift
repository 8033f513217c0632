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
    let (vectors, inside) = (grid.vectors, grid.lastLanes)
    let least = Vector16(repeating: rectify ? 0 : -.infinity)
    let count = rows.count &* vectors
    withUnsafeTemporaryAllocation(byteCount: 64 * 4 * block, alignment: 64) { scratch in
      guard let sums = scratch.bindMemory(to: Float.self).baseAddress else { return }
      for first in stride(from: 0, to: count, by: 4) {
        /// The window's corner of a vector; those beyond the last are the last, once more.
        func corner(_ k: Int) -> Int {
          let v = min(first &+ k, count &- 1)
          return (rows.lowerBound &+ v / vectors) &* grid.pitch &+ 16 &* (v % vectors)
        }
        let at = (corner(0), corner(1), corner(2), corner(3))
        sum(inner, x + at.0, (at.1 &- at.0, at.2 &- at.0, at.3 &- at.0), grid.pitch, grid.planeSize, packed, into: sums)
        for k in 0..<min(4, count &- first) {
          // A vector's lanes outside belong to the rim; only rows whose width is no multiple of sixteen have any.
          let isLast = (first &+ k) % vectors == vectors &- 1
          let y = y + (corner(k) &+ grid.origin)
          for o in 0..<outputs {
            var value = load16(sums + (4 &* o &+ k) &* 16) + Vector16(repeating: bias?[o] ?? 0)
            value.replace(with: least, where: value .< least)
            if isLast { value.replace(with: 0, where: .!inside) }
            store16(value, y + o &* grid.planeSize)
          }
        }
      }
    }
  }

  /// `sums` [5, 4, 16]: five output channels at four vectors of pixels, of which three lie some floats after the first.
  /// Nearly all registers hold sums; a function of its own keeps it so.
  @inline(never)
  private static func sum(
    _ inner: Int, _ x: UnsafePointer<Float>, _ others: (Int, Int, Int), _ pitch: Int, _ plane: Int,
    _ packed: UnsafePointer<Float>, into sums: UnsafeMutablePointer<Float>
  ) {
    var (a, b, c, d, e) = (Four(), Four(), Four(), Four(), Four())
    var (x, w) = (x, packed)
    for _ in 0..<inner {
      for tap in 0..<9 {
        let p = x + (tap / 3 &* pitch &+ tap % 3)
        let values = Four(a: load16(p), b: load16(p + others.0), c: load16(p + others.1), d: load16(p + others.2))
        a.add(values, w[0])
        b.add(values, w[1])
        c.add(values, w[2])
        d.add(values, w[3])
        e.add(values, w[4])
        w += 5
      }
      x += plane
    }
    a.store(sums)
    b.store(sums + 64)
    c.store(sums + 128)
    d.store(sums + 192)
    e.store(sums + 256)
  }

  /// Four vectors of pixels of one channel.
  private struct Four {
    var a = Vector16()
    var b = Vector16()
    var c = Vector16()
    var d = Vector16()

    @inline(__always) mutating func add(_ x: Four, _ weight: Float) {
      let w = Vector16(repeating: weight)
      a = a.addingProduct(x.a, w)
      b = b.addingProduct(x.b, w)
      c = c.addingProduct(x.c, w)
      d = d.addingProduct(x.d, w)
    }

    @inline(__always) func store(_ y: UnsafeMutablePointer<Float>) {
      store16(a, y)
      store16(b, y + 16)
      store16(c, y + 32)
      store16(d, y + 48)
    }
  }
}
