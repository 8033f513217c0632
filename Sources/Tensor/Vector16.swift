/// Sixteen floats at a time: the shape in which every elementwise kernel works. Tails run scalar.
typealias Vector16 = SIMD16<Float>

@inline(__always) func load16(_ p: UnsafePointer<Float>) -> Vector16 {
  UnsafeRawPointer(p).loadUnaligned(as: Vector16.self)
}

@inline(__always) func store16(_ v: Vector16, _ p: UnsafeMutablePointer<Float>) {
  UnsafeMutableRawPointer(p).storeBytes(of: v, as: Vector16.self)
}

/// e^x to about 1e-7 relative, for x clamped to [-87, 88].
@inline(__always) func exp16(_ value: Vector16) -> Vector16 {
  var x = value
  x.replace(with: Vector16(repeating: -87), where: x .< -87)
  x.replace(with: Vector16(repeating: 88), where: x .> 88)
  // Round x / ln 2 by adding a number so large that no fraction is left; its low bits then are the exponent.
  let magic = Vector16(repeating: 12_582_912)
  let shifted = x * Vector16(repeating: 1.442_695_04) + magic
  let n = shifted - magic
  let r = x - n * Vector16(repeating: 0.693_359_375) + n * Vector16(repeating: 2.121_944_4e-4)
  var p = Vector16(repeating: 1.987_569_1e-4)
  p = p * r + Vector16(repeating: 1.398_199_9e-3)
  p = p * r + Vector16(repeating: 8.333_452e-3)
  p = p * r + Vector16(repeating: 4.166_579_6e-2)
  p = p * r + Vector16(repeating: 1.666_666_5e-1)
  p = p * r + Vector16(repeating: 5.000_000_1e-1)
  p = p * r * r + r + Vector16(repeating: 1)
  let bits = unsafeBitCast(shifted, to: SIMD16<UInt32>.self)
  let scale = (bits &<< SIMD16(repeating: 23)) &+ SIMD16(repeating: 0x3F80_0000)
  return p * unsafeBitCast(scale, to: Vector16.self)
}

/// Abramowitz and Stegun 7.1.26: the normal distribution function Φ(x), absolute error below 1e-7, and e^(−x²/2).
@inline(__always) func normal16(_ x: Vector16) -> (cumulative: Vector16, bell: Vector16) {
  var z = x * Vector16(repeating: 0.707_106_78)
  z.replace(with: -z, where: z .< 0)
  let bell = exp16(-z * z)
  let t = Vector16(repeating: 1) / (Vector16(repeating: 1) + z * Vector16(repeating: 0.327_591_1))
  var p = Vector16(repeating: 1.061_405_429)
  p = p * t + Vector16(repeating: -1.453_152_027)
  p = p * t + Vector16(repeating: 1.421_413_741)
  p = p * t + Vector16(repeating: -0.284_496_736)
  p = p * t + Vector16(repeating: 0.254_829_592)
  let upper = Vector16(repeating: 0.5) * p * t * bell
  var cumulative = Vector16(repeating: 1) - upper
  cumulative.replace(with: upper, where: x .< 0)
  return (cumulative, bell)
}

/// Calls the body for every full run of sixteen, then once for the tail, padded in a scratch vector by the caller's loader.
@inline(__always) func map16(
  _ n: Int, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, _ f: (Vector16) -> Vector16
) {
  var i = 0
  while i &+ 16 <= n {
    store16(f(load16(x + i)), y + i)
    i &+= 16
  }
  if i < n {
    var v = Vector16()
    for j in i..<n { v[j - i] = x[j] }
    v = f(v)
    for j in i..<n { y[j] = v[j - i] }
  }
}
