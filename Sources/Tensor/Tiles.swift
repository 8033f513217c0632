/// Rows split into parts of nearly equal height. The split depends on the rows alone, never on the number of threads.
public struct Tiles: Hashable, Sendable {
  public let rows: Int
  public let count: Int

  /// Parts of about `height` rows, an even number of them where it is more than one, so that two lanes end together.
  public init(_ rows: Int, height: Int) {
    self.rows = rows
    let parts = max(1, (rows + height / 2) / max(height, 1))
    count = min(rows, parts == 1 ? 1 : (parts + 1) & ~1)
  }

  public subscript(_ tile: Int) -> Range<Int> { rows * tile / count..<rows * (tile + 1) / count }
}
