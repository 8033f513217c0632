/// Which pictures are read next: what the screen wants now comes first, and what it wanted of a study that was left is
/// forgotten. Pure; the lanes that read ask it.
public struct PixelQueue: Sendable {
  public typealias ID = ClipID

  private var waiting: [ID] = []
  private var reading: Set<ID> = []

  public init() {}

  public var count: Int { waiting.count }

  /// Dearest first. What somebody reads already is not read twice.
  public mutating func want(_ ids: [ID]) {
    waiting = ids.filter { !reading.contains($0) } + waiting.filter { !ids.contains($0) }
  }

  /// Only these studies are on the screen.
  public mutating func show(studies: [String]) { waiting.removeAll { !studies.contains($0.study) } }

  /// The next to read, until `done` is said of it; nil where there is none.
  public mutating func next() -> ID? {
    guard !waiting.isEmpty else { return nil }
    let id = waiting.removeFirst()
    reading.insert(id)
    return id
  }

  public mutating func done(_ id: ID) { reading.remove(id) }
}
