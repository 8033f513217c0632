/// What a pixel of the heart is, as contours draw it. Papillary muscles and trabeculae belong to the left cavity, as the
/// contours of ACDC, Sunnybrook and UK Biobank have them; raw values are those of a label map.
public enum HeartLabel: UInt8, CaseIterable, Hashable, Sendable, Codable {
  case rest
  case rightVentricle
  case leftMuscle
  case leftVentricle
  case leftAtrium
  case rightAtrium
}

/// The labels that a pixel may have: one where it is known, several where a reader drew only some of the contours, all
/// where nothing is known of it.
public struct HeartLabels: OptionSet, Hashable, Sendable {
  /// Bit k is the label of raw value k.
  public let rawValue: UInt8

  public init(rawValue: UInt8) { self.rawValue = rawValue }
  public init(_ label: HeartLabel) { rawValue = 1 << label.rawValue }

  public static let rest = HeartLabels(.rest)
  public static let rightVentricle = HeartLabels(.rightVentricle)
  public static let leftMuscle = HeartLabels(.leftMuscle)
  public static let leftVentricle = HeartLabels(.leftVentricle)
  public static let leftAtrium = HeartLabels(.leftAtrium)
  public static let rightAtrium = HeartLabels(.rightAtrium)
  public static let all: HeartLabels = [.rest, .rightVentricle, .leftMuscle, .leftVentricle, .leftAtrium, .rightAtrium]

  /// The label, where only one is possible.
  public var only: HeartLabel? {
    rawValue.nonzeroBitCount == 1 ? HeartLabel(rawValue: UInt8(rawValue.trailingZeroBitCount)) : nil
  }
}

/// A cine with what is known of every pixel: what contours are taught on and measured by.
public struct LabelledClip: Sendable {
  public let view: View
  public let clip: CineClip
  /// [frames, rows, columns]
  public let labels: [HeartLabels]
  /// Where the middle of the left ventricle falls in the plane, pixels.
  public let centre: (row: Double, column: Double)

  /// `labels` is as long as the clip's pixels.
  public init(view: View, clip: CineClip, labels: [HeartLabels], centre: (row: Double, column: Double)) {
    precondition(labels.count == clip.pixels.count, "LabelledClip: labels and pixels differ")
    (self.view, self.clip, self.labels, self.centre) = (view, clip, labels, centre)
  }
}
