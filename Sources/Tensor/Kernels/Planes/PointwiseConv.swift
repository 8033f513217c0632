/// 1×1 convolutions of planes: torch.nn.functional.conv2d without padding, each one product over whole planes. Rims are
/// zero, so they neither change nor count.
public enum PointwiseConv {
  /// x planes [in] → y planes [out]; weight [out, in], bias [out].
  public static func forward(
    _ grid: PlaneGrid, in inner: Int, out: Int, x: UnsafePointer<Float>, weight: UnsafePointer<Float>,
    bias: UnsafePointer<Float>, y: UnsafeMutablePointer<Float>
  ) {
    let n = grid.planeSize
    Blas.gemm(out, n, inner, weight, lda: inner, x, ldb: n, beta: 0, y, ldc: n)
    for o in 0..<out {
      let (y, bias) = (y + o &* n, Vector16(repeating: bias[o]))
      grid.write(y) { at in load16(y + at) + bias }
    }
  }

  /// dx planes [in] are overwritten; dWeight and dBias are added to.
  public static func backward(
    _ grid: PlaneGrid, in inner: Int, out: Int, x: UnsafePointer<Float>, weight: UnsafePointer<Float>,
    dy: UnsafePointer<Float>, dx: UnsafeMutablePointer<Float>, dWeight: UnsafeMutablePointer<Float>,
    dBias: UnsafeMutablePointer<Float>
  ) {
    let n = grid.planeSize
    Blas.gemm(inner, n, out, weight, lda: inner, transposedA: true, dy, ldb: n, beta: 0, dx, ldc: n)
    Blas.gemm(out, inner, n, dy, lda: n, x, ldb: n, transposedB: true, beta: 1, dWeight, ldc: inner)
    for o in 0..<out {
      let dy = dy + o &* n
      dBias[o] += Float(grid.sum { at in (load16(dy + at), Vector16()) }.0)
    }
  }
}
