import CZlib

/// PNG with a palette (W3C PNG 3, 11.2): a byte a pixel, greys and inks.
enum IndexedPNG {
  /// Greys of the palette; behind them come the inks.
  static let greys = 250

  /// Tones row-major [rows, columns].
  static func encode(rows: Int, columns: Int, tones: [Tone]) -> [UInt8] {
    var out: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    var header: [UInt8] = []
    big(columns, &header)
    big(rows, &header)
    // Eight bits, a palette, no interlace.
    header += [8, 3, 0, 0, 0]
    chunk("IHDR", header, &out)
    var palette: [UInt8] = []
    for i in 0..<greys {
      let grey = UInt8(i * 255 / (greys - 1))
      palette += [grey, grey, grey]
    }
    for ink in Ink.allCases { palette += [ink.rgb.red, ink.rgb.green, ink.rgb.blue] }
    chunk("PLTE", palette, &out)
    var lines: [UInt8] = []
    lines.reserveCapacity(rows * (columns + 1))
    for row in 0..<rows {
      lines.append(0)
      for tone in tones[(row * columns)..<((row + 1) * columns)] { lines.append(index(tone)) }
    }
    chunk("IDAT", deflated(lines), &out)
    chunk("IEND", [], &out)
    return out
  }

  static func index(_ tone: Tone) -> UInt8 {
    tone.ink.map { UInt8(greys) + $0.rawValue } ?? UInt8((Int(tone.grey) * (greys - 1) + 127) / 255)
  }

  private static func deflated(_ bytes: [UInt8]) -> [UInt8] {
    var size = compressBound(uLong(bytes.count))
    var out = [UInt8](repeating: 0, count: Int(size))
    guard compress2(&out, &size, bytes, uLong(bytes.count), 6) == Z_OK else { return [] }
    return Array(out.prefix(Int(size)))
  }

  private static func chunk(_ name: StaticString, _ data: [UInt8], _ out: inout [UInt8]) {
    big(data.count, &out)
    let from = out.count
    out += name
    out += data
    let sum = out[from...].withUnsafeBufferPointer { crc32(0, $0.baseAddress, uInt($0.count)) }
    big(Int(sum), &out)
  }

  private static func big(_ value: Int, _ out: inout [UInt8]) {
    for shift in [24, 16, 8, 0] { out.append(UInt8(truncatingIfNeeded: value >> shift)) }
  }
}

/// RFC 4648, section 4.
enum Base64 {
  private static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  static func encode(_ bytes: [UInt8]) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity((bytes.count + 2) / 3 * 4)
    for from in stride(from: 0, to: bytes.count, by: 3) {
      let left = min(bytes.count - from, 3)
      let (a, b, c) = (bytes[from], left > 1 ? bytes[from + 1] : 0, left > 2 ? bytes[from + 2] : 0)
      out.append(digits[Int(a >> 2)])
      out.append(digits[Int((a & 3) << 4 | b >> 4)])
      out.append(left > 1 ? digits[Int((b & 15) << 2 | c >> 6)] : UInt8(ascii: "="))
      out.append(left > 2 ? digits[Int(c & 63)] : UInt8(ascii: "="))
    }
    return out
  }
}
