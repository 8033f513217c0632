/// Signed distances of simple solids, mm, negative inside.
typealias Point = SIMD3<Float>

@inline(__always)
func dot(_ a: Point, _ b: Point) -> Float { (a * b).sum() }

/// An ellipsoid by its semi-axes.
struct Ellipsoid {
  var centre: Point
  var axes: Point

  @inline(__always)
  func distance(_ x: Point) -> Float {
    let q = (x - centre) / axes
    let k = dot(q, q).squareRoot()
    if k > 2.5 { return 40 }
    let g = q / axes
    return k * (k - 1) / max(dot(g, g).squareRoot(), 1e-6)
  }
}

/// A tube that widens or narrows evenly between two points.
struct Tube {
  var from: Point
  var way: Point
  var inverse: Float
  var radius: (from: Float, to: Float)

  init(_ from: Point, _ to: Point, _ first: Float, _ second: Float) {
    self.from = from
    way = to - from
    inverse = 1 / max(dot(way, way), 1e-6)
    radius = (first, second)
  }

  @inline(__always)
  func distance(_ x: Point) -> Float {
    let q = x - from
    let h = min(max(dot(q, way) * inverse, 0), 1)
    let d = q - h * way
    return dot(d, d).squareRoot() - (radius.from + (radius.to - radius.from) * h)
  }
}

/// Distance to a segment in the plane.
@inline(__always)
func segment(_ x: SIMD2<Float>, _ from: SIMD2<Float>, _ to: SIMD2<Float>) -> Float {
  let (q, way) = (x - from, to - from)
  let h = min(max((q * way).sum() / max((way * way).sum(), 1e-6), 0), 1)
  let d = q - h * way
  return (d * d).sum().squareRoot()
}
