import Testing

@testable import Learning

@Suite struct EventFileTests {
  /// RFC 3720, appendix B.4.
  @Test func sumsAreThoseOfTheStandard() {
    #expect(EventFile.crc32c(Array("123456789".utf8)) == 0xE306_9283)
    #expect(EventFile.crc32c([UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
  }

  /// As TensorFlow's own writer gives it (tf.train.Event and Summary, wall_time 2, step 300, loss 0.5).
  @Test func recordsAreThoseOfTensorFlow() {
    let data: [UInt8] =
      [0x09, 0, 0, 0, 0, 0, 0, 0, 0x40, 0x10, 0xAC, 0x02, 0x2A, 0x0D, 0x0A, 0x0B, 0x0A, 0x04] + Array("loss".utf8)
      + [0x15, 0, 0, 0, 0x3F]
    let record = EventFile.record(step: 300, time: 2, [("loss", 0.5)])
    #expect(Array(record[..<8]) == [UInt8(data.count), 0, 0, 0, 0, 0, 0, 0])
    #expect(Array(record[12..<12 + data.count]) == data)
    #expect(record.count == data.count + 16)
    #expect(Array(EventFile.head.dropFirst(12).dropLast(4).suffix(15)) == [0x1A, 0x0D] + Array("brain.Event:2".utf8))
  }
}
