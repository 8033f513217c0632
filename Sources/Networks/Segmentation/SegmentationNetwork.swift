import Tensor

/// The size of a segmentation network.
public struct SegmentationConfiguration: Hashable, Sendable, Codable {
  /// Channels of its pictures.
  public var channels = 1
  public var classes = 6
  /// Channels at a half, a quarter, … of the picture's size.
  public var widths = [20, 40, 80, 80]
  /// The share of a batch in the running statistics.
  public var momentum: Float = 0.1
  public var eps: Float = 1e-5

  public init() {}

  func check() throws(ConfigurationError) {
    guard (1...64).contains(channels), (2...8).contains(classes), (2...8).contains(widths.count),
      widths.allSatisfy({ (1...1024).contains($0) }), momentum > 0, momentum <= 1, eps > 0
    else { throw .impossible("a size of the segmentation network is out of range") }
  }
}

/// A U-Net (arXiv 1505.04597): pictures are folded 2×2 into channels; at each size two 3×3 convolutions, each with batch
/// norm and rectifier; down by 2×2 maxima, up by doubling pixels, beside the skip's channels; at the end a 1×1
/// convolution to four pixels of logits each, unfolded again. Weights lie under `segmentation.*`.
public struct SegmentationNetwork: Sendable {
  public let configuration: SegmentationConfiguration
  /// What is learned.
  public private(set) var layout = ParameterLayout()
  /// Running means and variances.
  public private(set) var statisticsLayout = ParameterLayout()
  /// On the way down, the finest first; each has two units.
  let down: [Level]
  /// On the way up, the finest first; one less.
  let up: [Level]
  let head: PointwiseOffsets

  struct Level: Sendable {
    let first: ConvNorm
    let second: ConvNorm
  }

  public init(_ configuration: SegmentationConfiguration) throws(ConfigurationError) {
    try configuration.check()
    self.configuration = configuration
    let (root, widths) = ("segmentation.", configuration.widths)
    var (layout, statistics) = (ParameterLayout(), ParameterLayout())
    func level(_ name: String, in inner: Int, out: Int) -> Level {
      let first = ConvNorm(name, 1, in: inner, out: out, into: &layout, &statistics)
      return Level(first: first, second: ConvNorm(name, 2, in: out, out: out, into: &layout, &statistics))
    }
    down = widths.indices.map { i in
      level(root + "down.\(i).", in: i == 0 ? 4 * configuration.channels : widths[i - 1], out: widths[i])
    }
    up = widths.indices.dropLast().map { i in
      level(root + "up.\(i).", in: widths[i + 1] + widths[i], out: widths[i])
    }
    head = PointwiseOffsets(root + "head", in: widths[0], out: 4 * configuration.classes, into: &layout)
    self.layout = layout
    statisticsLayout = statistics
  }

  /// A picture's height and width must be multiples of this.
  public var sizeMultiple: Int { 1 << configuration.widths.count }

  /// Means of 0 and variances of 1.
  public var initialStatistics: Parameters {
    var p = Parameters(zeros: statisticsLayout)
    for e in statisticsLayout.entries where e.name.hasSuffix("_var") {
      for i in 0..<e.count { p.values[e.offset + i] = 1 }
    }
    return p
  }

  /// Weights and statistics from one file, or all that is missing or misshapen at once.
  public func load(
    from file: some TensorFile
  ) throws(CheckpointError) -> (weights: Parameters, statistics: Parameters) {
    var both = layout
    for e in statisticsLayout.entries { _ = both.add(e.name, e.shape) }
    let all = try Parameters(both, from: file).values
    var (weights, statistics) = (Parameters(zeros: layout), Parameters(zeros: statisticsLayout))
    weights.values = Array(all.prefix(layout.count))
    statistics.values = Array(all.suffix(statisticsLayout.count))
    return (weights, statistics)
  }

  /// The grids of a picture's planes, the finest first.
  func grids(height: Int, width: Int) -> [PlaneGrid] {
    precondition(
      height > 0 && width > 0 && height % sizeMultiple == 0 && width % sizeMultiple == 0,
      "pictures of \(height)×\(width) are no multiple of \(sizeMultiple)")
    return configuration.widths.indices.map { PlaneGrid(height: height >> ($0 + 1), width: width >> ($0 + 1)) }
  }
}

/// A 3×3 convolution with its batch norm and rectifier, by offsets into weights and statistics.
struct ConvNorm: Sendable {
  let inner: Int
  let out: Int
  let weight: Int
  let scale: Int
  let shift: Int
  let mean: Int
  let variance: Int
  /// Without the norm's or the convolution's word, for observers: `segmentation.down.0.1`.
  let name: String

  init(
    _ name: String, _ number: Int, in inner: Int, out: Int, into layout: inout ParameterLayout,
    _ statistics: inout ParameterLayout
  ) {
    self.inner = inner
    self.out = out
    self.name = "\(name)\(number)"
    weight = layout.add("\(name)conv\(number).weight", [out, inner, 3, 3])
    scale = layout.add("\(name)norm\(number).weight", [out])
    shift = layout.add("\(name)norm\(number).bias", [out])
    mean = statistics.add("\(name)norm\(number).running_mean", [out])
    variance = statistics.add("\(name)norm\(number).running_var", [out])
  }
}

struct PointwiseOffsets: Sendable {
  let inner: Int
  let out: Int
  let weight: Int
  let bias: Int

  init(_ name: String, in inner: Int, out: Int, into layout: inout ParameterLayout) {
    self.inner = inner
    self.out = out
    weight = layout.add(name + ".weight", [out, inner, 1, 1])
    bias = layout.add(name + ".bias", [out])
  }
}
