import CPNG

/// Pictures in colour as PNG files (ISO/IEC 15948).
public enum PNG {
  /// The file's bytes; `rgb` is [rows, columns, 3]. Nil where the shape is not the pixels', or libpng has no memory.
  public static func encode(rows: Int, columns: Int, rgb: [UInt8]) -> [UInt8]? {
    guard (1...1 << 16).contains(rows), (1...1 << 16).contains(columns), rgb.count == rows * columns * 3 else {
      return nil
    }
    var image = png_image()
    image.version = UInt32(PNG_IMAGE_VERSION)
    (image.width, image.height) = (UInt32(columns), UInt32(rows))
    image.format = UInt32(PNG_FORMAT_RGB)
    defer { png_image_free(&image) }
    var size: png_alloc_size_t = 0
    guard png_image_write_to_memory(&image, nil, &size, 0, rgb, 0, nil) != 0 else { return nil }
    var bytes = [UInt8](repeating: 0, count: Int(size))
    guard png_image_write_to_memory(&image, &bytes, &size, 0, rgb, 0, nil) != 0 else { return nil }
    return Array(bytes.prefix(Int(size)))
  }
}
