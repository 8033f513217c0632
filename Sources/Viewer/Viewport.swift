import Cine

/// One picture on the screen: what it shows, and how.
public struct Viewport: Sendable {
  /// What of the series is drawn.
  enum Content: Hashable, Sendable {
    case slice
    /// All slices at the same moment of the beat.
    case montage
  }

  /// What may be drawn over the picture, and beside it.
  struct Layers: OptionSet, Hashable, Sendable {
    let rawValue: UInt8
    static let contours = Layers(rawValue: 1)
    /// Bar of known length, strip of slices, curve of the beat.
    static let overlays = Layers(rawValue: 2)
  }

  /// Grey values between two percentiles of the clip: MR has no units.
  public struct Window: Hashable, Sendable {
    public var low: Double
    public var high: Double

    /// Keys 1 to 5.
    static let presets = [
      Window(low: 1, high: 99), Window(low: 1, high: 95), Window(low: 1, high: 99.9), Window(low: 10, high: 90),
      Window(low: 0, high: 100),
    ]
  }

  /// By `id`, so that it stays when the list grows.
  public internal(set) var study: String?
  public internal(set) var series = 0
  public internal(set) var slice = 0
  /// Somebody chose series or slice: the program no longer does.
  var chosen = false
  /// A frame to stop at once its pixels are here.
  var goal: (id: ClipID, phase: Int)?
  /// Place in the heartbeat, 0…1.
  public internal(set) var beat = 0.0

  var content = Content.slice
  var layers: Layers = [.contours, .overlays]
  var framing = Framing()
  var window = Window.presets[0]
  var inverted = false
  /// A line whose grey values are shown over time beneath the picture.
  var strip: MotionStrip?

  /// The slice that it shows, or that a montage has its cursor on.
  public var id: ClipID? { study.map { ClipID(study: $0, series: series, slice: slice) } }

  /// What is drawn, but for the moment.
  func combine(into hasher: inout Hasher) {
    hasher.combine(id)
    hasher.combine(content)
    hasher.combine(layers.rawValue)
    hasher.combine(framing)
    hasher.combine(window)
    hasher.combine(inverted)
    hasher.combine(strip)
  }
}

/// One slice of one series of one study.
public struct ClipID: Hashable, Sendable {
  public let study: String
  public let series: Int
  public let slice: Int
  public init(study: String, series: Int, slice: Int) {
    self.study = study
    self.series = series
    self.slice = slice
  }

  func with(slice: Int) -> ClipID { ClipID(study: study, series: series, slice: slice) }
}
