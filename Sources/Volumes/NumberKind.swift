/// What the numbers of a volume look like.
public enum NumberKind: String, Hashable, Sendable, CaseIterable {
  case greys
  /// A label map if its name says so: whole numbers in flat areas, or probabilities.
  case perhapsLabels = "perhaps_labels"
  /// A label map whatever its name: a few small whole numbers in flat areas.
  case labels
}

/// Words by which files and data sets say that they hold labels rather than pictures. "Segmented" is not among them: cines
/// are acquired so.
public enum LabelWords {
  private static let all: Set<String> = [
    "label", "labels", "labelstr", "labelsts", "labelmap", "seg", "segs", "segmentation", "segmentations", "gt",
    "groundtruth", "mask", "masks", "annotation", "annotations", "contour", "contours",
  ]

  /// `word` in small letters. UK Biobank's tools number the structures: "seg4".
  public static func contains(_ word: String) -> Bool {
    all.contains(word) || word.hasPrefix("seg") && word.count > 3 && word.dropFirst(3).allSatisfy(\.isNumber)
  }
}

/// Counts the numbers of a volume as far as that is needed to tell pictures from labels.
struct NumberCensus {
  /// A map of all organs has more, but is named.
  private static let mostLabels = 16
  private static let mostNames = 256
  /// Of a hundred neighbours along a row so many may differ in flat areas.
  private static let mostEdges = 25

  private var seen: Set<Double> = []
  private var last = Double.nan
  private var (count, edges) = (0, 0)
  private var isWhole = true
  private var isFraction = true

  /// True once nothing that follows can change the answer.
  private(set) var isDecided = false

  mutating func add(_ value: Double) {
    count += 1
    guard value != last else { return }
    last = value
    edges += 1
    if !(0...1).contains(value) { isFraction = false }
    if isWhole {
      let nearest = value.rounded()
      if abs(value - nearest) < 1e-3 { seen.insert(nearest) } else { isWhole = false }
      if seen.count > Self.mostNames { isWhole = false }
    }
    isDecided = !isWhole && !isFraction
  }

  var kind: NumberKind {
    let isFlat = edges * 100 <= count * Self.mostEdges
    guard isWhole, isFlat else { return isFraction && count > 0 ? .perhapsLabels : .greys }
    let isSmall = seen.allSatisfy { (0...255).contains($0) }
    return isSmall && (2...Self.mostLabels).contains(seen.count) ? .labels : .perhapsLabels
  }
}
