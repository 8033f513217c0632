import Cine
import Glibc
import Preparation

/// How a picture is made ready for the contour network: a square of fixed size in millimetres, grey values between the
/// 1st and 99th percentile of what it shows over the beat.
public struct ContourRecipe: Hashable, Sendable, Codable {
  /// Side of the square, pixels.
  public var size = 128
  /// mm a pixel.
  public var pitch = 1.25

  public init() {}

  /// Sizes that memory and arithmetic can bear, and that the network's four halvings divide.
  public var isSound: Bool { (32...512).contains(size) && size % 16 == 0 && (0.2...5).contains(pitch) }

  /// The square around a point of a picture.
  func placement(centre: (row: Double, column: Double), _ g: Geometry) -> Placement {
    Placement(
      centre: centre, size: size, pitch: pitch, rowSpacing: g.rowSpacing, columnSpacing: g.columnSpacing)
  }

  /// Network input [frames, size, size] of squares that belong to one clip; grey values 0…1 are raised to `gamma`.
  public static func normalise(_ squares: [[Float]], gamma: Float = 1) -> [Float] {
    let all = squares.flatMap { $0 }
    let sample = stride(from: 0, to: all.count, by: max(1, all.count / 8192)).map { all[$0] }.sorted()
    guard let first = sample.first, let last = sample.last else { return [] }
    let low = sample.count > 100 ? sample[sample.count / 100] : first
    let high = sample.count > 100 ? sample[sample.count * 99 / 100] : last
    let scale = high > low ? 1 / (high - low) : 0
    // In this order of arguments a NaN becomes a number.
    return all.map { value in
      let grey = max(0, min(1, (value - low) * scale))
      return input(gamma == 1 ? grey : powf(grey, gamma))
    }
  }

  /// A grey value 0…1 as the network takes it: about zero in the mean, about one in spread.
  public static func input(_ grey: Float) -> Float { (grey - 0.35) * 4 }
  /// The grey value that an input stands for.
  public static func grey(_ input: Float) -> Float { input / 4 + 0.35 }
}
