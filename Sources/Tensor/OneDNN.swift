import Glibc

/// The one door to oneDNN, for two products that Debian's OpenBLAS lacks: in bfloat16, and in float32 by weights that are
/// read as they lie, without a packed copy. It is opened on first use, so that nobody else waits for it; where it is not
/// installed there is no bfloat16, and OpenBLAS serves.
enum OneDNN {
  private typealias Product =
    @convention(c) (
      CChar, CChar, Int, Int, Int, Float, UnsafeRawPointer, Int, UnsafeRawPointer, Int, Float,
      UnsafeMutablePointer<Float>, Int
    ) -> Int32
  private typealias SetThreads = @convention(c) (Int32) -> Void

  private struct Library: Sendable {
    let single: Product
    /// oneDNN 2.6 exports it beside `dnnl_sgemm`, with the same row-major meaning, but has it in no public header.
    let half: Product
    let setThreads: SetThreads
  }

  private static let library: Library? = {
    guard let handle = dlopen("libdnnl.so.2", RTLD_NOW | RTLD_LOCAL), let single = dlsym(handle, "dnnl_sgemm"),
      let half = dlsym(handle, "dnnl_gemm_bf16bf16f32"), let threads = dlsym(handle, "omp_set_num_threads")
    else { return nil }
    return Library(
      single: unsafeBitCast(single, to: Product.self), half: unsafeBitCast(half, to: Product.self),
      setThreads: unsafeBitCast(threads, to: SetThreads.self))
  }()

  static var isInstalled: Bool { library != nil }

  private static let (plain, transposed) = (CChar(UInt8(ascii: "N")), CChar(UInt8(ascii: "T")))

  /// C [m, n] = A B + beta · C, all row-major; false where oneDNN is not installed.
  static func gemm(
    _ m: Int, _ n: Int, _ k: Int, _ a: UnsafePointer<Float>, lda: Int, _ b: UnsafePointer<Float>, ldb: Int,
    beta: Float, _ c: UnsafeMutablePointer<Float>, ldc: Int
  ) -> Bool {
    guard let library else { return false }
    // OpenMP's word holds for the calling thread alone.
    library.setThreads(1)
    return library.single(plain, plain, m, n, k, 1, a, lda, b, ldb, beta, c, ldc) == 0
  }

  /// C [m, n] = alpha · A op(B) + beta · C in bfloat16, all row-major; oneDNN must be installed.
  static func gemm(
    _ m: Int, _ n: Int, _ k: Int, alpha: Float = 1, _ a: UnsafePointer<UInt16>, lda: Int, _ b: UnsafePointer<UInt16>,
    ldb: Int, transposedB: Bool = false, beta: Float, _ c: UnsafeMutablePointer<Float>, ldc: Int
  ) {
    guard m > 0, n > 0, let library else { return }
    library.setThreads(1)
    let status = library.half(plain, transposedB ? transposed : plain, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
    precondition(status == 0, "oneDNN refused a product of \(m)×\(n)×\(k)")
  }
}
