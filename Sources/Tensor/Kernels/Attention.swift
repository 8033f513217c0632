/// Multi-head attention, softmax(q kᵀ · scale) v: torch.nn.functional.scaled_dot_product_attention.
///
/// q [nq, heads·width], k and v [nk, heads·width], the heads side by side in a row, so that nothing is transposed.
public struct Attention: Sendable {
  public let queries: Int
  public let keys: Int
  public let heads: Int
  public let width: Int
  public let scale: Float

  public init(queries: Int, keys: Int, heads: Int, width: Int, scale: Float) {
    self.queries = queries
    self.keys = keys
    self.heads = heads
    self.width = width
    self.scale = scale
  }

  /// Size of the saved weights [heads, nq, nk].
  public var weightCount: Int { heads * queries * keys }

  /// y [nq, heads·width]; `weights` receives the softmax. Keys from `visibleKeys` on are masked out.
  public func forward(
    q: UnsafePointer<Float>, k: UnsafePointer<Float>, v: UnsafePointer<Float>, visibleKeys: Int? = nil,
    weights: UnsafeMutablePointer<Float>, y: UnsafeMutablePointer<Float>
  ) {
    let d = heads * width
    for head in 0..<heads {
      let o = head * width
      let p = weights + head * queries * keys
      Blas.gemm(
        queries, keys, width, alpha: scale, q + o, lda: d, k + o, ldb: d, transposedB: true, beta: 0, p, ldc: keys)
      for row in 0..<queries { Self.softmax(keys, visible: visibleKeys ?? keys, p + row &* keys) }
      Blas.gemm(queries, width, keys, p, lda: keys, v + o, ldb: d, beta: 0, y + o, ldc: d)
    }
  }

  /// The same without the weights: one tile of queries at a time, so that no more than a tile's scores [nq, nk] of one
  /// head exist at once, in `scratch`. They stay unscaled until their product with v, which is narrower. `row` is the
  /// length of a row in memory, heads·width where nothing is said.
  public func forward(
    q: UnsafePointer<Float>, k: UnsafePointer<Float>, v: UnsafePointer<Float>, row length: Int? = nil,
    scratch: UnsafeMutablePointer<Float>, y: UnsafeMutablePointer<Float>
  ) {
    let d = length ?? heads * width
    withUnsafeTemporaryAllocation(of: Float.self, capacity: queries) { scales in
      for head in 0..<heads {
        let o = head * width
        Blas.gemm(
          queries, keys, width, alpha: scale, q + o, lda: d, k + o, ldb: d, transposedB: true, beta: 0, scratch,
          ldc: keys)
        for row in 0..<queries { scales[row] = 1 / Self.exponentials(keys, scratch + row &* keys) }
        Blas.gemm(queries, width, keys, scratch, lda: keys, v + o, ldb: d, beta: 0, y + o, ldc: d)
        for row in 0..<queries {
          let scale = scales[row]
          let y = y + (row &* d &+ o)
          map16(width, y, y) { $0 * scale }
        }
      }
    }
  }

  /// The tile again, its products in bfloat16.
  public func forwardRounded(
    q: UnsafePointer<Float>, k: UnsafePointer<Float>, v: UnsafePointer<Float>, _ scratch: Arena,
    y: UnsafeMutablePointer<Float>
  ) {
    let d = heads * width
    let (q16, k16, v16) = (scratch.rounded(queries * d, q), scratch.rounded(keys * d, k), scratch.rounded(keys * d, v))
    let scales = scratch.floats(queries)
    let scores = scratch.floats(queries * keys)
    for head in 0..<heads {
      let o = head * width
      OneDNN.gemm(
        queries, keys, width, alpha: scale, q16 + o, lda: d, k16 + o, ldb: d, transposedB: true, beta: 0, scores,
        ldc: keys)
      for row in 0..<queries { scales[row] = 1 / Self.exponentials(keys, scores + row &* keys) }
      let mark = scratch.mark
      OneDNN.gemm(
        queries, width, keys, scratch.rounded(queries * keys, scores), lda: keys, v16 + o, ldb: d, beta: 0, y + o,
        ldc: d)
      scratch.release(mark)
      for row in 0..<queries {
        let scale = scales[row]
        let y = y + (row &* d &+ o)
        map16(width, y, y) { $0 * scale }
      }
    }
  }

