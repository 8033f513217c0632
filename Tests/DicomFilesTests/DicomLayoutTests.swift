import Cine
import Foundation
import Plain
import TestSupport
import Testing

@testable import DicomFiles

private typealias Bytes = DicomBytes

@Suite struct DicomLayoutTests {
  let scratch: ScratchFolder

  init() throws { scratch = try ScratchFolder() }

  func error(_ bytes: [UInt8]) throws -> DicomError? {
    let path = try scratch.write(UUID().uuidString, bytes)
    do throws(DicomError) {
      _ = try DicomFile.decode(path: path)
      return nil
    } catch {
      return error
    }
  }

  @Test func aFileWithoutPreambleOrMetaInformationIsRead() throws {
    #expect(try error(Bytes.image() + Bytes.pixels()) == nil)
    #expect(try error(Bytes.preamble + Bytes.image() + Bytes.pixels()) == nil)
    let path = try scratch.write("plain", Bytes.image() + Bytes.pixels())
    let (header, bytes) = try DicomFile.decode(path: path)
    #expect(header.transferSyntax == "1.2.840.10008.1.2.1")
    #expect(header.rows == 8 && header.columns == 6 && header.bitsStored == 12)
    let expected: [UInt8] = (0..<96).map { UInt8($0 & 1 == 0 ? $0 : 0) }
    #expect(bytes == expected)
  }

  func file(_ bytes: [UInt8]) throws -> (header: DicomHeader, sum: String, values: [Float]) {
    try withDescriptor(try scratch.write(UUID().uuidString, bytes)) { (fd) throws(DicomError) in
      let file = try DicomFile(descriptor: fd, path: "")
      return (file.header, try file.pixelSum(), try file.values(frames: 0..<1))
    }
  }

  /// Bits above those stored may hold anything (PS3.5 section 8.1.1): they are no part of the sample.
  @Test(arguments: [0, 1]) func unusedBitsAreNoPartOfASample(_ isSigned: Int) throws {
    let samples: [UInt16] = (0..<48).map { UInt16($0) * 100 }
    func image(_ rubbish: UInt16) -> [UInt8] {
      Bytes.preamble + Bytes.image(replacing: 0x103, by: Bytes.us(0x28, 0x103, isSigned))
        + Bytes.element(0x7FE0, 0x10, "OW", samples.flatMap { Bytes.long(Int($0 & 0xFFF | rubbish)).prefix(2) })
    }
    let (clean, other) = (try file(image(0)), try file(image(0xA000)))
    #expect(clean.sum == other.sum && clean.values == other.values)
    let expected = samples.map { isSigned == 1 ? Int16(bitPattern: $0 << 4) >> 4 : Int16($0 & 0xFFF) }
    #expect(clean.values == expected.map(Float.init))
    let bytes = expected.flatMap { x in withUnsafeBytes(of: x.littleEndian) { Array($0) } }
    #expect(clean.sum == SHA256.hex(of: bytes))
  }

  /// Float Pixel Data and Double Float Pixel Data (PS3.3 C.7.6.24, C.7.6.25).
  @Test func floatingPointIsRead() throws {
    let numbers: [Double] = (0..<48).map { Double($0) / 4 - 3 }
    for (element, vr, bits) in [(8, "OF", 32), (9, "OD", 64)] {
      let bytes = numbers.flatMap { x -> [UInt8] in
        bits == 32
          ? withUnsafeBytes(of: Float(x).bitPattern.littleEndian) { Array($0) }
          : withUnsafeBytes(of: x.bitPattern.littleEndian) { Array($0) }
      }
      let head =
        Bytes.element(8, 0x60, "CS", Array("MR".utf8)) + Bytes.us(0x28, 2, 1) + Bytes.us(0x28, 0x10, 8)
        + Bytes.us(0x28, 0x11, 6) + Bytes.us(0x28, 0x100, bits)
      let read = try file(Bytes.preamble + head + Bytes.element(0x7FE0, element, vr, bytes))
      #expect(read.header.isFloat && read.header.bitsAllocated == bits)
      #expect(read.values == numbers.map(Float.init))
      #expect(read.sum == SHA256.hex(of: bytes))
      #expect(try error(Bytes.preamble + head + Bytes.element(0x7FE0, element, vr, bytes.dropLast(8))) == .truncated)
    }
  }

  @Test func highThroughputJpeg2000IsRead() throws {
    let path = Museum.folder + "/dicom/htj2k_whole.dcm"
    let (header, bytes) = try DicomFile.decode(path: path)
    #expect(header.transferSyntax == "1.2.840.10008.1.2.4.201")
    let expected = (0..<256).flatMap { i in withUnsafeBytes(of: UInt16(i * 7 % 4096).littleEndian) { Array($0) } }
    #expect(bytes == expected)
  }

  /// What some writers mean well: no frames are one, and a highest bit that cannot be is that of all others.
  @Test func harmlessSlipsAreForgiven() throws {
    let none = try file(Bytes.preamble + Bytes.image(frames: "0 ") + Bytes.pixels())
    #expect(none.header.frames == 1)
    for highest in [0, 10, 16, 65_535] {
      let odd = try file(
        Bytes.preamble + Bytes.image(replacing: 0x102, by: Bytes.us(0x28, 0x102, highest)) + Bytes.pixels())
      #expect(odd.header.highBit == 11 && odd.values == none.values)
    }
  }

