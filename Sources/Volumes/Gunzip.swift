import CZlib

/// gzip of any number of members (RFC 1952), as far as it is wanted.
enum Gunzip {
  static func isGzip(_ bytes: some Collection<UInt8>) -> Bool { bytes.starts(with: [0x1F, 0x8B]) }

  /// Bytes behind what is wanted in which the end of a member is looked for.
  static let nearEnd = 1 << 20

  /// The first `wanted` bytes of what the file holds, or all where there are fewer; nil where it is damaged. Little more
  /// is ever inflated: where it is to be `verified`, to the end of the member if that is near, as its checksum is there.
  static func inflate(_ bytes: [UInt8], wanted: Int, verified: Bool = false) -> [UInt8]? {
    let most = verified ? wanted + nearEnd : wanted
    var stream = z_stream()
    // 16 and the largest window: gzip.
    guard inflateInit2_(&stream, 31, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else { return nil }
    defer { inflateEnd(&stream) }
    var out: [UInt8] = []
    // Grown bit by bit it would take twice as much for a while.
    out.reserveCapacity(most)
    var chunk = [UInt8](repeating: 0, count: 1 << 18)
    var (damaged, isWrong) = (false, false)
    bytes.withUnsafeBufferPointer { input in
      var at = 0
      while out.count < most, at < input.count {
        let given = min(input.count - at, 1 << 20)
        stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress.map { $0 + at })
        stream.avail_in = UInt32(given)
        let status = chunk.withUnsafeMutableBufferPointer { buffer in
          stream.next_out = buffer.baseAddress
          stream.avail_out = UInt32(buffer.count)
          return CZlib.inflate(&stream, Z_NO_FLUSH)
        }
        at += given - Int(stream.avail_in)
        out += chunk[..<(chunk.count - Int(stream.avail_out))]
        if status == Z_STREAM_END {
          // Another member may follow; anything else behind the last is none of ours.
          guard out.count < wanted, isGzip(input[at...]) else { break }
          inflateReset(&stream)
        } else if status != Z_OK {
          damaged = status != Z_BUF_ERROR || at < input.count
          isWrong = status == Z_DATA_ERROR
          break
        }
      }
    }
    if isWrong && verified || damaged && out.count < wanted { return nil }
    out.removeLast(max(0, out.count - wanted))
    return out
  }
}
