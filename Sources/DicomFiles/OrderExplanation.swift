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

  init(_ stack: Stack) { slices = stack.slices.map { PhaseOrder.explanation($0.images) } }
}

/// The order in which the published data sets were written (arXiv 2312.00357): by SliceLocation, then InstanceNumber, then
/// name, numbers in names by their value.
enum PublishedOrder {
  /// Each image's place in it.
  static func ranks(_ images: [DicomImage]) -> [Image: Int] {
    let keys = images.map { image in
      Key(
        location: image.header.sliceLocation ?? 0, instance: image.header.instanceNumber ?? 0,
        image: Image(path: image.header.path, frame: image.frame))
    }
    return Dictionary(keys.sorted(by: precedes).enumerated().map { ($1.image, $0) }) { first, _ in first }
  }

  struct Image: Hashable {
    let path: FilePath
    let frame: Int
  }

  private struct Key {
    let location: Double
    let instance: Int
    let image: Image
  }

  private static func precedes(_ a: Key, _ b: Key) -> Bool {
    if a.location != b.location { return a.location < b.location }
    if a.instance != b.instance { return a.instance < b.instance }
    return a.image.path == b.image.path ? a.image.frame < b.image.frame : precedes(a.image.path, b.image.path)
  }

  /// "img2" before "img10".
  static func precedes(_ a: FilePath, _ b: FilePath) -> Bool {
    for (x, y) in zip(parts(a.text), parts(b.text)) where x != y {
      if let i = Int(x), let j = Int(y) { return i != j ? i < j : x < y }
      return x < y
    }
    return a.bytes.count < b.bytes.count
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
