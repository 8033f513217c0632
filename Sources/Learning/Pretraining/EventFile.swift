/// Scalars as TensorBoard reads them: records of protocol buffers (tensorflow/core/util/event.proto; the framing is that
/// of tensorflow/core/lib/io/record_writer.h).
enum EventFile {
  /// The file's first record.
  static var head: [UInt8] {
    // Event.file_version
    record(fixed64(1, Double(0).bitPattern) + bytes(3, Array("brain.Event:2".utf8)))
  }

  /// One step's scalars; `time` is in seconds since 1970.
  static func record(step: Int, time: Double, _ scalars: [(tag: String, value: Float)]) -> [UInt8] {
    // Event.summary = 5 { Summary.value = 1 { tag = 1, simple_value = 2 } }
    let values = scalars.flatMap { scalar in
      bytes(1, bytes(1, Array(scalar.tag.utf8)) + key(2, 5) + little(UInt64(scalar.value.bitPattern), 4))
    }
    return record(fixed64(1, time.bitPattern) + key(2, 0) + varint(UInt64(max(step, 0))) + bytes(5, values))
  }

  private static func record(_ data: [UInt8]) -> [UInt8] {
    let length = little(UInt64(data.count), 8)
    return length + little(UInt64(masked(length)), 4) + data + little(UInt64(masked(data)), 4)
  }

  private static func key(_ field: UInt64, _ wire: UInt64) -> [UInt8] { varint(field << 3 | wire) }
  private static func fixed64(_ field: UInt64, _ bits: UInt64) -> [UInt8] { key(field, 1) + little(bits, 8) }
  private static func bytes(_ field: UInt64, _ data: [UInt8]) -> [UInt8] {
    key(field, 2) + varint(UInt64(data.count)) + data
  }

  private static func varint(_ value: UInt64) -> [UInt8] {
    var (rest, out) = (value, [UInt8]())
    while rest >= 0x80 {
      out.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    return out + [UInt8(truncatingIfNeeded: rest)]
  }

  private static func little(_ value: UInt64, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * UInt64($0))) }
  }

  private static func masked(_ data: [UInt8]) -> UInt32 {
    let sum = crc32c(data)
    return (sum >> 15 | sum << 17) &+ 0xA282_EAD8
  }

  /// CRC-32C (RFC 3720, appendix B.4), bit by bit: records are short.
  static func crc32c(_ data: [UInt8]) -> UInt32 {
    ~data.reduce(UInt32.max) { sum, byte in
      (0..<8).reduce(sum ^ UInt32(byte)) { sum, _ in sum >> 1 ^ (sum & 1 == 1 ? 0x82F6_3B78 : 0) }
    }
  }
}
