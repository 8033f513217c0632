import CPNG

/// A grey picture of eight bits out of a PNG file: what collections of contours come as.
public struct GreyPicture: Sendable {
  public let rows: Int
  public let columns: Int
  /// [rows, columns], 0…255.
  public let pixels: [UInt8]

  /// Largest picture that is believed, pixels.
  private static let limit = 1 << 26

  /// Nil where the file is no PNG or damaged; colours become grey.
  public init?(path: String) {
    var image = png_image()
    image.version = UInt32(PNG_IMAGE_VERSION)
    guard png_image_begin_read_from_file(&image, path) != 0 else { return nil }
    defer { png_image_free(&image) }
    image.format = UInt32(PNG_FORMAT_GRAY)
    let (rows, columns) = (Int(image.height), Int(image.width))
    guard rows > 0, columns > 0, rows <= Self.limit / columns else { return nil }
    var pixels = [UInt8](repeating: 0, count: rows * columns)
    guard png_image_finish_read(&image, nil, &pixels, 0, nil) != 0 else { return nil }
    (self.rows, self.columns, self.pixels) = (rows, columns, pixels)
  }
}
