/// y [n, out] = x [n, in] Wᵀ + b, with W [out, in]: torch.nn.functional.linear.
public enum Linear {
  public static func forward(
    _ n: Int, in inner: Int, out: Int, x: UnsafePointer<Float>, weight: UnsafePointer<Float>,
    bias: UnsafePointer<Float>?, y: UnsafeMutablePointer<Float>
  ) {
    if let bias {
      for row in 0..<n { (y + row * out).update(from: bias, count: out) }
    }
    Blas.gemm(
      n, out, inner, x, lda: inner, weight, ldb: inner, transposedB: true, beta: bias == nil ? 0 : 1, y, ldc: out)
  }

  /// dx [n, in] is overwritten, or added to where `accumulate`; weight and bias gradients are added to.
  public static func backward(
    _ n: Int, in inner: Int, out: Int, x: UnsafePointer<Float>, weight: UnsafePointer<Float>, dy: UnsafePointer<Float>,
    dx: UnsafeMutablePointer<Float>?, accumulate: Bool = false, dWeight: UnsafeMutablePointer<Float>,
    dBias: UnsafeMutablePointer<Float>?
  ) {
    if let dx {
      Blas.gemm(n, inner, out, dy, lda: out, weight, ldb: inner, beta: accumulate ? 1 : 0, dx, ldc: inner)
    }
    Blas.gemm(out, inner, n, dy, lda: out, transposedA: true, x, ldb: inner, beta: 1, dWeight, ldc: inner)
    if let dBias { Rows.addColumnSums(n, out, dy, into: dBias) }
  }
}
