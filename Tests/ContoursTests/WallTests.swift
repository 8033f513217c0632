import Cine
import Glibc
import Preparation
import Testing

@testable import Contours

/// A stack of rings of known thickness with a right ventricle beside them: what the wall measures.
struct RingStack {
  static let size = 96
  static let pitch = 1.25
  var slices = 9
  /// As it is where rows run down and columns to the left of the body: the normal looks to the base.
  var baseFirst = false
  /// Pixels.
  var cavity = (ed: 16.0, es: 11.0)
  var wall = (ed: 8.0, es: 12.0)
  /// Degrees of the picture, from columns to rows: where the right ventricle lies, and how wide.
  var right: (middle: Double, width: Double)? = (180, 120)
  /// A sector that is as thick at end-systole as at end-diastole.
  var still: (middle: Double, width: Double)?
  /// A sector, of the middle third, that is thicker by pixels at both moments.
  var thick: (middle: Double, width: Double, by: Double)?
  var holes = false
  /// The plane that everybody's short axis lies about in, as it is shown: the septum on the left, the front wall above.
  var plane = Geometry(
    origin: .zero, alongRow: Vector3(0.74, 0.63, -0.21).normalized,
    alongColumn: Vector3(0.74, 0.63, -0.21).cross(Vector3(0.6, -0.6, -0.5)).normalized, rowSpacing: 1.25,
    columnSpacing: 1.25)

  static func isIn(_ angle: Double, _ sector: (middle: Double, width: Double)) -> Bool {
    var d = (angle - sector.middle).truncatingRemainder(dividingBy: 360)
    if d < -180 { d += 360 }
    if d > 180 { d -= 360 }
    return abs(d) <= sector.width / 2
  }

  func square(_ slice: Int, systole: Bool) -> [UInt8] {
    // From base to apex; cavities grow smaller, the right ventricle ends two slices before the left.
    let fromBase = baseFirst ? slice : slices - 1 - slice
    let taper = 1 - 0.5 * Double(fromBase) / Double(slices)
    let half = Double(Self.size - 1) / 2
    return (0..<Self.size * Self.size).map { k in
      let (y, x) = (Double(k / Self.size) - half, Double(k % Self.size) - half)
      let (r, angle) = ((y * y + x * x).squareRoot(), atan2(y, x) * 180 / .pi)
      let inner = (systole ? cavity.es : cavity.ed) * taper
      var thickness = systole ? wall.es : wall.ed
      if systole, let still, Self.isIn(angle, still) { thickness = wall.ed }
      if let thick, fromBase * 3 / slices == 1, Self.isIn(angle, (thick.middle, thick.width)) { thickness += thick.by }
      if r < inner { return HeartLabel.leftVentricle.rawValue }
      if r < inner + thickness {
        let hole = holes && (k / Self.size) % 6 == 0 && r > inner + 2 && r < inner + thickness - 2
        return hole ? HeartLabel.rest.rawValue : HeartLabel.leftMuscle.rawValue
      }
      if let right, fromBase < slices - 2, r < inner + thickness + 14, Self.isIn(angle, right) {
        return HeartLabel.rightVentricle.rawValue
      }
      return HeartLabel.rest.rawValue
    }
  }

  /// Slices 8 mm apart.
  var planes: [Geometry] {
    return (0..<slices).map { k in
      var one = plane
      one.origin = plane.origin + 8 * Double(k) * plane.normal
      return one
    }
  }

  var stack: [DrawnClip] {
    (0..<slices).map { k in
      DrawnClip(
        item: ClipChoice.Item(series: 0, slice: k, view: .shortAxis),
        placement: Placement(
          centre: (60, 60), size: Self.size, pitch: Self.pitch, rowSpacing: 1.25, columnSpacing: 1.25),
        frames: 2, labels: square(k, systole: false) + square(k, systole: true), pixelArea: Self.pitch * Self.pitch)
    }
  }

  var segments: WallSegments? { WallSegments(stack, planes: planes, endDiastole: 0, endSystole: 1) }
}

