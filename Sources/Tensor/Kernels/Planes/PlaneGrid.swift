/// How a picture's channels lie for the convolutions: planes [height, width], one after another, each inside a rim of
/// zeros, so that a 3×3 window needs no case for the border. Rows are long enough for whole vectors. Kernels that write
/// planes write the inside alone, so that a rim once zero stays so.
public struct PlaneGrid: Hashable, Sendable {
  public let height: Int
  public let width: Int
  /// Vectors of sixteen a row; the last one may reach into the rim.
  let vectors: Int
  /// Floats from row to row.
  public let pitch: Int

  public init(height: Int, width: Int) {
    self.height = height
    self.width = width
    vectors = (width + 15) / 16
    pitch = 16 * vectors + 2
  }

  /// Floats a channel.
  public var planeSize: Int { (height + 2) * pitch }
  /// Where the first row's first pixel lies in its plane.
  public var origin: Int { pitch + 1 }
  public var pixels: Int { height * width }
  /// The grid of half the rows and columns.
  public var half: PlaneGrid { PlaneGrid(height: height / 2, width: width / 2) }

  /// Lanes of a row's last vector that lie inside.
  var lastLanes: Inside {
    let lanes = SIMD16<Int32>(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
    return lanes .< Int32(truncatingIfNeeded: width - 16 * (vectors - 1))
  }

  typealias Inside = SIMDMask<SIMD16<Int32>>

  /// Writes every vector of a plane's inside by its place in the plane.
  @inline(__always)
  func write(_ y: UnsafeMutablePointer<Float>, _ value: (_ at: Int) -> Vector16) {
    let last = lastLanes
    for row in 0..<height {
      var at = origin &+ row &* pitch
      for _ in 1..<vectors {
        store16(value(at), y + at)
        at &+= 16
      }
      store16(value(at).replacing(with: 0, where: .!last), y + at)
    }
  }

  /// Two sums over a plane's inside. Sixteen partial sums a row are kept in float32, their totals in double precision.
  @inline(__always)
  func sum(_ terms: (_ at: Int) -> (Vector16, Vector16)) -> (Double, Double) {
    let last = lastLanes
    var total = (0.0, 0.0)
    for row in 0..<height {
      var at = origin &+ row &* pitch
      var (a, b) = (Vector16(), Vector16())
      for _ in 1..<vectors {
        let (p, q) = terms(at)
        a += p
        b += q
        at &+= 16
      }
      let (p, q) = terms(at)
      a += p.replacing(with: 0, where: .!last)
      b += q.replacing(with: 0, where: .!last)
      total.0 += Double(a.sum())
      total.1 += Double(b.sum())
    }
    return total
  }
}

/// Thirty-two floats as those of even and of odd place.
@inline(__always) func loadPairs(_ p: UnsafePointer<Float>) -> (even: Vector16, odd: Vector16) {
  let all = UnsafeRawPointer(p).loadUnaligned(as: SIMD32<Float>.self)
  return (all.evenHalf, all.oddHalf)
}

@inline(__always) func pairs(_ even: Vector16, _ odd: Vector16) -> SIMD32<Float> {
  var all = SIMD32<Float>()
  all.evenHalf = even
  all.oddHalf = odd
  return all
}

@inline(__always) func storePairs(_ even: Vector16, _ odd: Vector16, _ p: UnsafeMutablePointer<Float>) {
  UnsafeMutableRawPointer(p).storeBytes(of: pairs(even, odd), as: SIMD32<Float>.self)
}
