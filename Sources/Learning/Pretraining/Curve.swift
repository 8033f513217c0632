import Plain

/// A curve in characters: two columns and four rows of dots a cell (Unicode's braille patterns, U+2800).
public struct Curve: Hashable, Sendable {
  public let title: String
  /// From left to right; what is not finite is left out.
  public let values: [Double]

  public init(title: String, values: [Double]) {
    (self.title, self.values) = (title, values)
  }

  /// A title with the last value, then `height` rows of `width` cells with the scale's ends to the left.
  public func text(width: Int, height: Int) -> [String] {
    let known = values.filter(\.isFinite)
    guard width > 0, height > 0, let low = known.min(), let high = known.max(), let last = known.last else {
      return ["\(title)  –"]
    }
    let (columns, rows) = (2 * width, 4 * height)
    let span = high > low ? high - low : 1
    var cells = [[UInt32]](repeating: [UInt32](repeating: 0, count: width), count: height)
    func dot(_ x: Int, _ y: Int) { cells[y / 4][x / 2] |= Self.bits[y % 4][x % 2] }
    var before: Int?
    for x in 0..<columns {
      // Each column is the mean of the values that fall into it.
      let from = x * values.count / columns
      let part = values[from..<min(max((x + 1) * values.count / columns, from + 1), values.count)].filter(\.isFinite)
      guard !part.isEmpty else { continue }
      let mean = part.reduce(0, +) / Double(part.count)
      let y = rows - 1 - Int(((mean - low) / span * Double(rows - 1)).rounded())
      // No gaps where it is steep.
      for step in min(before ?? y, y)...max(before ?? y, y) { dot(x, step) }
      before = y
    }
    let labels = [Self.short(high), Self.short(low)]
    let margin = labels.map(\.count).max() ?? 0
    return ["\(title)  \(Self.short(last))"]
      + cells.enumerated().map { i, row in
        let label = i == 0 ? labels[0] : i == height - 1 ? labels[1] : ""
        let line = String(String.UnicodeScalarView(row.compactMap { Unicode.Scalar(0x2800 + $0) }))
        return String(repeating: " ", count: margin - label.count) + label + " │" + line
      }
  }

  /// Dots of a cell by row and column.
  private static let bits: [[UInt32]] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]]

  private static func short(_ x: Double) -> String {
    let digits = abs(x) >= 100 ? 0 : abs(x) >= 1 ? 2 : abs(x) >= 0.01 ? 4 : 7
    return JSON.fixed(x, decimals: digits) ?? "–"
  }
}
