/// A point or direction in the patient's coordinate system (DICOM PS3.3 C.7.6.2.1.1): x to the patient's left,
/// y to the back, z to the head; millimetres where it is a point.
public struct Vector3: Hashable, Sendable, Codable {
  public var x: Double
  public var y: Double
  public var z: Double

  public init(_ x: Double, _ y: Double, _ z: Double) {
    self.x = x
    self.y = y
    self.z = z
  }

  public static let zero = Vector3(0, 0, 0)

  public static func + (a: Vector3, b: Vector3) -> Vector3 { Vector3(a.x + b.x, a.y + b.y, a.z + b.z) }
  public static func - (a: Vector3, b: Vector3) -> Vector3 { Vector3(a.x - b.x, a.y - b.y, a.z - b.z) }
  public static func * (s: Double, v: Vector3) -> Vector3 { Vector3(s * v.x, s * v.y, s * v.z) }
  public static prefix func - (v: Vector3) -> Vector3 { Vector3(-v.x, -v.y, -v.z) }

  public func dot(_ o: Vector3) -> Double { x * o.x + y * o.y + z * o.z }
  public func cross(_ o: Vector3) -> Vector3 {
    Vector3(y * o.z - z * o.y, z * o.x - x * o.z, x * o.y - y * o.x)
  }
  public var length: Double { dot(self).squareRoot() }
  /// The same direction with length 1; a zero vector stays zero.
  public var normalized: Vector3 { length > 0 ? (1 / length) * self : self }
}
