/// One way of drawing by itself, for `cinecor bench drawing`: what it would send, frame after frame.
public struct DrawingTrial {
  private var encoder: (any PictureEncoder)?
  private let setting: PictureSetting

  public init(_ mode: GraphicsMode, cell: (width: Int, height: Int)) {
    encoder = mode.encoder()
    setting = PictureSetting(cellWidth: cell.width, cellHeight: cell.height, colour: true)
  }

  /// Bytes past the screen; none for characters, which go through curses.
  public mutating func bytes(_ pictures: [Picture]) -> [UInt8] {
    let setting = setting
    return encoder?.bytes(for: pictures, setting) ?? []
  }
}
