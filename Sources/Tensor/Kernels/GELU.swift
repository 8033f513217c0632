/// x · Φ(x), the exact form with erf: torch.nn.functional.gelu.
public enum GELU {
  public static func forward(_ n: Int, x: UnsafePointer<Float>, y: UnsafeMutablePointer<Float>) {
    map16(n, x, y) { $0 * normal16($0).cumulative }
  }

  /// x [n, d] becomes GELU(x + bias), bias [d].
  public static func forward(_ n: Int, _ d: Int, bias: UnsafePointer<Float>, _ x: UnsafeMutablePointer<Float>) {
    for row in 0..<n {
      let x = x + row &* d
      Rows.add(d, bias, into: x)
      map16(d, x, x) { $0 * normal16($0).cumulative }
    }
  }

  /// dx [n] = dy · (Φ(x) + x · φ(x)); dx may be dy.
  public static func backward(
    _ n: Int, x: UnsafePointer<Float>, dy: UnsafePointer<Float>, dx: UnsafeMutablePointer<Float>
  ) {
    var i = 0
    while i &+ 16 <= n {
      store16(load16(dy + i) * slope(load16(x + i)), dx + i)
      i &+= 16
    }
    if i < n {
      var v = Vector16()
      for j in i..<n { v[j - i] = x[j] }
      v = slope(v)
      for j in i..<n { dx[j] = dy[j] * v[j - i] }
    }
  }

  @inline(__always) private static func slope(_ x: Vector16) -> Vector16 {
    let normal = normal16(x)
    return normal.cumulative + x * normal.bell * Vector16(repeating: 0.398_942_28)
  }
}
