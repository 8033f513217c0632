import CDicom

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
    return header.isPlanar && header.samples > 1 ? interleaved(bytes) : bytes
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

  private func compressed(_ frames: Range<Int>) throws(DicomError) -> [UInt8] {
    guard let place = layout.pixels, let items = layout.source.bytes(place.offset, layout.end - place.offset) else {
      throw .truncated
    }
    if layout.transferSyntax == RunLength.transferSyntax { return try runLength(items, frames) }
    if Jpeg2000.transferSyntaxes.contains(layout.transferSyntax) {
      var all: [UInt8] = []
      for i in frames { all += try Jpeg2000.decode(try codestream(items, frame: i), header) }
      return all
    }
    for i in frames { try checkJpeg(items, frame: i) }
    // DCMTK wants the delimiter that some files lack.
    let end: [UInt8] = [0xFE, 0xFF, 0xDD, 0xE0, 0, 0, 0, 0]
    let closed = items.suffix(8).elementsEqual(end) ? items : items + end
    let set = try DataSet(imageModule() + closed, transferSyntax: layout.transferSyntax)
    let size = header.frameBytes
    let decoded = cdicom_frame_size(set.handle)
    guard decoded == 0 || decoded == size else { throw .unsupportedTransferSyntax(layout.transferSyntax) }
    // DCMTK wants an even number of bytes.
    let room = size + (size & 1)
    var all: [UInt8] = []
    all.reserveCapacity(size * frames.count)
    var frame = [UInt8](repeating: 0, count: room)
    for i in frames {
      var planar: Int32 = 0
      var message = Message()
      let status = cdicom_decode_frame(
        set.handle, UInt32(i), &frame, room, &planar, &message.bytes, Message.size)
      // Its transfer syntax is one that can be decoded.
      guard status == CDICOM_OK else { throw .unreadable("frame \(i + 1): \(message.text)") }
      let whole = frame.count == size ? frame : Array(frame[..<size])
      all += planar == 1 && header.samples > 1 ? interleaved(whole) : whole
    }
    return all
  }

  /// A decoder leaves what a smaller picture does not fill.
  private func checkJpeg(_ items: [UInt8], frame: Int) throws(DicomError) {
    // Where nothing tells which fragments are the frame's, the decoder finds out.
    guard let stream = try? codestream(items, frame: frame) else { return }
    guard let head = JpegHead(stream) else { throw .unreadable("a frame of it is no JPEG") }
    // Rows may be told behind the picture instead (DNL).
    guard head.rows == header.rows || head.rows == 0, head.columns == header.columns, head.samples == header.samples
    else {
      throw .unreadable(
        "its JPEG data are \(head.columns) × \(head.rows) of \(head.samples) samples, its header says "
          + "\(header.columns) × \(header.rows) of \(header.samples)")
    }
  }

  /// Each frame is one fragment (PS3.5 section A.4.2); the first item is the offset table.
  private func runLength(_ items: [UInt8], _ frames: Range<Int>) throws(DicomError) -> [UInt8] {
    let fragments = Self.fragments(items).dropFirst()
    guard fragments.count >= header.frames else { throw .truncated }
    guard header.bitsAllocated >= 8 else { throw .unsupportedPixels("single bits in RLE") }
    var all: [UInt8] = []
    all.reserveCapacity(header.frameBytes * frames.count)
    for i in frames {
      let frame = RunLength.decode(
        Array(items[fragments[fragments.startIndex + i]]), count: header.rows * header.columns,
        samples: header.samples, width: header.bytesPerSample)
      guard let frame else { throw .unreadable("its RLE data are damaged") }
      all += frame
    }
    return all
  }

  /// One frame's fragments joined: the only frame has all of them, each of many has one, or the offset table says
  /// (PS3.5 section A.4).
  private func codestream(_ items: [UInt8], frame: Int) throws(DicomError) -> [UInt8] {
    let all = Self.fragments(items)
    guard let table = all.first, all.count > 1 else { throw .truncated }
    let parts = Array(all.dropFirst())
    if header.frames == 1 { return parts.flatMap { items[$0] } }
    if parts.count == header.frames { return Array(items[parts[frame]]) }
    func offset(_ i: Int) -> Int {
      (0..<4).reduce(0) { $0 | Int(items[table.lowerBound + 4 * i + $1]) << (8 * $1) }
    }
    guard table.count >= 4 * header.frames else { throw .unreadable("its fragments do not tell their frames") }
    // Offsets count from the first fragment's item tag.
    let start = parts[0].lowerBound - 8
    let first = start + offset(frame)
    let end = frame + 1 < header.frames ? start + offset(frame + 1) : items.count
    let own = parts.filter { $0.lowerBound - 8 >= first && $0.lowerBound - 8 < end }
    guard !own.isEmpty else { throw .unreadable("its offset table is damaged") }
    return own.flatMap { items[$0] }
  }

  /// Where the items of encapsulated pixels lie (PS3.5 section A.4).
  private static func fragments(_ items: [UInt8]) -> [Range<Int>] {
    func word(_ at: Int) -> Int { (0..<4).reduce(0) { $0 | Int(items[at + $1]) << (8 * $1) } }
    var (at, found) = (0, [Range<Int>]())
    while at + 8 <= items.count, word(at) == 0xE000_FFFE, word(at + 4) <= items.count - at - 8 {
      found.append(at + 8..<at + 8 + word(at + 4))
      at = found[found.count - 1].upperBound
    }
    return found
  }

  /// A data set of nothing but the checked image description and the head of its pixels, explicit little endian: all that
  /// a decoder gets to see beside the fragments.
  private func imageModule() -> [UInt8] {
    var out: [UInt8] = []
    func put(_ element: UInt16, _ vr: String, _ value: [UInt8]) {
      let even = value.count & 1 == 0 ? value : value + [vr == "CS" || vr == "IS" ? 32 : 0]
      out += [0x28, 0, UInt8(element & 255), UInt8(element >> 8)] + Array(vr.utf8)
      out += [UInt8(even.count & 255), UInt8(even.count >> 8)] + even
    }
    func number(_ element: UInt16, _ value: Int) { put(element, "US", [UInt8(value & 255), UInt8(value >> 8 & 255)]) }
    number(0x0002, header.samples)
    put(0x0004, "CS", Array(header.photometric.utf8.prefix(16)))
    if header.samples > 1 { number(0x0006, header.isPlanar ? 1 : 0) }
    put(0x0008, "IS", Array("\(header.frames)".utf8))
    number(0x0010, header.rows)
    number(0x0011, header.columns)
    number(0x0100, header.bitsAllocated)
    number(0x0101, header.bitsStored)
    number(0x0102, header.highBit)
    number(0x0103, header.signed ? 1 : 0)
    return out + [0xE0, 0x7F, 0x10, 0] + Array("OB".utf8) + [0, 0, 255, 255, 255, 255]
  }

  private static func swap(_ bytes: inout [UInt8], width: Int) {
    guard width > 1 else { return }
    var i = 0
    while i + width <= bytes.count {
      bytes[i..<i + width].reverse()
      i += width
    }
  }

  /// Colour planes to colour pixels.
  private func interleaved(_ bytes: [UInt8]) -> [UInt8] {
    let (n, width, samples) = (header.rows * header.columns, header.bytesPerSample, header.samples)
    var out = [UInt8](repeating: 0, count: bytes.count)
    for frame in stride(from: 0, to: bytes.count, by: n * width * samples) {
      for s in 0..<samples {
        for i in 0..<n {
          for b in 0..<width { out[frame + (i * samples + s) * width + b] = bytes[frame + (s * n + i) * width + b] }
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
