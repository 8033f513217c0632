/// Plain sums over rows and vectors.
public enum Rows {
  /// sum [d] += Σ over the rows of x [n, d].
  public static func addColumnSums(_ n: Int, _ d: Int, _ x: UnsafePointer<Float>, into sum: UnsafeMutablePointer<Float>)
  {
    for row in 0..<n { add(d, x + row &* d, into: sum) }
  }

  /// y [n] += x [n].
  @inline(__always)
  public static func add(_ n: Int, _ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>) {
    var i = 0
    while i &+ 16 <= n {
      store16(load16(y + i) + load16(x + i), y + i)
      i &+= 16
    }
    while i < n {
      y[i] += x[i]
      i &+= 1
    }
  }

  /// y [n] += a · x [n].
  @inline(__always)
  public static func add(_ n: Int, _ a: Float, _ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>) {
    let a16 = Vector16(repeating: a)
    var i = 0
    while i &+ 16 <= n {
      store16(load16(y + i) + a16 * load16(x + i), y + i)
      i &+= 16
    }
    while i < n {
      y[i] += a * x[i]
      i &+= 1
    }
  }

  /// x [n] · y [n].
  @inline(__always)
  public static func dot(_ n: Int, _ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>) -> Float {
    var s = Vector16()
    var i = 0
    while i &+ 16 <= n {
      s += load16(x + i) * load16(y + i)
      i &+= 16
    }
    var total = s.sum()
    while i < n {
      total += x[i] * y[i]
      i &+= 1
    }
    return total
  }

  /// y [d] = x [d] / max(‖x‖, 1e-12), and 1/‖x‖ with it: torch.nn.functional.normalize.
  public static func normalise(_ d: Int, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>) -> Float {
    let scale = 1 / max(dot(d, x, x).squareRoot(), 1e-12)
    for i in 0..<d { y[i] = x[i] * scale }
    return scale
  }

  /// dx [d] = (dy − y (y · dy)) / ‖x‖, where y is the normalised x.
  public static func normaliseBackward(
    _ d: Int, y: UnsafePointer<Float>, scale: Float, dy: UnsafePointer<Float>, dx: UnsafeMutablePointer<Float>
  ) {
    let along = dot(d, y, dy)
    for i in 0..<d { dx[i] = (dy[i] - y[i] * along) * scale }
  }
}
