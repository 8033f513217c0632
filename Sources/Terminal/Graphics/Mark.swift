/// One pixel of a line over a picture.
public struct Mark: Hashable, Sendable {
  /// Row · columns + column of the image.
  public let pixel: Int
  public let ink: Ink

  public init(pixel: Int, ink: Ink) { (self.pixel, self.ink) = (pixel, ink) }
}

/// What lines over a picture are drawn with: colours that stand apart for every kind of colour vision (after Okabe and Ito),
/// and characters that no grey is made of.
public enum Ink: UInt8, Hashable, Sendable, CaseIterable {
  case orange, blue, yellow, pink, violet, green

  public var rgb: (red: UInt8, green: UInt8, blue: UInt8) {
    switch self {
    case .orange: (255, 95, 0)
    case .blue: (0, 215, 255)
    case .yellow: (255, 255, 95)
    case .pink: (255, 135, 215)
    case .violet: (175, 135, 255)
    case .green: (95, 255, 135)
    }
  }

  /// The same of the 256-colour palette.
  var palette: UInt8 {
    switch self {
    case .orange: 202
    case .blue: 45
    case .yellow: 227
    case .pink: 212
    case .violet: 141
    case .green: 84
    }
  }

  var character: Character {
    switch self {
    case .orange: "o"
    case .blue: "x"
    case .yellow: "v"
    case .pink: "a"
    case .violet: "r"
    case .green: "X"
    }
  }

  /// Where there are no colours: whatever stands out from the grey beneath.
  static func plain(over grey: UInt8) -> UInt8 { grey < 128 ? 255 : 0 }
}
