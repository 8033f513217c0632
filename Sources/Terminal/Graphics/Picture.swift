/// A grey picture, row-major, 0 black to 255 white.
public struct GreyImage: Hashable, Sendable {
  public let rows: Int
  public let columns: Int
  public let pixels: [UInt8]

  /// `pixels.count` must be rows · columns.
  public init(rows: Int, columns: Int, pixels: [UInt8]) {
    precondition(pixels.count == rows * columns, "GreyImage: shape and pixels differ")
    self.rows = rows
    self.columns = columns
    self.pixels = pixels
  }
}

/// A picture and the cells that it owns, in layers: a grey image, and marks in colour over it. `key` names its content: a
/// picture whose key and place are unchanged is not sent again.
public struct Picture: Hashable, Sendable {
  public typealias Key = Int

  public let place: CellRectangle
  public let image: GreyImage
  /// Lines over the image, those further back first.
  public let marks: [Mark]
  public let key: Key

  public init(place: CellRectangle, image: GreyImage, marks: [Mark] = [], key: Key) {
    self.place = place
    self.image = image
    self.marks = marks
    self.key = key
  }
}

/// What the screen shows at one moment: cells, and pictures on them that do not touch one another.
public struct Frame: Hashable, Sendable {
  public var screen: Screen
  public var pictures: [Picture]

  public init(_ screen: Screen, pictures: [Picture] = []) { (self.screen, self.pictures) = (screen, pictures) }
}

/// One pixel of all layers together: a grey of 0…255, or the ink of a mark.
struct Tone: Hashable {
  private let value: UInt16

  init(grey: UInt8) { value = UInt16(grey) }
  init(_ ink: Ink) { value = 256 + UInt16(ink.rawValue) }

  var grey: UInt8 { UInt8(truncatingIfNeeded: min(value, 255)) }
  var ink: Ink? { value < 256 ? nil : Ink(rawValue: UInt8(truncatingIfNeeded: value - 256)) }
  /// 0…255 for greys, above them the inks.
  var index: Int { Int(value) }
}

extension Picture {
  /// All layers as one, row-major. Without `colour` marks are black or white, whatever stands out.
  func tones(colour: Bool) -> [Tone] {
    var tones = image.pixels.map { Tone(grey: $0) }
    for mark in marks where tones.indices.contains(mark.pixel) {
      tones[mark.pixel] = colour ? Tone(mark.ink) : Tone(grey: Ink.plain(over: image.pixels[mark.pixel]))
    }
    return tones
  }
}
