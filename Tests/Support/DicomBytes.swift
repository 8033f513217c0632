/// Bytes of data sets made by hand, explicit little endian.
public enum DicomBytes {
  public static let preamble = [UInt8](repeating: 0, count: 128) + Array("DICM".utf8)

  public static func long(_ n: Int) -> [UInt8] { (0..<4).map { UInt8(n >> (8 * $0) & 255) } }

  public static func tag(_ group: Int, _ element: Int) -> [UInt8] {
    [UInt8(group & 255), UInt8(group >> 8), UInt8(element & 255), UInt8(element >> 8)]
  }

  public static func element(_ group: Int, _ element: Int, _ vr: String, _ value: [UInt8]) -> [UInt8] {
    let isLong = ["OB", "OD", "OF", "OW", "SQ", "UN"].contains(vr)
    let head = tag(group, element) + Array(vr.utf8)
    return head + (isLong ? [0, 0] + long(value.count) : Array(long(value.count).prefix(2))) + value
  }

  public static func us(_ group: Int, _ e: Int, _ value: Int) -> [UInt8] {
    element(group, e, "US", Array(long(value).prefix(2)))
  }

  /// An 8 × 6 image of 16 bits; `before` and `after` go around its description.
  public static func image(rows: Int = 8, columns: Int = 6, before: [UInt8] = [], frames: String = "1 ") -> [UInt8] {
    element(8, 0x60, "CS", Array("MR".utf8)) + before + us(0x28, 2, 1) + element(0x28, 8, "IS", Array(frames.utf8))
      + us(0x28, 0x10, rows) + us(0x28, 0x11, columns) + us(0x28, 0x100, 16) + us(0x28, 0x101, 12)
      + us(0x28, 0x102, 11) + us(0x28, 0x103, 0)
  }

  /// The same with one element of group 0028 in place of its own, or added.
  public static func image(replacing element: Int, by other: [UInt8]) -> [UInt8] {
    let own: [(Int, [UInt8])] = [
      (2, us(0x28, 2, 1)), (8, self.element(0x28, 8, "IS", Array("1 ".utf8))), (0x10, us(0x28, 0x10, 8)),
      (0x11, us(0x28, 0x11, 6)), (0x100, us(0x28, 0x100, 16)), (0x101, us(0x28, 0x101, 12)),
      (0x102, us(0x28, 0x102, 11)), (0x103, us(0x28, 0x103, 0)),
    ]
    let all = (own.filter { $0.0 != element } + [(element, other)]).sorted { $0.0 < $1.0 }
    return self.element(8, 0x60, "CS", Array("MR".utf8)) + all.flatMap(\.1)
  }

  public static func pixels(_ count: Int = 96) -> [UInt8] {
    element(0x7FE0, 0x10, "OW", (0..<count).map { UInt8($0 & 1 == 0 ? $0 : 0) })
  }

  /// A sequence in an item in a sequence …, all of undefined length.
  public static func nested(_ depth: Int) -> [UInt8] {
    let undefined = long(0xFFFF_FFFF)
    let open = tag(8, 0x1140) + Array("SQ".utf8) + [0, 0] + undefined + tag(0xFFFE, 0xE000) + undefined
    let close = tag(0xFFFE, 0xE00D) + long(0) + tag(0xFFFE, 0xE0DD) + long(0)
    return Array(repeating: open, count: depth).flatMap { $0 } + Array(repeating: close, count: depth).flatMap { $0 }
  }
}
