/// A network's weights for passes that learn nothing, with rounded copies where products are to be worked out in
/// bfloat16.
public final class LayerWeights: Sendable {
  public let values: [Float]
  private let rounded: [UInt16]
  public let precision: Precision

  public init(_ values: [Float], _ precision: Precision) {
    self.values = values
    self.precision = precision
    rounded =
      precision == .float32
      ? []
      : [UInt16](unsafeUninitializedCapacity: values.count) { buffer, count in
        count = values.count
        if let y = buffer.baseAddress { BFloat16.round(values.count, values, y) }
      }
  }

  /// Pointers for the time of a pass.
  public func withPointers<R>(_ body: (Pointers) -> R) -> R? {
    values.withUnsafeBufferPointer { p in
      rounded.withUnsafeBufferPointer { half in
        p.baseAddress.map { body(Pointers(p: $0, half: precision == .float32 ? nil : half.baseAddress)) }
      }
    }
  }

  public struct Pointers {
    public let p: UnsafePointer<Float>
    public let half: UnsafePointer<UInt16>?

    public init(p: UnsafePointer<Float>, half: UnsafePointer<UInt16>? = nil) {
      self.p = p
      self.half = half
    }

    /// y [n, out] = x [n, in] Wᵀ + beta · y, with W [out, in] at an offset; `row` is the length of y's rows in memory.
    public func multiply(
      _ n: Int, in inner: Int, out: Int, _ x: UnsafePointer<Float>, weight: Int, beta: Float,
      _ y: UnsafeMutablePointer<Float>, row: Int, _ scratch: Arena
    ) {
      guard let half else {
        Blas.gemm(n, out, inner, x, lda: inner, p + weight, ldb: inner, transposedB: true, beta: beta, y, ldc: row)
        return
      }
      let mark = scratch.mark
      OneDNN.gemm(
        n, out, inner, scratch.rounded(n * inner, x), lda: inner, half + weight, ldb: inner, transposedB: true,
        beta: beta, y, ldc: row)
      scratch.release(mark)
    }

    /// The same with weights that lie as [in, all], of which `out` columns from an offset on are wanted: for few rows,
    /// whose products wait for the weights more than they compute.
    public func multiplyColumns(
      _ n: Int, in inner: Int, out: Int, of all: Int, _ x: UnsafePointer<Float>, weight: Int, beta: Float,
      _ y: UnsafeMutablePointer<Float>, row: Int, _ scratch: Arena
    ) {
      if let half {
        let mark = scratch.mark
        OneDNN.gemm(
          n, out, inner, scratch.rounded(n * inner, x), lda: inner, half + weight, ldb: all, beta: beta, y, ldc: row)
        scratch.release(mark)
        return
      }
      // OpenBLAS copies weights before it uses them; small ones stay in the caches, where that costs little.
      let isLarge = inner * all > 1 << 18
      if isLarge, OneDNN.gemm(n, out, inner, x, lda: inner, p + weight, ldb: all, beta: beta, y, ldc: row) { return }
      Blas.gemm(n, out, inner, x, lda: inner, p + weight, ldb: all, beta: beta, y, ldc: row)
    }
  }
}
