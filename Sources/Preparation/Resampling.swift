/// Separable resampling of one axis: for each output index the first input index and the weights from there on.
struct Resampling {
  let taps: [(start: Int, weights: [Float])]

  /// Bilinear without antialiasing, half-pixel centres (torch.nn.functional.interpolate, align_corners=False): `count`
  /// outputs from `first` on of an axis that goes from `input` to `output` pixels.
  static func bilinear(input: Int, output: Int, first: Int, count: Int) -> Resampling {
    let scale = Float(input) / Float(output)
    return Resampling(
      taps: (first..<first + count).map { i in
        let source = max((-0.5 as Float).addingProduct(scale, Float(i) + 0.5), 0)
        let low = min(Int(source), input - 1)
        guard low + 1 < input else { return (low, [1]) }
        let share = source - Float(low)
        return (low, [1 - share, share])
      })
  }

  /// The same with a triangle as wide as the pixels it makes (interpolate with antialias=True).
  static func antialiased(input: Int, output: Int, first: Int, count: Int) -> Resampling {
    let scale = Float(input) / Float(output)
    let support = max(scale, 1)
    return Resampling(
      taps: (first..<first + count).map { i in
        let centre = scale * (Float(i) + 0.5)
        let low = max(Int(centre - support + 0.5), 0)
        let high = min(Int(centre + support + 0.5), input)
        let weights = (low..<max(high, low + 1)).map { max(1 - abs((Float($0) - centre + 0.5) / support), 0) }
        let sum = weights.reduce(0, +)
        return (min(low, input - 1), weights.map { sum > 0 ? $0 / sum : 1 })
      })
  }

  /// picture [rows, columns], `columns` wide, → [rows of `vertical`, columns of `horizontal`].
  static func apply(
    _ picture: UnsafeBufferPointer<Float>, rows: Int, columns: Int, vertical: Resampling, horizontal: Resampling
  ) -> [Float] {
    let (height, width) = (vertical.taps.count, horizontal.taps.count)
    // Only the rows that are used.
    let top = vertical.taps.map(\.start).min() ?? 0
    let bottom = vertical.taps.map { $0.start + $0.weights.count }.max() ?? 0
    var middle = [Float](repeating: 0, count: max(bottom - top, 0) * width)
    for row in top..<bottom {
      for (j, tap) in horizontal.taps.enumerated() {
        var sum: Float = 0
        for (k, weight) in tap.weights.enumerated() { sum += weight * picture[row * columns + tap.start + k] }
        middle[(row - top) * width + j] = sum
      }
    }
    var result = [Float](repeating: 0, count: height * width)
    for (i, tap) in vertical.taps.enumerated() {
      for (k, weight) in tap.weights.enumerated() {
        let from = (tap.start + k - top) * width
        for j in 0..<width { result[i * width + j] += weight * middle[from + j] }
      }
    }
    return result
  }
}
