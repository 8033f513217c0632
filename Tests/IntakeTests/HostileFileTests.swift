import Cine
import DicomFiles
import Foundation
import Plain
import TestSupport
import Testing

@testable import Intake

/// Files made to break a reader. Each gets an answer with a reason or is read, through a real reading process, within
/// five seconds.
@Suite struct HostileFileTests {
  let scratch: ScratchFolder

  init() throws { scratch = try ScratchFolder() }

  /// Asks for facts and, where there are any, for pixels. A crash or a timeout is a finding here, not an answer.
  func answers(_ paths: [String]) -> [Int: Result<Reply, Refusal>] {
    var all: [Int: Result<Reply, Refusal>] = [:]
    let questions = paths.map { (path: $0, request: Request.facts) } + paths.map { ($0, .frames(0..<1)) }
    var last = Monotonic.now()
    TestWorkers.pool.ask(questions) { i, result in
      all[i] = result
      #expect(Monotonic.now() - last < 5)
      last = Monotonic.now()
      if case .failure(let refusal) = result {
        #expect(!["crashed", "too_slow", "no_worker"].contains(refusal.reason), "\(questions[i].path)")
        #expect(!refusal.text.isEmpty && !refusal.reason.isEmpty)
      }
      return true
    }
    #expect(all.count == questions.count)
    return all
  }

  func reasons(_ all: [Int: Result<Reply, Refusal>]) -> [String: Int] {
    Dictionary(
      all.values.map { result in
        if case .failure(let refusal) = result { return (refusal.reason, 1) }
        return ("ok", 1)
      }, uniquingKeysWith: +)
  }

  /// A header of 4 KB that is whole, with text, numbers and a sequence.
  static var header: [UInt8] {
    let filler = (0..<12).flatMap { i in
      DicomBytes.element(0x10, 0x1000 + 2 * i, "LO", Array(repeating: UInt8(65 + i), count: 300))
    }
    return DicomBytes.preamble
      + DicomBytes.element(2, 0x10, "UI", Array("1.2.840.10008.1.2.1\0".utf8))
      + DicomBytes.image(before: filler + DicomBytes.nested(3))
  }

  @Test func aFileCutAtEveryByteIsAnswered() throws {
    let (header, pixels) = (Self.header, DicomBytes.pixels())
    #expect(header.count > 3900 && header.count < 4500)
    let whole = header + pixels
    let paths = try (0...header.count).map { n in
      try scratch.write(String(100_000 + n), whole[..<n])
    }
    let found = reasons(answers(paths))
    // Nothing that is cut in its header is taken for whole.
    #expect(found["ok"] == nil)
    #expect(found["truncated", default: 0] > header.count)
    let last = try scratch.write("whole", whole)
    #expect(reasons(answers([last])) == ["ok": 2])
  }

  /// Attributes that sizes, places, times and values follow from.
  static let attributes: [(group: Int, element: Int, vr: String)] = [
    (0x28, 0x02, "US"), (0x28, 0x04, "CS"), (0x28, 0x06, "US"), (0x28, 0x08, "IS"), (0x28, 0x10, "US"),
    (0x28, 0x11, "US"), (0x28, 0x30, "DS"), (0x28, 0x100, "US"), (0x28, 0x101, "US"), (0x28, 0x102, "US"),
    (0x28, 0x103, "US"), (0x28, 0x1050, "DS"), (0x28, 0x1051, "DS"), (0x28, 0x1052, "DS"), (0x28, 0x1053, "DS"),
    (0x20, 0x32, "DS"), (0x20, 0x37, "DS"), (0x20, 0x11, "IS"), (0x20, 0x12, "IS"), (0x20, 0x13, "IS"),
    (0x20, 0x100, "IS"), (0x20, 0x1041, "DS"), (0x18, 0x50, "DS"), (0x18, 0x80, "DS"), (0x18, 0x1060, "DS"),
    (0x18, 0x1062, "IS"), (0x18, 0x1063, "DS"), (0x18, 0x1088, "IS"), (0x18, 0x1090, "IS"), (0x08, 0x05, "CS"),
  ]

  static func values(_ vr: String) -> [[UInt8]] {
    if vr == "US" {
      let numbers = [0, 1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 32, 255, 32_767, 32_768, 65_535]
      return numbers.map { [UInt8($0 & 255), UInt8($0 >> 8)] }
    }
    let texts = [
      "", "0", "-1", "1", "65536", "4294967296", "9223372036854775807", "-9223372036854775808", "1e308", "-1e308",
      "1e-320", "nan", "inf", "1\\2\\3\\4\\5\\6", "\\\\\\\\\\\\", String(repeating: "9", count: 400),
    ]
    return texts.map { text in Array(text.utf8) + (text.utf8.count & 1 == 0 ? [] : [32]) }
  }

