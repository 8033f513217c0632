import Tensor

/// A linear layer's weights by their offsets in the flat buffer.
struct LinearOffsets: Sendable {
  let weight: Int
  let bias: Int
  let inner: Int
  let out: Int

  init(_ name: String, _ inner: Int, _ out: Int, into layout: inout ParameterLayout) {
    weight = layout.add(name + ".weight", [out, inner])
    bias = layout.add(name + ".bias", [out])
    self.inner = inner
    self.out = out
  }

  /// x [n, inner] → y [n, out]
  func forward(_ p: UnsafePointer<Float>, _ n: Int, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>) {
    Linear.forward(n, in: inner, out: out, x: x, weight: p + weight, bias: p + bias, y: y)
  }

  func backward(
    _ p: UnsafePointer<Float>, _ g: UnsafeMutablePointer<Float>, _ n: Int, x: UnsafePointer<Float>,
    dy: UnsafePointer<Float>, dx: UnsafeMutablePointer<Float>?, accumulate: Bool = false
  ) {
    Linear.backward(
      n, in: inner, out: out, x: x, weight: p + weight, dy: dy, dx: dx, accumulate: accumulate, dWeight: g + weight,
      dBias: g + bias)
  }
}

/// A layer norm's weights by their offsets.
struct NormOffsets: Sendable {
  let weight: Int
  let bias: Int
  let width: Int
  let eps: Float

  init(_ name: String, _ width: Int, eps: Float, into layout: inout ParameterLayout) {
    weight = layout.add(name + ".weight", [width])
    bias = layout.add(name + ".bias", [width])
    self.width = width
    self.eps = eps
  }

  func forward(
    _ p: UnsafePointer<Float>, _ n: Int, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>,
    saved: UnsafeMutablePointer<Float>
  ) {
    LayerNorm.forward(n, width, eps: eps, x: x, weight: p + weight, bias: p + bias, y: y, saved: saved)
  }

  func backward(
    _ p: UnsafePointer<Float>, _ g: UnsafeMutablePointer<Float>, _ n: Int, x: UnsafePointer<Float>,
    saved: UnsafePointer<Float>, dy: UnsafePointer<Float>, dx: UnsafeMutablePointer<Float>, accumulate: Bool = false
  ) {
    LayerNorm.backward(
      n, width, x: x, saved: saved, weight: p + weight, dy: dy, dx: dx, accumulate: accumulate, dWeight: g + weight,
      dBias: g + bias)
  }
}
