import Terminal

/// Pictures that were made already, by their keys: while a heart beats, each frame is scaled and its lines are drawn once.
/// Of one thread.
public final class PictureMemory {
  /// Pixels and marks, bytes.
  static let limit = 64 << 20

  private var pictures: [Int: Picture] = [:]
  private var bytes = 0
  /// How many were made anew.
  private(set) var made = 0

  public init() {}

  func picture(_ key: Int, _ make: () -> Picture) -> Picture {
    if let kept = pictures[key] { return kept }
    let picture = make()
    made += 1
    if bytes > Self.limit { (pictures, bytes) = ([:], 0) }
    pictures[key] = picture
    bytes += picture.image.pixels.count + picture.marks.count * MemoryLayout<Mark>.stride
    return picture
  }
}
