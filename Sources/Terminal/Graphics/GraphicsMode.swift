/// How a picture is shown, best first.
public enum GraphicsMode: String, Hashable, Sendable, CaseIterable {
  /// The kitty graphics protocol.
  case kitty
  case sixel
  /// Half blocks in 256 greys, where the terminal takes 24-bit colour.
  case half
  /// Half blocks in the 24 greys of the 256-colour palette.
  case grey
  /// Quarter blocks, two of the 24 greys a cell.
  case quarter
  /// Dots, eight a cell.
  case braille
  case ascii

  public var name: String {
    switch self {
    case .kitty: "kitty"
    case .sixel: "sixel"
    case .half: "half-block"
    case .grey: "half-block · 24 grey"
    case .quarter: "quarter-block · 24 grey"
    case .braille: "braille"
    case .ascii: "ASCII"
    }
  }

  /// All names, as a sentence has them.
  public static var names: String {
    let all = allCases.map(\.rawValue)
    return all.dropLast().joined(separator: ", ") + " or " + (all.last ?? "")
  }

  /// Pixels that a cell shows, where they are counted in cells.
  public var pixelsPerCell: (rows: Int, columns: Int) {
    switch self {
    case .kitty, .sixel, .half, .grey: (2, 1)
    case .quarter: (2, 2)
    case .braille: (4, 2)
    case .ascii: (1, 1)
    }
  }

  /// Pictures have pixels of the terminal's own, and as many as it takes to fill their cells.
  public var isPixels: Bool { self == .sixel || self == .kitty }

  /// What shows pictures in this mode past the screen; nil where they are characters of the screen. Dots are where the
  /// terminal has a palette to make them light on dark.
  func encoder(palette: Bool = true) -> (any PictureEncoder)? {
    switch self {
    case .kitty: KittyEncoder()
    case .sixel: SixelEncoder()
    case .half, .grey, .quarter: GlyphEncoder(self)
    case .braille: palette ? GlyphEncoder(self) : nil
    case .ascii: nil
    }
  }
}
