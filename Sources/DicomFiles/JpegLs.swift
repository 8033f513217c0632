import CCharLS

/// JPEG-LS frames (PS3.5 section A.4.3, ITU-T T.87) of 2 to 16 bits through CharLS, from memory.
enum JpegLs {
  static let transferSyntaxes: Set<String> = ["1.2.840.10008.1.2.4.80", "1.2.840.10008.1.2.4.81"]

  /// One frame, whose size was held against the header's: samples interleaved, of 1 byte up to 8 bits, else 2, native
  /// order.
  static func decode(_ stream: [UInt8], _ header: DicomHeader) throws(DicomError) -> [UInt8] {
    guard let decoder = charls_jpegls_decoder_create() else { throw .unreadable("not enough memory") }
    defer { charls_jpegls_decoder_destroy(decoder) }
    // CharLS 2.4.1 goes round for ever where coded data end without any marker, so there is always one.
    return try (stream + [0xFF, 0xD9]).withUnsafeBytes { raw in
      Result { () throws(DicomError) in
        do throws(DicomError) {
          return try decode(raw, decoder, header)
        } catch {
          throw error.code == "unreadable" && Codestream.isCut(stream, header) ? .truncated : error
        }
      }
    }.get()
  }

  private static func decode(
    _ stream: UnsafeRawBufferPointer, _ decoder: OpaquePointer, _ header: DicomHeader
  ) throws(DicomError) -> [UInt8] {
    guard let base = stream.baseAddress else { throw .truncated }
    try check(charls_jpegls_decoder_set_source_buffer(decoder, base, stream.count))
    try check(charls_jpegls_decoder_read_header(decoder))
    var (size, info, mode) = (0, charls_frame_info(), CHARLS_INTERLEAVE_MODE_NONE)
    try check(charls_jpegls_decoder_get_destination_size(decoder, 0, &size))
    try check(charls_jpegls_decoder_get_frame_info(decoder, &info))
    try check(charls_jpegls_decoder_get_interleave_mode(decoder, &mode))
    let (count, samples, width) = (header.rows * header.columns, header.samples, info.bits_per_sample > 8 ? 2 : 1)
    guard size == count * samples * width else {
      throw .unreadable("its JPEG-LS data have another size than its header says")
    }
    var out = [UInt8](repeating: 0, count: size)
    try check(charls_jpegls_decoder_decode_to_buffer(decoder, &out, size, 0))
    guard mode == CHARLS_INTERLEAVE_MODE_NONE, samples > 1 else { return out }
    return DicomFile.interleaved(out, count: count, samples: samples, width: width)
  }

  private static func check(_ status: charls_jpegls_errc) throws(DicomError) {
    switch status {
    case CHARLS_JPEGLS_ERRC_SUCCESS: return
    // The coded data end, or a marker stands, where pixels were still to come.
    case CHARLS_JPEGLS_ERRC_SOURCE_BUFFER_TOO_SMALL, CHARLS_JPEGLS_ERRC_INVALID_ENCODED_DATA: throw .truncated
    default: throw .unreadable("its JPEG-LS data are damaged")
    }
  }

  /// Pixels of 12 bits, lossless, as an even number of bytes. Nil where there is no memory for it.
  static func encode(_ pixels: [UInt16], rows: Int, columns: Int) -> [UInt8]? {
    guard let encoder = charls_jpegls_encoder_create() else { return nil }
    defer { charls_jpegls_encoder_destroy(encoder) }
    var info = charls_frame_info(
      width: UInt32(columns), height: UInt32(rows), bits_per_sample: 12, component_count: 1)
    var (room, count) = (0, 0)
    guard charls_jpegls_encoder_set_frame_info(encoder, &info) == CHARLS_JPEGLS_ERRC_SUCCESS,
      charls_jpegls_encoder_get_estimated_destination_size(encoder, &room) == CHARLS_JPEGLS_ERRC_SUCCESS
    else { return nil }
    let out = [UInt8](unsafeUninitializedCapacity: room + 1) { buffer, used in
      guard let base = buffer.baseAddress,
        charls_jpegls_encoder_set_destination_buffer(encoder, base, room) == CHARLS_JPEGLS_ERRC_SUCCESS,
        pixels.withUnsafeBytes({ raw in
          raw.baseAddress.map { charls_jpegls_encoder_encode_from_buffer(encoder, $0, raw.count, 0) }
        }) == CHARLS_JPEGLS_ERRC_SUCCESS,
        charls_jpegls_encoder_get_bytes_written(encoder, &count) == CHARLS_JPEGLS_ERRC_SUCCESS
      else { return }
      buffer[count] = 0
      used = (count + 1) & ~1
    }
    return out.isEmpty ? nil : out
  }
}
