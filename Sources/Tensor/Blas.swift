import COpenBLAS

/// The one door to OpenBLAS.
public enum Blas {
  /// OpenBLAS's own threads and ours would fight, and its shares of a product round differently from run to run; ours
  /// stay. Every product touches it, since a pass may run outside of `Lanes`.
  static let useOneThread: Void = openblas_set_num_threads(1)

  /// The kernels in use, as OpenBLAS names them: HASWELL, SKYLAKEX, ZEN, …
  public static var core: String { String(cString: openblas_get_corename()) }

  /// C [m,n] = alpha · op(A) op(B) + beta · C, all row-major; `lda` and so on are row lengths in memory. (cblas_sgemm)
  @inline(__always)
  public static func gemm(
    _ m: Int, _ n: Int, _ k: Int, alpha: Float = 1,
    _ a: UnsafePointer<Float>, lda: Int, transposedA ta: Bool = false,
    _ b: UnsafePointer<Float>, ldb: Int, transposedB tb: Bool = false,
    beta: Float, _ c: UnsafeMutablePointer<Float>, ldc: Int
  ) {
    guard m > 0, n > 0 else { return }
    useOneThread
    cblas_sgemm(
      CblasRowMajor, ta ? CblasTrans : CblasNoTrans, tb ? CblasTrans : CblasNoTrans, blasint(m), blasint(n), blasint(k),
      alpha, a, blasint(lda), b, blasint(ldb), beta, c, blasint(ldc))
  }
}
