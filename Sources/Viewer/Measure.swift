import Cine
import Plain
import Glibc

/// What somebody measured on a picture by hand.
public struct Measure: Hashable, Sendable, Codable {
  /// Of two points, of three with the vertex in the middle, or of a closed line.
  public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
    case length, angle, area

    /// Points that it begins with, as shares of a square's side around its middle (down, right).
    var start: [SIMD2<Double>] {
      switch self {
      case .length: [SIMD2(0, -0.5), SIMD2(0, 0.5)]
      case .angle: [SIMD2(-0.5, 0.4), SIMD2(0, -0.4), SIMD2(0.5, 0.4)]
      case .area: [SIMD2(-0.5, 0), SIMD2(0, 0.5), SIMD2(0.5, 0), SIMD2(0, -0.5)]
      }
    }

    /// The last point is joined to the first.
    var isClosed: Bool { self == .area }
  }

  public let kind: Kind
  /// Row and column in pixels of the image itself, whatever part of it is on the screen.
  public var points: [SIMD2<Double>]

  public init(_ kind: Kind, _ points: [SIMD2<Double>]) { (self.kind, self.points) = (kind, points) }

  /// Sides as pairs of points.
  var sides: [(SIMD2<Double>, SIMD2<Double>)] {
    let pairs = zip(points, points.dropFirst()).map { ($0, $1) }
    guard kind.isClosed, let first = points.first, let last = points.last else { return pairs }
    return pairs + [(last, first)]
  }

  /// The number and its unit: mm, mm² or degrees within the plane (Pixel Spacing, DICOM PS3.3 10.7.1.1: between rows first,
  /// then between columns). Without spacing lengths and areas are in pixels, and an angle is none.
  public func value(_ geometry: Geometry?) -> (number: Double, unit: String)? {
    let spacing = geometry.map { SIMD2($0.rowSpacing, $0.columnSpacing) } ?? SIMD2(1, 1)
    let p = points.map { $0 * spacing }
    func length(_ v: SIMD2<Double>) -> Double { (v * v).sum().squareRoot() }
    switch kind {
    case .length:
      guard p.count == 2 else { return nil }
      return (length(p[1] - p[0]), geometry == nil ? "pixels" : "mm")
    case .area:
      guard p.count >= 3 else { return nil }
      let sum = p.indices.reduce(0.0) { sum, i in
        let b = p[(i + 1) % p.count]
        return sum + p[i].x * b.y - b.x * p[i].y
      }
      return (abs(sum) / 2, geometry == nil ? "pixels²" : "mm²")
    case .angle:
      guard geometry != nil, p.count == 3 else { return nil }
      let (a, b) = (p[0] - p[1], p[2] - p[1])
      let lengths = length(a) * length(b)
      guard lengths > 0 else { return nil }
      return (acos(min(max((a * b).sum() / lengths, -1), 1)) * 180 / Double.pi, "°")
    }
  }

  /// As it is said: "32.1 mm".
  public func text(_ geometry: Geometry?) -> String {
    guard let (number, unit) = value(geometry) else { return "no \(kind.rawValue) without spacing" }
    let digits = JSON.aligned(number, decimals: 1)
    return unit == "°" ? digits + unit : "\(digits) \(unit)" + (geometry == nil ? ", no spacing" : "")
  }
}

/// A measure that is kept, and where it was made.
public struct KeptMeasure: Hashable, Sendable, Codable {
  public let measure: Measure
  public let place: FramePlace
  /// Number and unit as they were then.
  public let text: String

  public init(_ measure: Measure, at place: FramePlace, text: String) {
    (self.measure, self.place, self.text) = (measure, place, text)
  }
}
