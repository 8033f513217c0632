/// Which part of an image is shown, and which way up.
struct Framing: Hashable, Sendable {
  /// Sides of the shown square, mm, from far to near; the whole image is further away.
  static let fields: [Double] = [260, 190, 140, 100, 70]

  /// Side of the shown square, mm; nil for the whole image.
  var field: Double? = fields[1]
  /// The middle of what is shown: row and column in pixels of the image; nil for the middle of what moves.
  var centre: SIMD2<Double>?
  var turn = Turn()

  /// Steps closer, or away.
  mutating func zoom(_ by: Int) {
    let steps: [Double?] = [nil] + Self.fields.map { $0 }
    let at = steps.firstIndex { $0 == field } ?? 0
    field = steps[min(max(at + by, 0), steps.count - 1)]
  }
}
