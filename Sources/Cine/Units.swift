/// A length or position in millimetres, as DICOM gives all of its geometry.
public struct Millimetres: Hashable, Comparable, Sendable, Codable {
  public var value: Double
  public init(_ value: Double) { self.value = value }
  public static func < (a: Self, b: Self) -> Bool { a.value < b.value }
}

/// A time in milliseconds; within a cine, counted from the R wave.
public struct Milliseconds: Hashable, Comparable, Sendable, Codable {
  public var value: Double
  public init(_ value: Double) { self.value = value }
  public static func < (a: Self, b: Self) -> Bool { a.value < b.value }
}
