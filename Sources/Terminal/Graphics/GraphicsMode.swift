/// How a picture is shown, best first.
public enum GraphicsMode: String, Hashable, Sendable, CaseIterable {
  case sixel
  /// Half blocks in 256 greys, where the terminal takes 24-bit colour.
  case half
  /// Half blocks in the 24 greys of the 256-colour palette.
  case grey
  case ascii

  public var name: String {
    switch self {
    case .sixel: "sixel"
    case .half: "half-block"
    case .grey: "half-block · 24 grey"
    case .ascii: "ASCII"
    }
  }

  /// Pixels that a cell shows, where they are counted in cells.
  public var pixelsPerCell: (rows: Int, columns: Int) { self == .ascii ? (1, 1) : (2, 1) }

  /// Pictures have pixels of the terminal's own, and as many as it takes to fill their cells.
  public var isPixels: Bool { self == .sixel }

  /// What shows pictures in this mode past the screen; nil where they are characters of the screen.
  func encoder() -> (any PictureEncoder)? {
    switch self {
    case .sixel: SixelEncoder()
    case .half: GlyphEncoder(.trueColour)
    case .grey: GlyphEncoder(.palette)
    case .ascii: nil
    }
  }
}
