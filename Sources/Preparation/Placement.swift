import Glibc

/// Where each pixel of a square that a network sees lies in the picture that it was cut from, and back: what a network
/// draws is put on the picture by it.
public struct Placement: Hashable, Sendable {
  /// Side of the square, pixels.
  public let size: Int
  /// Picture coordinates (row, column) of the square's pixel (0, 0), and how they grow with its rows and columns.
  let origin: SIMD2<Double>
  let down: SIMD2<Double>
  let across: SIMD2<Double>

  /// A square of `size` pixels, `pitch` mm each, around `centre` of a picture whose pixels are `rowSpacing` ×
  /// `columnSpacing` mm. `turn` (radians) and `mirrored` say how the square lies on the picture: training turns it.
  public init(
    centre: (row: Double, column: Double), size: Int, pitch: Double, rowSpacing: Double, columnSpacing: Double,
    turn: Double = 0, mirrored: Bool = false
  ) {
    self.size = size
    let mm = SIMD2(1 / rowSpacing, 1 / columnSpacing)
    let (c, s) = (cos(turn), sin(turn))
    down = pitch * SIMD2(c, s) * mm
    across = (mirrored ? -pitch : pitch) * SIMD2(-s, c) * mm
    origin = SIMD2(centre.row, centre.column) - Double(size - 1) / 2 * (down + across)
  }

  /// The same square turned by quarters of a circle, and mirrored: its pixels fall on those of this one.
  public func seen(quarters: Int, mirrored: Bool) -> Placement {
    var placement = self
    for _ in 0..<quarters {
      // Rows run where columns ran, columns against the rows.
      placement = Placement(
        size: size, origin: placement.origin + Double(size - 1) * placement.down, down: placement.across,
        across: -1 * placement.down)
    }
    if mirrored {
      placement = Placement(
        size: size, origin: placement.origin + Double(size - 1) * placement.across, down: placement.down,
        across: -1 * placement.across)
    }
    return placement
  }

  private init(size: Int, origin: SIMD2<Double>, down: SIMD2<Double>, across: SIMD2<Double>) {
    (self.size, self.origin, self.down, self.across) = (size, origin, down, across)
  }

  /// What it is beside its size: picture coordinates of the square's first pixel, and how they grow with its rows and
  /// with its columns.
  public var coefficients: [Double] { [origin.x, origin.y, down.x, down.y, across.x, across.y] }

  /// From `coefficients`; nil where these are no square.
  public init?(size: Int, coefficients c: [Double]) {
    guard size > 0, c.count == 6, c.allSatisfy(\.isFinite), (c[2] * c[5] - c[3] * c[4]).isNormal else { return nil }
    self.init(size: size, origin: SIMD2(c[0], c[1]), down: SIMD2(c[2], c[3]), across: SIMD2(c[4], c[5]))
  }

  /// Picture coordinates of a point of the square; fractions are allowed.
  public func picture(row: Double, column: Double) -> (row: Double, column: Double) {
    let at = origin + row * down + column * across
    return (at.x, at.y)
  }

  /// The square's coordinates of a point of the picture.
  public func square(row: Double, column: Double) -> (row: Double, column: Double) {
    let d = SIMD2(row, column) - origin
    let area = down.x * across.y - down.y * across.x
    return ((d.x * across.y - d.y * across.x) / area, (down.x * d.y - down.y * d.x) / area)
  }

  /// Pixels of the picture that one of the square spans, at least 1: as many samples a side are averaged for it.
  var fineness: Int {
    let span = max((down * down).sum(), (across * across).sum()).squareRoot()
    return max(1, min(4, Int(span.rounded())))
  }

  /// The square [size, size] out of a picture [rows, columns]: bilinear, averaged where the picture is finer; 0 where it
  /// ends or holds no number. `shift` moves each of the square's points before it is looked up (training warps by it).
  public func cut(
    _ picture: UnsafeBufferPointer<Float>, rows: Int, columns: Int,
    shift: (_ row: Double, _ column: Double) -> SIMD2<Double> = { _, _ in .zero }
  ) -> [Float] {
    let fine = fineness
    let weight = 1 / Float(fine * fine)
    var out = [Float](repeating: 0, count: size * size)
    for i in 0..<size {
      for j in 0..<size {
        let moved = SIMD2(Double(i), Double(j)) + shift(Double(i), Double(j))
        var sum: Float = 0
        for a in 0..<fine {
          for b in 0..<fine {
            let part = SIMD2(Double(2 * a + 1 - fine), Double(2 * b + 1 - fine)) / Double(2 * fine)
            let at = origin + (moved.x + part.x) * down + (moved.y + part.y) * across
            sum += Self.bilinear(picture, rows, columns, at)
          }
        }
        out[i * size + j] = sum.isFinite ? sum * weight : 0
      }
    }
    return out
  }

  /// The same of a map of labels, by the nearest pixel; `outside` where the picture ends.
  public func cut<T>(
    labels: UnsafeBufferPointer<T>, rows: Int, columns: Int, outside: T,
    shift: (_ row: Double, _ column: Double) -> SIMD2<Double> = { _, _ in .zero }
  ) -> [T] {
    (0..<size * size).map { k in
      let (i, j) = (Double(k / size), Double(k % size))
      let moved = SIMD2(i, j) + shift(i, j)
      let at = origin + moved.x * down + moved.y * across
      let (row, column) = (at.x.rounded(), at.y.rounded())
      guard row >= 0, column >= 0, row < Double(rows), column < Double(columns) else { return outside }
      return labels[Int(row) * columns + Int(column)]
    }
  }

  private static func bilinear(
    _ picture: UnsafeBufferPointer<Float>, _ rows: Int, _ columns: Int, _ at: SIMD2<Double>
  ) -> Float {
    guard at.x >= 0, at.y >= 0, at.x < Double(rows - 1), at.y < Double(columns - 1) else { return 0 }
    let (i, j) = (Int(at.x), Int(at.y))
    let (fy, fx) = (Float(at.x - Double(i)), Float(at.y - Double(j)))
    let o = i &* columns &+ j
    let top = picture[o] + (picture[o &+ 1] - picture[o]) * fx
    let below = o &+ columns
    let bottom = picture[below] + (picture[below &+ 1] - picture[below]) * fx
    return top + (bottom - top) * fy
  }
}
