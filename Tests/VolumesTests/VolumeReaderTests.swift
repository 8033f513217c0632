import CZlib
import Cine
import Foundation
import TestSupport
import Testing

@testable import Volumes

/// Packed volumes: unpacked once and not once a slice, with a bounded memory, and the same numbers in any order.
@Suite struct VolumeReaderTests {
  /// gzip of one member.
  static func packed(_ bytes: [UInt8]) throws -> [UInt8] {
    var stream = z_stream()
    try #require(
      deflateInit2_(
        &stream, 6, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK)
    defer { deflateEnd(&stream) }
    var (input, out) = (bytes, [UInt8](repeating: 0, count: bytes.count + 1000))
    let n = input.withUnsafeMutableBufferPointer { from in
      out.withUnsafeMutableBufferPointer { to in
        (stream.next_in, stream.avail_in) = (from.baseAddress, UInt32(from.count))
        (stream.next_out, stream.avail_out) = (to.baseAddress, UInt32(to.count))
        return deflate(&stream, Z_FINISH) == Z_STREAM_END ? to.count - Int(stream.avail_out) : 0
      }
    }
    return Array(out[..<n])
  }

  /// 8 × 4 pixels of int16 noise over some slices and phases.
  static func volume(slices: Int, phases: Int) -> [UInt8] {
    var bytes = Array(NIfTITests.Made().bytes(dims: [4, 8, 4, slices, phases, 1, 1, 1]).prefix(352))
    var random = SeededBytes(5)
    for _ in 0..<8 * 4 * slices * phases * 2 { bytes.append(UInt8(random.below(256))) }
    return bytes
  }

  @Test(arguments: [(30, 1), (6, 7), (1, 12)]) func aSliceAtATimeIsTheSame(_ slices: Int, _ phases: Int) throws {
    let bytes = Self.volume(slices: slices, phases: phases)
    let (plain, gz) = (try Opened(bytes), try Opened(Self.packed(bytes)))
    let all = try VolumeFile.frames(0..<slices * phases, descriptor: plain.descriptor).pixels
    // Two slices are kept at a time.
    var reader = VolumeReader(most: 2 * 64 * phases)
    func check(_ k: Int) throws {
      let range = k * phases..<(k + 1) * phases
      let got = try reader.frames(range, descriptor: gz.descriptor).pixels
      #expect(got == Array(all[range.lowerBound * 32..<range.upperBound * 32]))
    }
    for k in 0..<slices { try check(k) }
    // Time runs slowest in the file: several phases cost a pass a block. A stack of single pictures costs one in all.
    #expect(reader.nifti.begun == (phases == 1 ? 1 : (slices + 1) / 2))
    for k in (0..<slices).reversed() { try check(k) }
  }

  @Test func withRoomAllIsUnpackedOnce() throws {
    let gz = try Opened(Self.packed(Self.volume(slices: 6, phases: 7)))
    var reader = VolumeReader()
    for k in [3, 0, 5, 1, 2, 4] { _ = try reader.frames(k * 7..<(k + 1) * 7, descriptor: gz.descriptor) }
    #expect(reader.nifti.begun == 1)
  }

  /// What another file left is never taken for this one's; nor what this one was before somebody wrote to it.
  @Test func anotherFileIsAnother() throws {
    let (a, b) = (Self.volume(slices: 3, phases: 2), Self.volume(slices: 3, phases: 2).reversed().prefix(384))
    let first = try Opened(Self.packed(a))
    let second = try Opened(Self.packed(Array(a[..<352]) + b))
    var reader = VolumeReader()
    let one = try reader.frames(0..<2, descriptor: first.descriptor).pixels
    let two = try reader.frames(0..<2, descriptor: second.descriptor).pixels
    #expect(one != two)
    #expect(try reader.frames(0..<2, descriptor: first.descriptor).pixels == one)
  }

  @Test func whatIsDamagedInTheMiddleIsNamed() throws {
    var bytes = try Self.packed(Self.volume(slices: 40, phases: 10))
    for i in bytes.count / 2..<bytes.count / 2 + 40 { bytes[i] ^= 0x5A }
    let file = try Opened(bytes)
    #expect(throws: VolumeError.unreadable("its gzip data are damaged")) {
      try VolumeFile.contents(descriptor: file.descriptor)
    }
    let cut = try Opened(Array(try Self.packed(Self.volume(slices: 40, phases: 10)).dropLast(3000)))
    #expect(throws: VolumeError.truncated) { try VolumeFile.contents(descriptor: cut.descriptor) }
  }

  /// Half a gigabyte and more in a few kilobytes is refused by its head.
  @Test func aBombIsRefusedBeforeItIsUnpacked() throws {
    let head = NIfTITests.Made().bytes(dims: [4, 1024, 1024, 300, 1, 1, 1, 1]).prefix(352)
    let file = try Opened(
      Self.packed(head + [UInt8](repeating: 0, count: 1 << 20)) + [UInt8](repeating: 1, count: 700_000))
    #expect(throws: VolumeError.tooLarge(bytes: 352 + 600 << 20)) {
      try VolumeFile.contents(descriptor: file.descriptor)
    }
  }

  // MARK: Labels and pictures

  static func kind(_ values: [Double]) -> NumberKind {
    var census = NumberCensus()
    for value in values { census.add(value) }
    return census.kind
  }

  @Test func labelsAreToldFromPictures() {
    let map = (0..<4096).map { (i: Int) -> Double in
      let (y, x) = (i / 64 / 20, i % 64 / 20)
      return x == y ? Double(x) : 0
    }
    #expect(Self.kind(map) == .labels)
    // Probabilities, an empty map, and numbers of a whole-heart collection: their names decide.
    #expect(Self.kind(map.map { $0 / 7 }) == .perhapsLabels)
    #expect(Self.kind(map.map { _ in 0 }) == .perhapsLabels)
    #expect(Self.kind(map.map { $0 * 205 }) == .perhapsLabels)
    var random = SeededBytes(3)
    let noisy = map.map { (x: Double) -> Double in x * 100 + Double(random.below(60)) }
    #expect(Self.kind(noisy) == .greys)
    // Few greys, but no flat areas.
    let speckled = map.map { (_: Double) -> Double in Double(random.below(9)) }
    #expect(Self.kind(speckled) == .greys)
    #expect(Self.kind(map.map { $0 + 0.3 }) == .greys)
    for word in ["label", "gt", "seg", "seg4", "mask"] { #expect(LabelWords.contains(word)) }
    for word in ["segmented", "sa", "segment", "cine"] { #expect(!LabelWords.contains(word)) }
  }
}
