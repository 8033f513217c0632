/// Where an image plane lies in the patient (DICOM PS3.3 C.7.6.2, Image Plane Module).
public struct Geometry: Hashable, Sendable, Codable {
  /// Image Position (Patient), (0020,0032): the centre of the first pixel, mm.
  public var origin: Vector3
  /// First triple of Image Orientation (Patient), (0020,0037): the way in which the column index grows. Unit length.
  public var alongRow: Vector3
  /// Second triple of (0020,0037): the way in which the row index grows. Unit length.
  public var alongColumn: Vector3
  /// First value of Pixel Spacing (0028,0030): mm between the centres of adjacent rows.
  public var rowSpacing: Double
  /// Second value of Pixel Spacing: mm between the centres of adjacent columns.
  public var columnSpacing: Double

  public init(
    origin: Vector3, alongRow: Vector3, alongColumn: Vector3, rowSpacing: Double, columnSpacing: Double
  ) {
    self.origin = origin
    self.alongRow = alongRow
    self.alongColumn = alongColumn
    self.rowSpacing = rowSpacing
    self.columnSpacing = columnSpacing
  }

  /// Right-handed normal of the plane, unit length.
  public var normal: Vector3 { alongRow.cross(alongColumn).normalized }

  /// The plane's distance from the coordinate origin along its own normal, mm: what slices are ordered by.
  public var positionAlongNormal: Double { origin.dot(normal) }

  /// The patient coordinates (mm) of a pixel's centre; fractions are allowed.
  public func point(row: Double, column: Double) -> Vector3 {
    origin + (column * columnSpacing) * alongRow + (row * rowSpacing) * alongColumn
  }

  /// The pixel, with fractions, onto which a point (mm) falls along the normal.
  public func pixel(of point: Vector3) -> (row: Double, column: Double) {
    let d = point - origin
    return (row: d.dot(alongColumn) / rowSpacing, column: d.dot(alongRow) / columnSpacing)
  }
}
