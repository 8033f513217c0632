import Cine
import Preparation

/// What the network drew on one clip: labels on its own squares, and where these lie on the picture.
public struct DrawnClip: Hashable, Sendable {
  public let item: ClipChoice.Item
  public let placement: Placement
  /// As many as the clip has.
  public internal(set) var frames: Int
  /// Raw values of `HeartLabel` [frames, size, size].
  public internal(set) var labels: [UInt8]
  /// mm²
  let pixelArea: Double

  var size: Int { placement.size }

  func square(_ frame: Int) -> [UInt8] {
    let n = size * size
    return Array(labels[frame * n..<(frame + 1) * n])
  }

  /// The frame of a moment of its stack: slices of fewer frames lend the one that has begun.
  public func frame(at moment: Int, of moments: Int) -> Int { moment * frames / max(moments, 1) }

  /// One frame on the picture's own grid [rows, columns], by the nearest pixel.
  public func labels(frame: Int, rows: Int, columns: Int) -> [HeartLabel] {
    let start = frame * size * size
    return (0..<rows * columns).map { k in
      let at = placement.square(row: Double(k / columns), column: Double(k % columns))
      let (row, column) = (at.row.rounded(), at.column.rounded())
      guard row >= 0, column >= 0, row < Double(size), column < Double(size) else { return .rest }
      return HeartLabel(rawValue: labels[start + Int(row) * size + Int(column)]) ?? .rest
    }
  }
}

extension [DrawnClip] {
  /// Moments of the beat: the frames of the longest slice.
  public var moments: Int { map(\.frames).max() ?? 0 }

  /// Raw values of `HeartLabel` at a moment, [slices] of squares [size, size].
  func squares(at moment: Int) -> [[UInt8]] { map { $0.square($0.frame(at: moment, of: moments)) } }
}

/// Everything that was drawn on a study.
public struct StudyContours: Sendable {
  /// The short-axis stack in its own order; empty where there is none.
  public let stack: [DrawnClip]
  /// Planes along the ventricle.
  public let long: [DrawnClip]
  /// Nil without a stack, without a scale, or where no ventricle was found in it.
  public let volumes: StackVolumes?
  /// Nil without volumes.
  public let others: OtherViews?
  public let signs: StackSigns?
  /// What speaks for a beating heart in the pictures; nil, as the two before, of contours that were kept.
  public let evidence: HeartEvidence?

  init(
    stack: [DrawnClip], long: [DrawnClip], volumes: StackVolumes?, others: OtherViews? = nil, signs: StackSigns? = nil,
    evidence: HeartEvidence? = nil
  ) {
    (self.stack, self.long, self.volumes, self.others) = (stack, long, volumes, others)
    (self.signs, self.evidence) = (signs, evidence)
  }
}
