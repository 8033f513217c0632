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
}

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
