import Cine
import Plain
import TestSupport
import Testing

@testable import DicomFiles

/// Compressed pixels, whatever way they lie in fragments (PS3.5 section A.4). Files by Tests/Fixtures/bad/codestreams.py.
@Suite struct EncapsulatedTests {
  func read<T>(_ name: String, _ body: (DicomFile) throws(DicomError) -> T) throws(DicomError) -> T {
    try withDescriptor("\(Museum.folder)/dicom/\(name).dcm") { (fd) throws(DicomError) in
      try body(try DicomFile(descriptor: fd, path: FilePath(name)))
    }
  }

  func pixels(_ name: String) throws -> [UInt8] { try read(name) { (file) throws(DicomError) in try file.pixels() } }

  /// Every frame in two fragments, with any table and with none: the pixels are those of one fragment a frame, and each
  /// frame is read alone, the last one first.
  @Test(arguments: ["50", "80", "90", "rle"], ["table", "extended_table", "no_table", "table_lies", "other_order"])
  func framesAreFound(_ kind: String, _ table: String) throws {
    let plain = try pixels("frames_\(kind)_plain")
    #expect(plain.count == 3 * 256 && Set([plain[..<256], plain[256..<512], plain[512...]]).count == 3)
    try read("frames_\(kind)_\(table)") { (file) throws(DicomError) in
      #expect(file.header.frames == 3)
      for frame in [2, 0, 1] {
        let own = try file.pixels(frames: frame..<frame + 1)
        #expect(own[...] == plain[256 * frame..<256 * (frame + 1)], "frame \(frame)")
      }
      let both = try file.pixels(frames: 1..<3)
      #expect(both[...] == plain[256...])
    }
  }

  /// A fragment that begins with a preview's first marker is no picture's first.
  @Test func previewsAreNoFrames() throws {
    let whole = try pixels("cut_50_not")
    #expect(try pixels("frames_50_previews") == whole + whole)
  }

  @Test(arguments: ["50", "80", "90", "rle"]) func onlyTheFrameThatIsCutIsLost(_ kind: String) throws {
    let plain = try pixels("frames_\(kind)_plain")
    try read("frames_\(kind)_last_cut") { (file) throws(DicomError) in
      let whole = try file.pixels(frames: 0..<2)
      #expect(whole[...] == plain[..<512])
      #expect(throws: DicomError.truncated) { try file.pixels(frames: 2..<3) }
      #expect(throws: DicomError.truncated) { try file.checkPixels() }
    }
  }

  @Test func theRunsOfOneFrameMayLieInTwoFragments() throws {
    #expect(try pixels("fragments_two_rle") == Array(pixels("frames_rle_plain")[..<256]))
  }

  /// Anywhere behind the first bytes of the coded data, with an end marker behind the cut and without.
  @Test(arguments: ["50", "51", "57", "70", "80", "81", "90", "91"]) func whatIsCutIsIncomplete(_ kind: String) throws {
    let whole = try read("cut_\(kind)_not") { (file) throws(DicomError) in
      (file.header, try Encapsulated(file.layout, file.header).streams(0..<1)[0], file)
    }
    _ = try pixels("cut_\(kind)_not")
    let marker: [UInt8] = kind.hasPrefix("9") ? [0xFF, 0x93] : [0xFF, 0xDA]
    let body = try #require(
      whole.1.indices.dropLast().first { whole.1[$0] == marker[0] && whole.1[$0 + 1] == marker[1] })
    for length in stride(from: body + 20, to: whole.1.count - 8, by: 7) {
      for end in [[], [0xFF, 0xD9]] as [[UInt8]] {
        #expect(throws: DicomError.truncated, "\(length) of \(whole.1.count), \(end)") {
          try whole.2.decoded(whole.1[..<length] + end)
        }
      }
    }
  }

  @Test(arguments: [2, 3, 5, 7], [8, 16]) func fewBitsOfJpegLsAreRead(_ bits: Int, _ allocated: Int) throws {
    let expected = (0..<256).flatMap { i in
      let value = UInt8(i % (1 << bits))
      return allocated == 8 ? [value] : [value, 0]
    }
    #expect(try pixels("jpeg_ls_\(bits)_bits_in_\(allocated)") == expected)
  }

  /// 12 bits are stored, the stream has 16: the hash and the numbers are those of the nearest that can be stored.
  @Test(arguments: [
    ("unsigned_90", 20, 0), ("unsigned_80", 20, 0), ("signed_90", 20, -2550), ("signed_80", 20, -2550),
    ("short_80", 16, -2048), ("short_90", 16, -2048),
  ])
  func samplesBeyondThoseStoredAreTheNearest(_ name: String, step: Int, first: Int) throws {
    let range = first < 0 ? -2048...2047 : 0...4095
    let expected = (0..<256).map { min(max($0 * step + first, range.lowerBound), range.upperBound) }
    try read("beyond_\(name)") { (file) throws(DicomError) in
      let values = try file.values(frames: 0..<1)
      #expect(values == expected.map(Float.init))
      let bytes = expected.flatMap { withUnsafeBytes(of: Int16($0).littleEndian) { Array($0) } }
      let sum = try file.pixelSum()
      #expect(sum == SHA256.hex(of: bytes))
    }
  }

  static let shared = SharedFolder.path("cases/files")

  /// What real encoders wrote.
  @Test(
    .enabled(if: shared != nil),
    arguments: [
      ("cine_80_frames_two_fragments", 80), ("two_fragments_no_table_j2k90", 8), ("two_fragments_no_table_jls80", 8),
      ("two_fragments_no_table_jpeg50", 8), ("rle_two_fragments", 1), ("jls_P03_near0", 1), ("jls_P05_near0", 1),
    ])
  func everyFrameIsReadInAnyOrder(_ name: String, _ frames: Int) throws {
    try withDescriptor("\(Self.shared ?? "")/\(name).dcm") { (fd) throws(DicomError) in
      let file = try DicomFile(descriptor: fd, path: FilePath(name))
      #expect(file.header.frames == frames)
      let size = file.header.frameBytes
      let last = try file.pixels(frames: frames - 1..<frames)
      let first = try file.pixels(frames: 0..<min(2, frames))
      let all = try file.pixels(frames: 0..<frames)
      #expect(all[(size * (frames - 1))...] == last[...] && all[..<first.count] == first[...])
    }
  }

  /// Near-lossless samples of 4096 in 12 bits were black.
  @Test(.enabled(if: shared != nil)) func overshootIsBright() throws {
    let bytes = try withDescriptor("\(Self.shared ?? "")/overshoot_jls_12bits_near2.dcm") { (fd) throws(DicomError) in
      try DicomFile(descriptor: fd, path: "").values(frames: 0..<1)
    }
    #expect(bytes.max() == 4095 && bytes.count { $0 == 4095 } > 1)
  }
}