@Suite struct WallTests {
  @Test(arguments: [5.0, 8, 12, 18]) func aRingOfKnownThickness(_ pixels: Double) throws {
    var ring = RingStack()
    ring.wall = (pixels, pixels)
    let wall = try #require(ring.segments)
    #expect(wall.segments.map(\.number) == Array(1...16))
    for one in wall.segments {
      #expect(abs(one.mean - pixels * 1.25) < 0.5 && abs(one.greatest - pixels * 1.25) < 0.8, "\(one)")
      #expect(abs(one.thickening ?? 99) < 5)
    }
    #expect(abs(wall.mean - pixels * 1.25) < 0.3)
    #expect(abs((wall.septalRatio ?? 0) - 1) < 0.05 && abs((wall.apicalRatio ?? 0) - 1) < 0.08)
  }

  @Test func holesAreWall() throws {
    let (whole, holed) = (RingStack(), RingStack(holes: true))
    #expect(whole.square(4, systole: false) != holed.square(4, systole: false))
    #expect(try #require(whole.segments) == (try #require(holed.segments)))
  }

  @Test func thickeningOfTheMean() throws {
    let wall = try #require(RingStack().segments)
    // From 8 to 12 pixels.
    for one in wall.segments { #expect(abs((one.thickening ?? 0) - 50) < 6, "\(one)") }
  }

  /// The sector opposite to the right ventricle is the lateral wall, whichever way the stack runs.
  @Test(arguments: [true, false]) func aSectorThatStandsStillIsItsSegments(_ baseFirst: Bool) throws {
    var ring = RingStack(baseFirst: baseFirst)
    ring.still = (middle: 0, width: 110)
    let wall = try #require(ring.segments)
    let still = wall.segments.filter { ($0.thickening ?? 99) < 20 }.map(\.number)
    #expect(still == [5, 6, 11, 12, 16])
  }

  /// Front and back are told from each other: on a picture with the front wall at its top, as all are shown, the septum
  /// on the left, and the apex towards the one who looks.
  @Test func frontAndBack() throws {
    var ring = RingStack()
    ring.right = (180, 120)
    let up = ring.planes[0]
    // The rows run down the body, and the first slice lies at the apex.
    #expect(up.alongColumn.z < -0.5 && up.normal.x < 0 && up.normal.z > 0)
    ring.thick = (middle: -90, width: 50, by: 6)
    let base = try #require(ring.segments)
    #expect(base.isNamed && base.thickest?.number == 7)
    ring.thick = (middle: 90, width: 50, by: 6)
    #expect(try #require(ring.segments).thickest?.number == 10)
    ring.thick = (middle: -150, width: 50, by: 6)
    #expect(try #require(ring.segments).thickest?.number == 8)
    ring.thick = (middle: 150, width: 50, by: 6)
    #expect(try #require(ring.segments).thickest?.number == 9)
    #expect(WallSegments.name(8) == "mid anteroseptal" && WallSegments.name(14) == "apical septal")
  }

  /// The right ventricle may lie anywhere in the picture: a turned picture has the same segments.
  @Test(arguments: [0.0, 90, 200, 300]) func aTurnedPicture(_ turn: Double) throws {
    var ring = RingStack(right: (turn, 120))
    ring.still = (middle: turn, width: 110)
    let still = try #require(ring.segments).segments.filter { ($0.thickening ?? 99) < 20 }.map(\.number)
    #expect(still == [2, 3, 8, 9, 14])
  }

  @Test func noRightVentricleNoSegments() {
    #expect(RingStack(right: nil).segments == nil)
    #expect(RingStack(slices: 2).segments == nil)
  }

  /// Planes along the axes of the body are no short axes: the numbers then name nothing.
  @Test func aMadeUpPlaceHasNoNames() throws {
    var ring = RingStack()
    ring.plane.alongRow = Vector3(1, 0, 0)
    ring.plane.alongColumn = Vector3(0, 1, 0)
    #expect(try !#require(ring.segments).isNamed)
  }

  @Test func oneProfile() throws {
    let size = RingStack.size
    let ring = RingStack().square(3, systole: false)
    let profile = try #require(WallProfile(ring, size: size, pitch: 1.25))
    #expect(profile.closed == 1)
    let septum = try #require(profile.septum(ring, size: size, pitch: 1.25))
    #expect(abs(septum.count - 40) <= 3 && abs(septum.first - 40) <= 2)
    #expect(WallProfile([UInt8](repeating: 0, count: size * size), size: size, pitch: 1.25) == nil)
    // Half a ring is open.
    let half = ring.enumerated().map { $0.offset / size < size / 2 && $0.element == 2 ? 0 : $0.element }
    #expect(abs(try #require(WallProfile(half, size: size, pitch: 1.25)).closed - 0.5) < 0.05)
  }
}
