import Cine
import Plain

extension DicomFile {
  /// Bytes that are decoded at a time.
  private static let atOnce = 16 << 20

  /// SHA-256 of the decoded samples of all frames, as stored: native byte order, before any rescale. Bits above those
  /// stored are no part of a sample (PS3.5 section 8.1.1), so they are cleared, or filled with its sign.
  public func pixelSum() throws(DicomError) -> String {
    var sum = SHA256()
    let step = max(1, Self.atOnce / header.frameBytes)
    for first in stride(from: 0, to: header.frames, by: step) {
      var bytes = try pixels(frames: first..<min(first + step, header.frames))
      clearUnusedBits(&bytes)
      sum.update(bytes)
    }
    return sum.hex()
  }

  /// Fails where not every frame can be decoded. Uncompressed pixels were counted by `check`.
  public func checkPixels() throws(DicomError) {
    guard layout.pixels?.length == nil else { return }
    for frame in 0..<header.frames { _ = try pixels(frames: frame..<frame + 1) }
  }

  private func clearUnusedBits(_ bytes: inout [UInt8]) {
    guard header.bitsStored < header.bitsAllocated else { return }
    switch (header.bitsAllocated, header.signed) {
    case (8, false): clear(&bytes, UInt8.self)
    case (8, true): clear(&bytes, Int8.self)
    case (16, false): clear(&bytes, UInt16.self)
    case (16, true): clear(&bytes, Int16.self)
    case (32, false): clear(&bytes, UInt32.self)
    case (32, true): clear(&bytes, Int32.self)
    default: break
    }
  }

  private func clear<T: FixedWidthInteger>(_ bytes: inout [UInt8], _: T.Type) {
    let unused = header.bitsAllocated - header.bitsStored
    bytes.withUnsafeMutableBytes { raw in
      for at in stride(from: 0, through: raw.count - MemoryLayout<T>.size, by: MemoryLayout<T>.size) {
        let sample = raw.loadUnaligned(fromByteOffset: at, as: T.self)
        raw.storeBytes(of: (sample << unused) >> unused, toByteOffset: at, as: T.self)
      }
    }
  }
}
