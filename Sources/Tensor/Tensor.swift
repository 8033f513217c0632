/// Numbers with a shape, row-major, float32. A value: kernels work on its storage through pointers, once a call.
///
/// One legend everywhere: N clips, T frames, H rows, W columns, C channels, D width of a token.
public struct Tensor: Hashable, Sendable {
  public let shape: [Int]
  public var values: [Float]

  /// `values.count` must be the product of `shape`.
  public init(shape: [Int], values: [Float]) {
    precondition(values.count == shape.reduce(1, *), "Tensor: shape \(shape) does not hold \(values.count) values")
    self.shape = shape
    self.values = values
  }

  public init(zeros shape: [Int]) {
    self.init(shape: shape, values: [Float](repeating: 0, count: shape.reduce(1, *)))
  }

  public var count: Int { values.count }
}
