/// Batch norm with the rectifier that follows it: torch.nn.functional.relu(batch_norm(x)) over N, H and W. Sums are
/// taken a picture at a time, so that their order never depends on who works them out.
public enum BatchNorm {
  /// x planes [channels] of one picture → `sums` [channels, 2]: Σ x and Σ x².
  public static func sums(
    _ grid: PlaneGrid, channels: Int, x: UnsafePointer<Float>, into sums: UnsafeMutablePointer<Double>
  ) {
    for c in 0..<channels {
      let x = x + c &* grid.planeSize
      let total = grid.sum { at in
        let v = load16(x + at)
        return (v, v * v)
      }
      sums[2 &* c] = total.0
      sums[2 &* c &+ 1] = total.1
    }
  }

  /// y = max(x · scale + shift, 0) over planes [channels]; scale and shift [channels].
  public static func forward(
    _ grid: PlaneGrid, channels: Int, x: UnsafePointer<Float>, scale: UnsafePointer<Float>,
    shift: UnsafePointer<Float>, y: UnsafeMutablePointer<Float>
  ) {
    for c in 0..<channels {
      let (x, y) = (x + c &* grid.planeSize, y + c &* grid.planeSize)
      let (scale, shift) = (Vector16(repeating: scale[c]), Vector16(repeating: shift[c]))
      grid.write(y) { at in
        let v = shift.addingProduct(load16(x + at), scale)
        return v.replacing(with: 0, where: v .< 0)
      }
    }
  }

  /// What the backward pass knows of a channel, each [channels].
  public struct Channels {
    let mean, inverse, scale, shift: UnsafePointer<Float>

    /// `inverse` is 1/√(variance + eps); `scale` and `shift` are what `forward` was given.
    public init(
      mean: UnsafePointer<Float>, inverse: UnsafePointer<Float>, scale: UnsafePointer<Float>,
      shift: UnsafePointer<Float>
    ) {
      (self.mean, self.inverse, self.scale, self.shift) = (mean, inverse, scale, shift)
    }
  }

  /// x, dy planes [channels] of one picture → `sums` [channels, 2]: Σ dy and Σ dy · x̂ where the rectifier let through,
  /// with x̂ = (x − mean) · inverse: over all pictures the gradients of bias and weight.
  public static func backwardSums(
    _ grid: PlaneGrid, _ channels: Channels, count: Int, x: UnsafePointer<Float>, dy: UnsafePointer<Float>,
    into sums: UnsafeMutablePointer<Double>
  ) {
    for c in 0..<count {
      let (x, dy) = (x + c &* grid.planeSize, dy + c &* grid.planeSize)
      let (scale, shift) = (Vector16(repeating: channels.scale[c]), Vector16(repeating: channels.shift[c]))
      let (mean, inverse) = (Vector16(repeating: channels.mean[c]), Vector16(repeating: channels.inverse[c]))
      let total = grid.sum { at in
        let v = load16(x + at)
        let d = load16(dy + at).replacing(with: 0, where: shift.addingProduct(v, scale) .<= 0)
        return (d, d * ((v - mean) * inverse))
      }
      sums[2 &* c] = total.0
      sums[2 &* c &+ 1] = total.1
    }
  }

  /// dy planes of one picture become dx: scale · (dy − a − x̂ · b) where dy passed the rectifier; a and b [count] are the
  /// sums of `backwardSums` over all pictures, divided by the number of their pixels.
  public static func backward(
    _ grid: PlaneGrid, _ channels: Channels, count: Int, x: UnsafePointer<Float>, a: UnsafePointer<Float>,
    b: UnsafePointer<Float>, dy: UnsafeMutablePointer<Float>
  ) {
    for c in 0..<count {
      let (x, dy) = (x + c &* grid.planeSize, dy + c &* grid.planeSize)
      let (scale, shift) = (Vector16(repeating: channels.scale[c]), Vector16(repeating: channels.shift[c]))
      let (mean, a) = (Vector16(repeating: channels.mean[c]), Vector16(repeating: a[c]))
      let slope = Vector16(repeating: channels.inverse[c] * b[c])
      grid.write(dy) { at in
        let v = load16(x + at)
        let d = load16(dy + at).replacing(with: 0, where: shift.addingProduct(v, scale) .<= 0)
        return scale * (d - a - (v - mean) * slope)
      }
    }
  }
}
