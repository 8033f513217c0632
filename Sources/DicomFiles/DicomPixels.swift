/// Pixels as stored: row-major, samples interleaved, native byte order, a byte for every single bit; before any rescale.
extension DicomFile {
  /// Bytes that the pixels of all frames take in an uncompressed file.
  var layoutBytes: Int { (storedFrameBits * header.frames + 7) / 8 }

  /// Bits of one uncompressed frame as stored; 4:2:2 chrominance (PS3.3 C.7.6.3.1.2) has two samples a pixel.
  private var storedFrameBits: Int {
    header.rows * header.columns * (isSubsampled ? 2 : header.samples) * header.bitsAllocated
  }

  private var isSubsampled: Bool {
    (header.photometric == "YBR_FULL_422" || header.photometric == "YBR_PARTIAL_422") && header.samples == 3
      && header.bitsAllocated == 8 && layout.pixels?.length != nil
  }

  /// All frames.
  public func pixels() throws(DicomError) -> [UInt8] { try pixels(frames: 0..<header.frames) }

  /// Some frames (from 0), `frameBytes` each. Missing data is an error, never filled in.
  public func pixels(frames: Range<Int>) throws(DicomError) -> [UInt8] {
    guard frames.lowerBound >= 0, frames.upperBound <= header.frames else {
      throw .unreadable("it has no frame \(frames.upperBound)")
    }
    guard let place = layout.pixels else { throw .noPixels }
    if let length = place.length { return try native(place, length, frames) }
    return try compressed(frames)
  }

  private func native(_ place: DicomLayout.Pixels, _ length: Int, _ frames: Range<Int>) throws(DicomError) -> [UInt8] {
    if header.bitsAllocated == 1 { return try bits(place, frames) }
    let big = layout.encoding == .explicitBig
    let stored = storedFrameBits / 8
    // Bytes that were written as 16-bit big-endian words are swapped in pairs, which an odd frame begins amid.
    let odd = big && place.isWords && header.bitsAllocated == 8
    let offset = stored * frames.lowerBound
    let first = odd ? offset & ~1 : offset
    let last = min(odd ? (stored * frames.upperBound + 1) & ~1 : stored * frames.upperBound, length)
    guard var bytes = layout.source.bytes(place.offset + first, last - first) else { throw .truncated }
    if odd { Self.swap(&bytes, width: 2) } else if big { Self.swap(&bytes, width: header.bytesPerSample) }
    if offset > first { bytes.removeFirst(offset - first) }
    guard bytes.count >= stored * frames.count else { throw .truncated }
    bytes.removeLast(bytes.count - stored * frames.count)
    if isSubsampled { return Self.upsampled(bytes) }
    guard header.isPlanar && header.samples > 1 else { return bytes }
    return Self.interleaved(
      bytes, count: header.rows * header.columns, samples: header.samples, width: header.bytesPerSample)
  }

  /// Bit 0 of the first byte is the first pixel (PS3.5 section 8.1.1); frames follow one another without padding.
  private func bits(_ place: DicomLayout.Pixels, _ frames: Range<Int>) throws(DicomError) -> [UInt8] {
    let count = header.rows * header.columns
    let swapped = layout.encoding == .explicitBig && place.isWords
    guard var packed = layout.source.bytes(place.offset, min(place.length ?? 0, (layoutBytes + 1) & ~1)) else {
      throw .truncated
    }
    if swapped { Self.swap(&packed, width: 2) }
    guard packed.count * 8 >= count * frames.upperBound else { throw .truncated }
    return (count * frames.lowerBound..<count * frames.upperBound).map { packed[$0 >> 3] >> UInt8($0 & 7) & 1 }
  }

  /// Frames out of their fragments, each decoded alone.
  private func compressed(_ frames: Range<Int>) throws(DicomError) -> [UInt8] {
    guard header.bitsAllocated >= 8 else { throw .unsupportedPixels("single bits, compressed") }
    var all: [UInt8] = []
    all.reserveCapacity(header.frameBytes * frames.count)
    for stream in try Encapsulated(layout, header).streams(frames) { all += try decoded(stream) }
    return all
  }

  func decoded(_ stream: [UInt8]) throws(DicomError) -> [UInt8] {
    let syntax = header.transferSyntax
    if syntax == RunLength.transferSyntax { return try RunLength.decode(stream, header) }
    if Jpeg2000.transferSyntaxes.contains(syntax) { return try Jpeg2000.decode(stream, header).fitted(header) }
    guard let head = JpegHead(stream) else {
      throw Codestream.isCut(stream, header) ? .truncated : .unreadable("a frame of it is no JPEG")
    }
    try head.check(header)
    let bytes =
      JpegLs.transferSyntaxes.contains(syntax)
      ? try JpegLs.decode(stream, header) : try Jpeg.decode(stream, precision: head.precision, header)
    let width = bytes.count / (header.rows * header.columns * header.samples)
    return CodedSamples(bytes: bytes, width: width, precision: head.precision, isSigned: false).fitted(header)
  }

  private static func swap(_ bytes: inout [UInt8], width: Int) {
    guard width > 1 else { return }
    var i = 0
    while i + width <= bytes.count {
      bytes[i..<i + width].reverse()
      i += width
    }
  }

  /// Colour planes of frames of `count` pixels to colour pixels.
  static func interleaved(_ bytes: [UInt8], count: Int, samples: Int, width: Int) -> [UInt8] {
    var out = [UInt8](repeating: 0, count: bytes.count)
    for frame in stride(from: 0, to: bytes.count, by: count * width * samples) {
      for s in 0..<samples {
        for i in 0..<count {
          for b in 0..<width {
            out[frame + (i * samples + s) * width + b] = bytes[frame + (s * count + i) * width + b]
          }
        }
      }
    }
    return out
  }

  /// Y Y Cb Cr to Y Cb Cr, Y Cb Cr.
  private static func upsampled(_ bytes: [UInt8]) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(bytes.count / 2 * 3)
    for i in stride(from: 0, to: bytes.count - 3, by: 4) {
      out += [bytes[i], bytes[i + 2], bytes[i + 3], bytes[i + 1], bytes[i + 2], bytes[i + 3]]
    }
    return out
  }
}
