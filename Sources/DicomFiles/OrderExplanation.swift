import Cine

/// One rule for the order of a slice's phases, and why it does or does not decide.
public struct OrderStep: Hashable, Sendable {
  public let rule: String
  /// Phases without a plausible value.
  public let missing: Int
  /// Phases whose value another has too.
  public let tied: Int
  public let decides: Bool
}

/// How a series came into its order.
public struct OrderExplanation: Hashable, Sendable {
  /// The cascade, slice by slice.
  public let slices: [[OrderStep]]
  /// True where the published order (SliceLocation, InstanceNumber, then names as people sort them) is another.
  public let differsFromPublished: Bool

  init(_ stack: Stack, _ series: Series) {
    slices = stack.slices.map { PhaseOrder.explanation($0.images) }
    let own = series.slices.flatMap { $0.phases.map { Frame(path: $0.path, frame: $0.frame) } }
    let published = PublishedOrder.sorted(stack.images).map { Frame(path: $0.header.path, frame: $0.frame) }
    // Running a stack the other way round is no other order.
    let turned = series.slices.reversed().flatMap { $0.phases.map { Frame(path: $0.path, frame: $0.frame) } }
    differsFromPublished = published != own && published != turned
  }

  private struct Frame: Equatable {
    let path: String
    let frame: Int
  }
}

/// The order in which the published data sets were written (arXiv 2312.00357): by SliceLocation, then InstanceNumber, then
/// name, numbers in names by their value.
enum PublishedOrder {
  static func sorted(_ images: [DicomImage]) -> [DicomImage] {
    images.sorted { a, b in
      let (x, y) = (a.header.sliceLocation ?? 0, b.header.sliceLocation ?? 0)
      if x != y { return x < y }
      let (i, j) = (a.header.instanceNumber ?? 0, b.header.instanceNumber ?? 0)
      if i != j { return i < j }
      if a.header.path == b.header.path { return a.frame < b.frame }
      return precedes(a.header.path, b.header.path)
    }
  }

  /// "img2" before "img10".
  static func precedes(_ a: String, _ b: String) -> Bool {
    for (x, y) in zip(parts(a), parts(b)) where x != y {
      if let i = Int(x), let j = Int(y) { return i != j ? i < j : x < y }
      return x < y
    }
    return a.utf8.count < b.utf8.count
  }

  /// Runs of digits and of everything else.
  private static func parts(_ text: String) -> [String] {
    var all: [String] = []
    for c in text {
      if let last = all.last?.last, last.isNumber == c.isNumber {
        all[all.count - 1].append(c)
      } else {
        all.append(String(c))
      }
    }
    return all
  }
}
