/// A closed line around a part of the heart on one picture.
public struct Outline: Hashable, Sendable, Codable {
  /// What it goes around, in the order in which lines are drawn over one another.
  public enum Structure: UInt8, Hashable, Sendable, Codable, CaseIterable {
    case rightVentricle, rightAtrium, leftAtrium
    /// The outer border of muscle and cavity together.
    case leftEpicardium
    /// The border of the cavity, papillary muscles within it.
    case leftEndocardium
  }

  public let structure: Structure
  /// (row, column) of the picture, pixel centres at whole numbers; the last is joined to the first.
  public let points: [SIMD2<Float>]

  public init(_ structure: Structure, points: [SIMD2<Float>]) { (self.structure, self.points) = (structure, points) }

  /// Enclosed area, pixels of the picture, by the shoelace formula.
  public var area: Double {
    var sum = 0.0
    for (i, a) in points.enumerated() {
      let b = points[i + 1 < points.count ? i + 1 : 0]
      sum += Double(a.x) * Double(b.y) - Double(b.x) * Double(a.y)
    }
    return abs(sum) / 2
  }
}

/// The outlines of one clip.
public struct ClipOutlines: Hashable, Sendable {
  /// [frames]; empty where nothing was found.
  public let frames: [[Outline]]

  public init(frames: [[Outline]]) { self.frames = frames }

  /// None for a frame that there is not.
  public subscript(frame: Int) -> [Outline] { frames.indices.contains(frame) ? frames[frame] : [] }
}