  @Test func whatIsNoImageIsSkipped() throws {
    #expect(try error([]) == .notDicom)
    #expect(try error(Array("Notes on the study\n".utf8)) == .notDicom)
    #expect(try error([UInt8](repeating: 0, count: 5000)) == .notDicom)
    // macOS keeps a file's attributes in a twin of its name.
    let twin: [UInt8] = [0, 5, 0x16, 7, 0, 2, 0, 0] + Array("Mac OS X".utf8) + [UInt8](repeating: 0, count: 4000)
    #expect(try error(twin) == .notDicom)
    #expect(try error(Bytes.preamble + Bytes.element(8, 0x60, "CS", Array("SR".utf8))) == .noPixels)
    #expect(throws: DicomError.notDicom) { try DicomHeader.read(path: scratch.path) }
    #expect(throws: DicomError.notDicom) { try DicomHeader.read(path: "/dev/null") }
  }

  @Test func aFileThatBreaksOffIsTruncated() throws {
    let whole = Bytes.preamble + Bytes.image() + Bytes.pixels()
    #expect(try error(whole) == nil)
    for missing in [1, 2, 50, 95, 100, 110, 140, 150] {
      #expect(try error(whole.dropLast(missing)) == .truncated, "\(missing) bytes missing")
    }
    // The element is whole, but holds fewer pixels than the image has.
    #expect(try error(Bytes.preamble + Bytes.image() + Bytes.pixels(94)) == .truncated)
  }

  @Test func impossibleSizesAreRefusedBeforeAnyDecoder() throws {
    let sizes = [(0, 6, "1 "), (8, 0, "1 "), (8, 6, "-1"), (8, 6, "1A"), (65535, 65535, "1 ")]
    for (rows, columns, frames) in sizes {
      let bytes = Bytes.preamble + Bytes.image(rows: rows, columns: columns, frames: frames) + Bytes.pixels()
      #expect(try error(bytes)?.code == "impossible_size", "\(rows) × \(columns), \(frames) frames")
    }
    #expect(try error(Bytes.preamble + Bytes.image(frames: "999999999999") + Bytes.pixels())?.code == "impossible_size")
    #expect(try error(Bytes.preamble + Bytes.image(frames: "9 ") + Bytes.pixels()) == .truncated)
  }

  @Test func nestingIsFollowedToItsLimit() throws {
    func nested(_ bytes: [UInt8]) throws -> DicomError? {
      try error(Bytes.preamble + Bytes.image(before: bytes) + Bytes.pixels())
    }
    #expect(try nested(Bytes.nested(60)) == nil)
    #expect(try nested(Bytes.nested(70)) == .tooDeep)
    #expect(try nested(Bytes.nested(100_000)) == .tooDeep)
    #expect(try nested(Array(Bytes.nested(100_000).prefix(1_000_000))) == .tooDeep)
  }

  @Test func unknownTransferSyntaxesAreNamed() throws {
    let syntax = "1.2.840.10008.1.2.4.100"
    let meta = Bytes.element(2, 0x10, "UI", Array(syntax.utf8) + [0, 0].prefix(syntax.utf8.count & 1))
    #expect(try error(Bytes.preamble + meta + Bytes.image() + Bytes.pixels()) == .unsupportedTransferSyntax(syntax))
  }

  @Test func everySentenceSaysWhatAndCodesAreStable() {
    let errors: [DicomError] = [
      .notDicom, .noPixels, .cannotOpen("x"), .truncated, .tooDeep, .unsupportedTransferSyntax("1.2"),
      .unsupportedPixels("x"), .impossibleSize("x"), .unreadable("x"), .noDictionary,
    ]
    #expect(Set(errors.map(\.code)).count == errors.count)
    #expect(errors.allSatisfy { $0.code.allSatisfy { $0.isLowercase || $0 == "_" } && $0.text.count > 10 })
    #expect(DicomError.truncated.unreadable("/a").path == "/a")
    #expect(DicomError.truncated.unreadable("/a").reason == "truncated")
  }

  /// Whatever the bytes: an answer, never a crash; and never pixels that the file does not have.
  @Test(arguments: DicomWriter.Compression.allCases)
  func damagedFilesAreAnswered(_ compression: DicomWriter.Compression) throws {
    try DicomWriter.write(Synthetic.loaded(phases: 1), folder: scratch.path + "/good", compression: compression)
    let good = [UInt8](try #require(FileManager.default.contents(atPath: scratch.path + "/good/01-01-01.dcm")))
    var random = SplitMix(seed: 7)
    var answered = 0
    for _ in 0..<300 {
      var bytes = good
      for _ in 0..<Int(random.next() % 6) + 1 {
        bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: random.next())
      }
      if random.next() % 4 == 0 { bytes.removeLast(Int(random.next() % UInt64(bytes.count))) }
      let path = try scratch.write("damaged", bytes)
      do throws(DicomError) {
        let (header, pixels) = try DicomFile.decode(path: path)
        #expect(pixels.count == header.frameBytes * header.frames)
      } catch {
        #expect(!error.text.isEmpty)
      }
      answered += 1
    }
    #expect(answered == 300)
  }
}
