import Cine
import Terminal

/// Where other planes cut the one that is shown.
enum PlaneMarks {
  /// The line in which the plane of `other`, an image of so many pixels, cuts that of `geometry`, in pixels (row, column) of
  /// the latter and no further than `other` reaches; nil where both are parallel or do not meet.
  static func line(
    _ geometry: Geometry, cutBy other: Geometry, rows: Int, columns: Int
  ) -> (SIMD2<Double>, SIMD2<Double>)? {
    // The other image's borders, walked around: where they change sides they cross our plane.
    let corners = [(0, 0), (0, columns - 1), (rows - 1, columns - 1), (rows - 1, 0)].map {
      other.point(row: Double($0.0), column: Double($0.1))
    }
    let normal = geometry.normal
    let heights = corners.map { ($0 - geometry.origin).dot(normal) }
    var ends: [SIMD2<Double>] = []
    for (i, a) in corners.enumerated() {
      let k = (i + 1) % corners.count
      guard (heights[i] < 0) != (heights[k] < 0) else { continue }
      let share = heights[i] / (heights[i] - heights[k])
      let at = geometry.pixel(of: a + share * (corners[k] - a))
      ends.append(SIMD2(at.row, at.column))
    }
    guard ends.count == 2, abs(other.normal.dot(normal)) < 0.98 else { return nil }
    return (ends[0], ends[1])
  }

  /// A dashed line.
  static func marks(_ ends: (SIMD2<Double>, SIMD2<Double>), _ projection: Projection, ink: Ink) -> [Mark] {
    guard !projection.isEmpty else { return [] }
    return Line.pixels(projection(ends.0), projection(ends.1), projection).enumerated()
      .filter { $0.offset % 6 < 3 }.map { Mark(pixel: $0.element, ink: ink) }
  }
}

/// Pixels of a straight line.
enum Line {
  /// Those of the picture, in order; nothing where the line is absurdly long.
  static func pixels(_ a: SIMD2<Double>, _ b: SIMD2<Double>, _ picture: Projection) -> [Int] {
    let way = b - a
    let steps = max(1, Int(min(max(abs(way.x), abs(way.y)).rounded(), 1e6)))
    guard steps < 1 << 16 else { return [] }
    return (0...steps).compactMap { step in
      let at = a + way * (Double(step) / Double(steps))
      let (row, column) = (Int(at.x.rounded()), Int(at.y.rounded()))
      guard (0..<picture.rows).contains(row), (0..<picture.columns).contains(column) else { return nil }
      return row * picture.columns + column
    }
  }
}