  @Test func boundaryValuesOfEveryAttributeAreAnswered() throws {
    #expect(Self.attributes.count == 30)
    var paths: [String] = []
    for (n, attribute) in Self.attributes.enumerated() {
      for (k, value) in Self.values(attribute.vr).enumerated() {
        let odd = DicomBytes.element(attribute.group, attribute.element, attribute.vr, value)
        // Its own group's place is behind the image's description: the last of two elements stands, or the first.
        let file =
          attribute.group == 0x28
          ? DicomBytes.preamble + DicomBytes.image(replacing: attribute.element, by: odd) + DicomBytes.pixels()
          : DicomBytes.preamble + DicomBytes.image(before: odd) + DicomBytes.pixels()
        paths.append(try scratch.write("\(10 + n)-\(10 + k)", file))
      }
    }
    #expect(paths.count == 480)
    let found = reasons(answers(paths))
    #expect(found["ok", default: 0] > 400 && found["impossible_size", default: 0] > 40)
  }

  @Test func nestingMosaicsAndHugeClaimsAreAnswered() throws {
    let files: [(name: String, bytes: [UInt8], reason: String)] = [
      ("nested", DicomBytes.preamble + DicomBytes.nested(100_000), "too_deep"),
      (
        "nested-open",
        DicomBytes.preamble + Array(DicomBytes.nested(100_000).prefix(1_999_999)), "too_deep"
      ),
      (
        "claims", DicomBytes.preamble + DicomBytes.image(rows: 65_535, columns: 65_535) + DicomBytes.pixels(),
        "impossible_size"
      ),
      (
        "frames", DicomBytes.preamble + DicomBytes.image(frames: "999999999999") + DicomBytes.pixels(),
        "impossible_size"
      ),
      ("short", DicomBytes.preamble + DicomBytes.image(rows: 4000) + DicomBytes.pixels(), "truncated"),
      ("empty", [], "not_medical"), ("zeros", [UInt8](repeating: 0, count: 10_000), "not_medical"),
    ]
    let paths = try files.map { try scratch.write($0.name, $0.bytes) }
    let all = answers(paths)
    for (i, file) in files.enumerated() {
      guard case .failure(let refusal) = all[i] else {
        Issue.record("\(file.name) was read")
        continue
      }
      #expect(refusal.reason == file.reason, "\(file.name)")
    }
  }

  /// A picture whose bytes inflate to more than anybody may hold, in a file of a few megabytes.
  @Test func aBombIsAnswered() throws {
    let zeros = [UInt8](repeating: 0, count: 1 << 20)
    let packed = try Deflate.stored(repeating: zeros, count: 3000)
    let head =
      DicomBytes.preamble + DicomBytes.element(2, 0x10, "UI", Array("1.2.840.10008.1.2.1.99".utf8))
    let path = try scratch.write("bomb", head + packed)
    let start = Monotonic.now()
    guard case .failure(let refusal) = TestWorkers.pool.ask(path, .facts) else {
      Issue.record("a bomb was read")
      return
    }
    #expect(!refusal.isSkipped && !refusal.text.isEmpty)
    #expect(Monotonic.now() - start < 5)
    // The next file is read as if nothing had been.
    let next = try scratch.write("next", DicomBytes.preamble + DicomBytes.image() + DicomBytes.pixels())
    #expect(reasons(answers([next])) == ["ok": 2])
  }

  /// Deflate whose blocks copy what was before (RFC 1951, fixed codes): three gigabytes of zeros in three megabytes.
  enum Deflate {
    static func stored(repeating piece: [UInt8], count: Int) throws -> [UInt8] {
      var bits = Bits()
      bits.put(1, 1)
      bits.put(1, 2)
      // A literal zero: code 00110000; then copies of 258 bytes from one byte before: codes 11000101 and 00000.
      bits.code(0x30, 8)
      for _ in 0..<(piece.count / 258 * count) {
        bits.code(0xC5, 8)
        bits.code(0, 5)
      }
      bits.code(0, 7)
      return bits.bytes
    }

    struct Bits {
      private(set) var bytes: [UInt8] = []
      private var (held, count) = (UInt64(0), 0)

      mutating func put(_ value: UInt64, _ n: Int) {
        held |= value << UInt64(count)
        count += n
        while count >= 8 {
          bytes.append(UInt8(held & 255))
          (held, count) = (held >> 8, count - 8)
        }
      }

      /// Codes stand with their first bit first.
      mutating func code(_ value: Int, _ n: Int) {
        for i in (0..<n).reversed() { put(UInt64(value >> i & 1), 1) }
      }
    }
  }
}
