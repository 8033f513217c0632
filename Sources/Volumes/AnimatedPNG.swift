import CZlib

/// Moving pictures as one file (PNG, third edition, chapter "Animation"): every frame's image data as libpng compresses
/// it, in chunks that say when it is shown. Programs that know no animation show the first frame.
public enum AnimatedPNG {
  /// Frames of one shape [rows, columns, 3], and how long each is shown, ms. It begins again at the end. Nil where there
  /// is no frame or shapes differ.
  public static func encode(rows: Int, columns: Int, frames: [(rgb: [UInt8], milliseconds: Int)]) -> [UInt8]? {
    let pictures = frames.compactMap { PNG.encode(rows: rows, columns: columns, rgb: $0.rgb) }
    guard let first = pictures.first, pictures.count == frames.count else { return nil }
    let all = pictures.map(chunks)
    guard let header = all[0].first(where: { $0.name == "IHDR" }) else { return nil }
    var out = Array(first.prefix(8))
    append(header.name, header.data, to: &out)
    append("acTL", big(frames.count) + big(0), to: &out)
    var sequence = 0
    for (k, frame) in frames.enumerated() {
      let delay = UInt16(min(max(frame.milliseconds, 1), 65_535))
      let place = big(columns) + big(rows) + big(0) + big(0)
      let time = [UInt8(delay >> 8), UInt8(delay & 255), 0x03, 0xE8]
      append("fcTL", big(sequence) + place + time + [0, 0], to: &out)
      sequence += 1
      for chunk in all[k] where chunk.name == "IDAT" {
        if k == 0 {
          append("IDAT", chunk.data, to: &out)
        } else {
          append("fdAT", big(sequence) + chunk.data, to: &out)
          sequence += 1
        }
      }
    }
    append("IEND", [], to: &out)
    return out
  }

  private static func big(_ n: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: n >> (24 - 8 * $0)) } }

  /// Of a file that libpng has just written.
  private static func chunks(_ png: [UInt8]) -> [(name: String, data: ArraySlice<UInt8>)] {
    var found: [(String, ArraySlice<UInt8>)] = []
    var at = 8
    while at + 12 <= png.count {
      let count = png[at..<at + 4].reduce(0) { $0 << 8 | Int($1) }
      guard at + 12 + count <= png.count else { break }
      found.append((String(decoding: png[at + 4..<at + 8], as: UTF8.self), png[at + 8..<at + 8 + count]))
      at += 12 + count
    }
    return found
  }

  private static func append(_ name: String, _ data: some Collection<UInt8>, to out: inout [UInt8]) {
    out += big(data.count)
    let body = Array(name.utf8) + data
    out += body
    out += big(Int(crc32(0, body, UInt32(body.count))))
  }
}
