import TestSupport
import Testing

@testable import Tensor

@Suite struct BFloat16Tests {
  /// To nearest, ties to even, at every place that a run of sixteen and its tail have.
  @Test(arguments: [1, 16, 35]) func rounding(_ n: Int) {
    let known: [(Float, UInt16)] = [
      (0, 0), (1, 0x3F80), (-2.5, 0xC020), (Float(bitPattern: 0x3F80_8000), 0x3F80),
      (Float(bitPattern: 0x3F81_8000), 0x3F82), (Float(bitPattern: 0x3F80_8001), 0x3F81), (.infinity, 0x7F80),
    ]
    for (value, bits) in known {
      var made = [UInt16](repeating: 7, count: n)
      BFloat16.round(n, [Float](repeating: value, count: n), &made)
      #expect(made == [UInt16](repeating: bits, count: n))
    }
  }

  /// Against float32's product of the rounded factors, whose only difference is the order of sums.
  @Test(.enabled(if: BFloat16.isAvailable), arguments: [(1, 1, 1), (3, 5, 7), (17, 33, 40)], [false, true])
  func products(_ size: (Int, Int, Int), transposed: Bool) {
    let (m, n, k) = size
    let (a, b) = (noise("a", m * k), noise("b", k * n))
    let arena = Arena()
    let (a16, b16) = (arena.rounded(m * k, a), arena.rounded(k * n, b))
    func back(_ x: UnsafePointer<UInt16>, _ n: Int) -> [Float] {
      (0..<n).map { Float(bitPattern: UInt32(x[$0]) << 16) }
    }
    var (c, plain) = ([Float](repeating: 0.5, count: m * n), [Float](repeating: 0.5, count: m * n))
    let row = transposed ? k : n
    OneDNN.gemm(m, n, k, alpha: 0.7, a16, lda: k, b16, ldb: row, transposedB: transposed, beta: 1, &c, ldc: n)
    Blas.gemm(
      m, n, k, alpha: 0.7, back(a16, m * k), lda: k, back(b16, k * n), ldb: row, transposedB: transposed, beta: 1,
      &plain, ldc: n)
    #expect(largestDifference(c, plain) < 1e-4)
  }
}
