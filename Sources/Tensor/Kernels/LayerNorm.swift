/// y = (x − mean) / √(variance + eps) · weight + bias over each row: torch.nn.functional.layer_norm.
public enum LayerNorm {
  /// x, y [n, d]; `saved` [n, 2] receives mean and 1/deviation for the backward pass.
  public static func forward(
    _ n: Int, _ d: Int, eps: Float, x: UnsafePointer<Float>, weight: UnsafePointer<Float>, bias: UnsafePointer<Float>,
    y: UnsafeMutablePointer<Float>, saved: UnsafeMutablePointer<Float>
  ) {
    let scale = 1 / Float(d)
    for row in 0..<n {
      let x = x + row &* d
      let y = y + row &* d
      var s = Vector16()
      var i = 0
      while i &+ 16 <= d {
        s += load16(x + i)
        i &+= 16
      }
      var sum = s.sum()
      while i < d {
        sum += x[i]
        i &+= 1
      }
      let mean = sum * scale
      var q = Vector16()
      i = 0
      while i &+ 16 <= d {
        let c = load16(x + i) - mean
        q += c * c
        i &+= 16
      }
      var squares = q.sum()
      while i < d {
        squares += (x[i] - mean) * (x[i] - mean)
        i &+= 1
      }
      let inverse = 1 / (squares * scale + eps).squareRoot()
      i = 0
      while i &+ 16 <= d {
        store16((load16(x + i) - mean) * inverse * load16(weight + i) + load16(bias + i), y + i)
        i &+= 16
      }
      while i < d {
        y[i] = (x[i] - mean) * inverse * weight[i] + bias[i]
        i &+= 1
      }
      saved[2 &* row] = mean
      saved[2 &* row &+ 1] = inverse
    }
  }

  /// dx [n, d] is overwritten, or added to where `accumulate`; dWeight and dBias [d] are added to.
  public static func backward(
    _ n: Int, _ d: Int, x: UnsafePointer<Float>, saved: UnsafePointer<Float>, weight: UnsafePointer<Float>,
    dy: UnsafePointer<Float>, dx: UnsafeMutablePointer<Float>, accumulate: Bool = false,
    dWeight: UnsafeMutablePointer<Float>, dBias: UnsafeMutablePointer<Float>
  ) {
    let scale = 1 / Float(d)
    for row in 0..<n {
      let x = x + row &* d
      let dy = dy + row &* d
      let dx = dx + row &* d
      let mean = saved[2 &* row]
      let inverse = saved[2 &* row &+ 1]
      var s = Vector16()
      var q = Vector16()
      var i = 0
      while i &+ 16 <= d {
        let normal = (load16(x + i) - mean) * inverse
        let g = load16(dy + i)
        store16(load16(dWeight + i) + g * normal, dWeight + i)
        store16(load16(dBias + i) + g, dBias + i)
        let weighted = g * load16(weight + i)
        s += weighted
        q += weighted * normal
        i &+= 16
      }
      var sum = s.sum()
      var product = q.sum()
      while i < d {
        let normal = (x[i] - mean) * inverse
        dWeight[i] += dy[i] * normal
        dBias[i] += dy[i]
        sum += dy[i] * weight[i]
        product += dy[i] * weight[i] * normal
        i &+= 1
      }
      sum *= scale
      product *= scale
      i = 0
      while i &+ 16 <= d {
        let normal = (load16(x + i) - mean) * inverse
        let g = (load16(dy + i) * load16(weight + i) - sum - normal * product) * inverse
        store16(accumulate ? load16(dx + i) + g : g, dx + i)
        i &+= 16
      }
      while i < d {
        let normal = (x[i] - mean) * inverse
        dx[i] = (accumulate ? dx[i] : 0) + (dy[i] * weight[i] - sum - normal * product) * inverse
        i &+= 1
      }
    }
  }
}
