import Cine
import Terminal

/// Which side of the patient lies where: letters at the edges of the picture, as on a workstation.
enum OrientationMarks {
  /// The side that a direction of the patient's coordinates (DICOM PS3.3 C.7.6.2.1.1: x to the left hand, y to the back,
  /// z to the head) points to, the larger share first; the second only where it counts.
  static func letters(_ v: Vector3) -> String {
    let shares = [(v.x, "L", "R"), (v.y, "P", "A"), (v.z, "H", "F")].sorted { abs($0.0) > abs($1.0) }
    guard abs(shares[0].0) > 0 else { return "" }
    let counted = shares.prefix(2).filter { abs($0.0) > 0.38 * abs(shares[0].0) }
    return counted.map { $0.0 > 0 ? $0.1 : $0.2 }.joined()
  }

  /// Top, bottom, left and right of the picture as it is turned.
  static func edges(_ geometry: Geometry, _ turn: Turn) -> (top: String, bottom: String, left: String, right: String) {
    func side(_ step: SIMD2<Double>) -> String {
      let s = turn.undo(step)
      return letters(s.y * geometry.alongRow + s.x * geometry.alongColumn)
    }
    return (side([-1, 0]), side([1, 0]), side([0, -1]), side([0, 1]))
  }

  static func marks(_ geometry: Geometry?, _ picture: Projection) -> [Mark] {
    guard let geometry, picture.rows >= 32, picture.columns >= 32 else { return [] }
    let scale = min(3, max(1, picture.rows / 90))
    let edges = edges(geometry, picture.turn)
    let (high, margin) = (5 * scale, max(1, picture.rows / 60))
    func wide(_ text: String) -> Int { (4 * text.count - 1) * scale }
    let places = [
      (edges.top, margin, (picture.columns - wide(edges.top)) / 2),
      (edges.bottom, picture.rows - high - margin, (picture.columns - wide(edges.bottom)) / 2),
      (edges.left, (picture.rows - high) / 2, margin),
      (edges.right, (picture.rows - high) / 2, picture.columns - wide(edges.right) - margin),
    ]
    return places.flatMap { text, row, column in
      TinyText.pixels(text, scale: scale).compactMap { at -> Mark? in
        let (i, j) = (row + at.row, column + at.column)
        guard (0..<picture.rows).contains(i), (0..<picture.columns).contains(j) else { return nil }
        return Mark(pixel: i * picture.columns + j, ink: .green)
      }
    }
  }
}
