import COpenJPEG
import Glibc

/// JPEG 2000 and high-throughput JPEG 2000 frames (PS3.5 sections A.4.4 and A.4.11) through OpenJPEG, from memory.
enum Jpeg2000 {
  static let transferSyntaxes: Set<String> = [
    "1.2.840.10008.1.2.4.90", "1.2.840.10008.1.2.4.91", "1.2.840.10008.1.2.4.201", "1.2.840.10008.1.2.4.202",
    "1.2.840.10008.1.2.4.203",
  ]

  /// One frame's samples, `header.bytesPerSample` bytes each.
  static func decode(_ codestream: [UInt8], _ header: DicomHeader) throws(DicomError) -> CodedSamples {
    do throws(DicomError) {
      return try decoded(codestream, header)
    } catch {
      // OpenJPEG does not tell what is cut from what is damaged.
      throw error.code == "unreadable" && Codestream.isCut(codestream, header) ? .truncated : error
    }
  }

  private static func decoded(_ codestream: [UInt8], _ header: DicomHeader) throws(DicomError) -> CodedSamples {
    // Some writers put the codestream into the file format's boxes, which the standard forbids.
    let isBoxed = codestream.starts(with: [0, 0, 0, 12, 0x6A, 0x50])
    guard isBoxed || codestream.starts(with: [0xFF, 0x4F, 0xFF, 0x51]) else {
      throw .unreadable("a frame of it is no JPEG 2000")
    }
    let source = Source(codestream)
    let stream = source.stream()
    defer { opj_stream_destroy(stream) }
    let codec = opj_create_decompress(isBoxed ? OPJ_CODEC_JP2 : OPJ_CODEC_J2K)
    defer { opj_destroy_codec(codec) }
    var parameters = opj_dparameters_t()
    opj_set_default_decoder_parameters(&parameters)
    var image: UnsafeMutablePointer<opj_image_t>?
    defer { opj_image_destroy(image) }
    guard opj_setup_decoder(codec, &parameters) != 0, opj_read_header(stream, codec, &image) != 0 else {
      throw .unreadable("the head of its JPEG 2000 data is damaged")
    }
    // Before anything is decoded: what the codestream says must be what the header says.
    try check(image, header)
    // A codestream cut short decodes with a hole, and says so only here.
    guard opj_decode(codec, stream, image) != 0, opj_end_decompress(codec, stream) != 0 else {
      throw .unreadable("its JPEG 2000 data are damaged")
    }
    try check(image, header)
    return try withExtendedLifetime(source) { () throws(DicomError) in try samples(image, header) }
  }

  private static func check(_ image: UnsafeMutablePointer<opj_image_t>?, _ h: DicomHeader) throws(DicomError) {
    guard let image = image?.pointee, let components = image.comps, Int(image.numcomps) == h.samples else {
      throw .unreadable("its JPEG 2000 data have another number of samples than its header")
    }
    for c in 0..<h.samples {
      let part = components[c]
      guard Int(part.w) == h.columns, Int(part.h) == h.rows, part.dx == 1, part.dy == 1 else {
        throw .unreadable("its JPEG 2000 data are \(part.w) × \(part.h), its header says \(h.columns) × \(h.rows)")
      }
      guard (1...8 * UInt32(h.bytesPerSample)).contains(part.prec), part.prec <= 31 else {
        throw .unsupportedPixels("\(part.prec) bits in JPEG 2000")
      }
    }
  }

  private static func samples(
    _ image: UnsafeMutablePointer<opj_image_t>?, _ h: DicomHeader
  ) throws(DicomError) -> CodedSamples {
    let (n, width) = (h.rows * h.columns, h.bytesPerSample)
    var out = [UInt8](repeating: 0, count: n * h.samples * width)
    for c in 0..<h.samples {
      guard let part = image?.pointee.comps?[c], let data = part.data else {
        throw .unreadable("its JPEG 2000 data are damaged")
      }
      // Unsigned by the codestream but signed by the header: in as many bits as are stored, its highest is the sign.
      let shift: Int32 = h.signed && part.sgnd == 0 && part.prec <= h.bitsStored ? 32 - Int32(part.prec) : 0
      for i in 0..<n {
        let bits = UInt32(bitPattern: (data[i] << shift) >> shift)
        for b in 0..<width { out[(i * h.samples + c) * width + b] = UInt8(truncatingIfNeeded: bits >> UInt32(8 * b)) }
      }
    }
    let first = image?.pointee.comps?[0]
    return CodedSamples(
      bytes: out, width: width, precision: Int(first?.prec ?? 0), isSigned: (first?.sgnd ?? 0) != 0)
  }

  /// Bytes as OpenJPEG's stream.
  private final class Source {
    let bytes: [UInt8]
    var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    private static func of(_ data: UnsafeMutableRawPointer?) -> Source? {
      data.map { Unmanaged<Source>.fromOpaque($0).takeUnretainedValue() }
    }

    /// The stream points at this object, which must outlive it.
    func stream() -> UnsafeMutablePointer<opj_stream_t?>? {
      let stream = opj_stream_create(1 << 16, 1)
      opj_stream_set_user_data(stream, Unmanaged.passUnretained(self).toOpaque(), nil)
      opj_stream_set_user_data_length(stream, UInt64(bytes.count))
      opj_stream_set_read_function(stream) { buffer, count, data in
        guard let source = Source.of(data), let buffer, source.position < source.bytes.count else { return -1 }
        let n = min(Int(clamping: count), source.bytes.count - source.position)
        source.bytes.withUnsafeBytes { all in
          if let base = all.baseAddress { buffer.copyMemory(from: base + source.position, byteCount: n) }
        }
        source.position += n
        return n
      }
      opj_stream_set_skip_function(stream) { count, data in
        guard let source = Source.of(data), count >= 0 else { return -1 }
        let n = min(Int(clamping: count), source.bytes.count - source.position)
        source.position += n
        return n > 0 || count == 0 ? OPJ_OFF_T(n) : -1
      }
      opj_stream_set_seek_function(stream) { place, data in
        guard let source = Source.of(data), place >= 0, place <= source.bytes.count else { return 0 }
        source.position = Int(place)
        return 1
      }
      return stream
    }
  }
}
