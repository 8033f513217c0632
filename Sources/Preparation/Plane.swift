import Cine

/// A clip with a plane that can be computed with: the file's own where it makes sense, an assumed one otherwise.
struct Plane {
  let clip: CineClip
  let geometry: Geometry
  /// False where the file gave no usable geometry.
  let known: Bool

  /// mm a pixel where the file does not say.
  static let assumedSpacing = 1.5

  init(_ clip: CineClip) {
    let given = clip.geometry.flatMap { Self.usable($0) ? $0 : nil }
    self.init(clip, geometry: given ?? Self.assumed, known: given != nil)
  }

  private init(_ clip: CineClip, geometry: Geometry, known: Bool) {
    (self.clip, self.geometry, self.known) = (clip, geometry, known)
  }

  /// The same pixels in the assumed plane: where one slice of a stack has no place, none has.
  var withoutPlace: Plane { Plane(clip, geometry: Self.assumed, known: false) }

  private static let assumed = Geometry(
    origin: .zero, alongRow: Vector3(1, 0, 0), alongColumn: Vector3(0, 1, 0), rowSpacing: assumedSpacing,
    columnSpacing: assumedSpacing)

  /// Finite, with unit axes at right angles and spacings that a heart scan can have.
  private static func usable(_ g: Geometry) -> Bool {
    let spacings = 0.05...20.0
    return [g.origin.x, g.origin.y, g.origin.z].allSatisfy { abs($0) < 1e5 }
      && spacings.contains(g.rowSpacing) && spacings.contains(g.columnSpacing)
      && abs(g.alongRow.length - 1) < 0.01 && abs(g.alongColumn.length - 1) < 0.01
      && abs(g.alongRow.dot(g.alongColumn)) < 0.02
  }
}
