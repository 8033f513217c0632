/// A matrix product [m, k] · [k, n].
public struct MatrixProduct: Hashable, Sendable {
  public var m: Int
  public var n: Int
  public var k: Int
}

extension VideoEncoder {
  /// Every matrix product of a pass over a grey clip as the paper's network defines it, nothing left out: what
  /// benchmarks count.
  public var products: [MatrixProduct] {
    let patches = MatrixProduct(
      m: grid.count, n: configuration.patchEmbedDim, k: configuration.patchKernel.count)
    return [patches] + blocks.flatMap(\.products)
  }
}

extension MViTBlock {
  var products: [MatrixProduct] {
    let (rows, queries, keys) = (1 + shape.input.count, 1 + shape.output.count, 1 + k.output.count)
    func linear(_ m: Int, _ map: LinearOffsets) -> MatrixProduct { MatrixProduct(m: m, n: map.out, k: map.inner) }
    let heads = (0..<shape.heads).flatMap { _ in
      [MatrixProduct(m: queries, n: keys, k: shape.headDim), MatrixProduct(m: queries, n: shape.headDim, k: keys)]
    }
    let qkv = [linear(rows, q.linear), linear(rows, k.linear), linear(rows, v.linear)]
    let rest = [out, fc1, fc2].map { linear(queries, $0) } + (widen.map { [linear(queries, $0)] } ?? [])
    return qkv + heads + rest
  }
}
