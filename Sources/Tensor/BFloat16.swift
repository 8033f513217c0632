import Glibc

/// Arithmetic in which a network's products are worked out.
public enum Precision: String, Hashable, Sendable, CaseIterable, Codable {
  case float32
  /// Factors with 8 bits of fraction, sums in float32; all else stays float32.
  case bfloat16

  /// What is taken where nobody asks for one: the quicker of those that the processor has instructions for.
  public static var quickest: Precision { BFloat16.isAvailable ? .bfloat16 : .float32 }
}

/// The one door to oneDNN, whose bfloat16 product Debian's OpenBLAS lacks. It is opened on first use, so that nobody who
/// stays with float32 waits for it.
public enum BFloat16 {
  /// oneDNN 2.6 exports this beside `dnnl_sgemm`, with the same row-major meaning, but has it in no public header.
  private typealias Product =
    @convention(c) (
      CChar, CChar, Int, Int, Int, Float, UnsafePointer<UInt16>, Int, UnsafePointer<UInt16>, Int, Float,
      UnsafeMutablePointer<Float>, Int
    ) -> Int32
  private typealias SetThreads = @convention(c) (Int32) -> Void

  private struct Library: Sendable {
    let product: Product
    let setThreads: SetThreads
  }

  private static let library: Library? = {
    guard let handle = dlopen("libdnnl.so.2", RTLD_NOW | RTLD_LOCAL),
      let product = dlsym(handle, "dnnl_gemm_bf16bf16f32"),
      let threads = dlsym(handle, "omp_set_num_threads")
    else { return nil }
    return Library(
      product: unsafeBitCast(product, to: Product.self), setThreads: unsafeBitCast(threads, to: SetThreads.self))
  }()

  /// True where the processor has the instructions and oneDNN is installed.
  public static var isAvailable: Bool {
    ProcessorFlags.current.names.contains("avx512_bf16") && library != nil
  }

  /// C [m, n] = alpha · A op(B) + beta · C, all row-major. C is left alone where oneDNN is missing.
  static func gemm(
    _ m: Int, _ n: Int, _ k: Int, alpha: Float = 1, _ a: UnsafePointer<UInt16>, lda: Int, _ b: UnsafePointer<UInt16>,
    ldb: Int, transposedB: Bool = false, beta: Float, _ c: UnsafeMutablePointer<Float>, ldc: Int
  ) {
    guard m > 0, n > 0, let library else { return }
    // OpenMP's word holds for the calling thread alone.
    library.setThreads(1)
    let (plain, transposed) = (CChar(UInt8(ascii: "N")), CChar(UInt8(ascii: "T")))
    let status = library.product(
      plain, transposedB ? transposed : plain, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
    precondition(status == 0, "oneDNN refused a product of \(m)×\(n)×\(k)")
  }

  /// Rounds to nearest, ties to even.
  public static func round(_ n: Int, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<UInt16>) {
    var i = 0
    while i &+ 16 <= n {
      let bits = UnsafeRawPointer(x + i).loadUnaligned(as: SIMD16<UInt32>.self)
      let rounded = (bits &+ 0x7FFF &+ ((bits &>> 16) & 1)) &>> 16
      UnsafeMutableRawPointer(y + i).storeBytes(
        of: SIMD16<UInt16>(truncatingIfNeeded: rounded), as: SIMD16<UInt16>.self)
      i &+= 16
    }
    while i < n {
      let bits = x[i].bitPattern
      y[i] = UInt16(truncatingIfNeeded: (bits &+ 0x7FFF &+ ((bits >> 16) & 1)) >> 16)
      i &+= 1
    }
  }
}

extension Arena {
  /// Rounded copies in scratch memory.
  public func rounded(_ n: Int, _ x: UnsafePointer<Float>) -> UnsafePointer<UInt16> {
    // Two of them fit where one float does.
    let raw = UnsafeMutableRawPointer(floats((n + 1) / 2))
    let y = raw.assumingMemoryBound(to: UInt16.self)
    BFloat16.round(n, x, y)
    return UnsafePointer(y)
  }
}