  /// x becomes e^(x − max x); their sum comes back.
  private static func exponentials(_ n: Int, _ x: UnsafeMutablePointer<Float>) -> Float {
    let top = largest(n, x)
    var s = Vector16()
    var i = 0
    while i &+ 16 <= n {
      let e = exp16(load16(x + i) - top)
      store16(e, x + i)
      s += e
      i &+= 16
    }
    map16(n &- i, x + i, x + i) { exp16($0 - top) }
    var sum = s.sum()
    while i < n {
      sum += x[i]
      i &+= 1
    }
    return sum
  }

  private static func largest(_ n: Int, _ x: UnsafePointer<Float>) -> Float {
    var top = -Float.infinity
    var i = 0
    if n >= 16 {
      var m = load16(x)
      i = 16
      while i &+ 16 <= n {
        let v = load16(x + i)
        m.replace(with: v, where: v .> m)
        i &+= 16
      }
      top = m.max()
    }
    while i < n {
      if x[i] > top { top = x[i] }
      i &+= 1
    }
    return top
  }

  /// dq, dk, dv are overwritten. `scratch` [nq, nk].
  public func backward(
    q: UnsafePointer<Float>, k: UnsafePointer<Float>, v: UnsafePointer<Float>, weights: UnsafePointer<Float>,
    dy: UnsafePointer<Float>, dq: UnsafeMutablePointer<Float>, dk: UnsafeMutablePointer<Float>,
    dv: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>
  ) {
    let d = heads * width
    for head in 0..<heads {
      let o = head * width
      let p = weights + head * queries * keys
      Blas.gemm(keys, width, queries, p, lda: keys, transposedA: true, dy + o, ldb: d, beta: 0, dv + o, ldc: d)
      Blas.gemm(queries, keys, width, dy + o, lda: d, v + o, ldb: d, transposedB: true, beta: 0, scratch, ldc: keys)
      for row in 0..<queries { Self.softmaxBackward(keys, y: p + row &* keys, dy: scratch + row &* keys) }
      Blas.gemm(queries, width, keys, alpha: scale, scratch, lda: keys, k + o, ldb: d, beta: 0, dq + o, ldc: d)
      Blas.gemm(
        keys, width, queries, alpha: scale, scratch, lda: keys, transposedA: true, q + o, ldb: d, beta: 0, dk + o,
        ldc: d)
    }
  }

  /// Softmax of the first `visible` of n values in place; the rest become 0.
  static func softmax(_ n: Int, visible: Int, _ x: UnsafeMutablePointer<Float>) {
    let top = largest(visible, x)
    map16(visible, x, x) { exp16($0 - top) }
    var s = Vector16()
    var i = 0
    while i &+ 16 <= visible {
      s += load16(x + i)
      i &+= 16
    }
    var sum = s.sum()
    while i < visible {
      sum += x[i]
      i &+= 1
    }
    let inverse = 1 / sum
    map16(visible, x, x) { $0 * inverse }
    for i in visible..<max(n, visible) { x[i] = 0 }
  }

  /// dy becomes y · (dy − Σ y dy).
  @inline(__always)
  static func softmaxBackward(_ n: Int, y: UnsafePointer<Float>, dy: UnsafeMutablePointer<Float>) {
    let along = Rows.dot(n, y, dy)
    var i = 0
    while i &+ 16 <= n {
      store16(load16(y + i) * (load16(dy + i) - along), dy + i)
      i &+= 16
    }
    while i < n {
      dy[i] = y[i] * (dy[i] - along)
      i &+= 1
    }
  }
}
