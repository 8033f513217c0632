/// Where each named weight lies in one flat buffer. The names are the checkpoint's own paths.
public struct ParameterLayout: Hashable, Sendable {
  public struct Entry: Hashable, Sendable {
    public let name: String
    public let shape: [Int]
    /// First element in the flat buffer.
    public let offset: Int
    public var count: Int { shape.reduce(1, *) }
  }

  public private(set) var entries: [Entry] = []
  /// Length of the flat buffer.
  public private(set) var count = 0

  public init() {}

  /// Adds a weight and returns its offset; a network's initialiser calls this in the order of its own structure.
  public mutating func add(_ name: String, _ shape: [Int]) -> Int {
    let entry = Entry(name: name, shape: shape, offset: count)
    entries.append(entry)
    count += entry.count
    return entry.offset
  }
}

/// Weights, gradients or optimiser moments: a flat buffer with its layout, so that one loop serves all weights.
public struct Parameters: Sendable {
  public let layout: ParameterLayout
  public var values: [Float]

  public init(zeros layout: ParameterLayout) {
    self.layout = layout
    self.values = [Float](repeating: 0, count: layout.count)
  }

  public func tensor(_ name: String) -> Tensor? {
    guard let e = layout.entries.first(where: { $0.name == name }) else { return nil }
    return Tensor(shape: e.shape, values: Array(values[e.offset..<e.offset + e.count]))
  }
}
