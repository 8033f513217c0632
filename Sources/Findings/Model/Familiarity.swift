import Cine
import Networks
import Tensor

/// What the clips of training look like to the encoder: a mean a view and one spread, so that a study unlike them can be
/// told. A study's distance is the mean of its clips' Mahalanobis distances, each to the mean of its own view: missing
/// views are another matter and do not raise it.
public struct Familiarity: Sendable {
  public typealias Clip = (view: View, embedding: [Float])

  private let means: [View: [Double]]
  /// Inverse of the pooled covariance, [width, width].
  private let precision: [Double]
  private let width: Int
  /// Percentiles 0…100 of the distance over held-out training hearts.
  private let percentiles: [Double]

  /// Studies of training and others of the same making that it never saw. Nil without clips, or held-out studies.
  public static func fit(training: [[Clip]], heldOut: [[Clip]]) -> Familiarity? {
    let clips = training.flatMap { $0 }
    guard let width = clips.first?.embedding.count, width > 0, !heldOut.isEmpty else { return nil }
    var means: [View: [Double]] = [:]
    for (view, group) in Dictionary(grouping: clips, by: \.view) {
      var sum = [Double](repeating: 0, count: width)
      for clip in group { for i in 0..<width { sum[i] += Double(clip.embedding[i]) } }
      means[view] = sum.map { $0 / Double(group.count) }
    }
    var covariance = [Double](repeating: 0, count: width * width)
    for clip in clips {
      guard let mean = means[clip.view] else { continue }
      let d = (0..<width).map { Double(clip.embedding[$0]) - mean[$0] }
      for i in 0..<width { for j in 0...i { covariance[i * width + j] += d[i] * d[j] } }
    }
    var trace = 0.0
    for i in 0..<width {
      for j in 0...i {
        covariance[i * width + j] /= Double(clips.count)
        covariance[j * width + i] = covariance[i * width + j]
      }
      trace += covariance[i * width + i]
    }
    // Embeddings fill only part of their space: a share of the mean variance keeps the rest from counting infinitely.
    for i in 0..<width { covariance[i * width + i] += 0.05 * trace / Double(width) + 1e-12 }
    guard let precision = Self.inverse(covariance, width) else { return nil }
    let raw = Familiarity(means: means, precision: precision, width: width, percentiles: [])
    let sorted = heldOut.compactMap { raw.distance($0)?.mean }.sorted()
    guard !sorted.isEmpty else { return nil }
    let percentiles = (0...100).map { sorted[min(sorted.count - 1, $0 * sorted.count / 100)] }
    return Familiarity(means: means, precision: precision, width: width, percentiles: percentiles)
  }

  private init(means: [View: [Double]], precision: [Double], width: Int, percentiles: [Double]) {
    self.means = means
    self.precision = precision
    self.width = width
    self.percentiles = percentiles
  }

  /// The distance that 99 % of held-out hearts stay below.
  public var limit: Double { percentiles.last.map { _ in percentiles[99] } ?? .infinity }

  /// A study's distance and the view that is furthest; nil where none of its clips is of a view known here.
  public func distance(_ clips: [Clip]) -> (mean: Double, furthest: View)? {
    var byView: [View: [Double]] = [:]
    var all: [Double] = []
    for clip in clips where clip.embedding.count == width {
      guard let mean = means[clip.view] else { continue }
      let d = (0..<width).map { Double(clip.embedding[$0]) - mean[$0] }
      var sum = 0.0
      for i in 0..<width {
        var row = 0.0
        for j in 0..<width { row += precision[i * width + j] * d[j] }
        sum += d[i] * row
      }
      let distance = max(sum / Double(width), 0).squareRoot()
      byView[clip.view, default: []].append(distance)
      all.append(distance)
    }
    guard !all.isEmpty else { return nil }
    let furthest = View.allCases.filter { byView[$0] != nil }.max { a, b in
      let (x, y) = (byView[a] ?? [], byView[b] ?? [])
      return x.reduce(0, +) / Double(x.count) < y.reduce(0, +) / Double(y.count)
    }
    return (all.reduce(0, +) / Double(all.count), furthest ?? .unknown)
  }

  /// Of a symmetric positive definite matrix, by Cholesky; nil where it is not.
  static func inverse(_ a: [Double], _ n: Int) -> [Double]? {
    var l = [Double](repeating: 0, count: n * n)
    for i in 0..<n {
      for j in 0...i {
        var sum = a[i * n + j]
        for k in 0..<j { sum -= l[i * n + k] * l[j * n + k] }
        if i == j {
          guard sum > 0, sum.isFinite else { return nil }
          l[i * n + i] = sum.squareRoot()
        } else {
          l[i * n + j] = sum / l[j * n + j]
        }
      }
    }
    var result = [Double](repeating: 0, count: n * n)
    for column in 0..<n {
      var y = [Double](repeating: 0, count: n)
      for i in column..<n {
        var sum = i == column ? 1.0 : 0
        for k in column..<i { sum -= l[i * n + k] * y[k] }
        y[i] = sum / l[i * n + i]
      }
      for i in stride(from: n - 1, through: 0, by: -1) {
        var sum = y[i]
        for k in (i + 1)..<max(n, i + 1) { sum -= l[k * n + i] * result[k * n + column] }
        result[i * n + column] = sum / l[i * n + i]
      }
    }
    return result
  }

  var tensors: [String: Tensor] {
    var all = [
      "precision": Tensor(shape: [width, width], values: precision.map(Float.init)),
      "percentiles": Tensor(shape: [percentiles.count], values: percentiles.map(Float.init)),
    ]
    for (view, mean) in means { all["mean.\(view.rawValue)"] = Tensor(shape: [width], values: mean.map(Float.init)) }
    return all
  }

  init(_ file: Safetensors, width: Int) throws(ModelPackageError) {
    guard let precision = file.tensor("precision"), precision.shape == [width, width],
      let percentiles = file.tensor("percentiles"), percentiles.shape == [101],
      (precision.values + percentiles.values).allSatisfy(\.isFinite)
    else { throw .contradiction("its \(ModelPackage.familiarityFile) does not fit its embedding") }
    var means: [View: [Double]] = [:]
    for view in View.allCases {
      guard let mean = file.tensor("mean.\(view.rawValue)"), mean.shape == [width] else { continue }
      means[view] = mean.values.map(Double.init)
    }
    self.init(
      means: means, precision: precision.values.map(Double.init), width: width,
      percentiles: percentiles.values.map(Double.init))
  }
}
