import CDicom

/// JPEG frames (PS3.5 sections A.4.1 and A.4.2; ITU-T T.81: baseline, extended and lossless) through DCMTK's decoders,
/// from memory.
enum Jpeg {
  static let transferSyntaxes: Set<String> = [
    "1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.51", "1.2.840.10008.1.2.4.57", "1.2.840.10008.1.2.4.70",
  ]

  /// One frame, whose size was held against the header's: samples interleaved, of 1 byte up to 8 bits, else 2, native
  /// order.
  static func decode(_ stream: [UInt8], precision: Int, _ header: DicomHeader) throws(DicomError) -> [UInt8] {
    let samples = header.rows * header.columns * header.samples
    var out = [UInt8](repeating: 0, count: precision > 8 ? 2 * samples : samples)
    var width: Int32 = 0
    var message = Message()
    let status = cdicom_decode_jpeg(
      stream, stream.count, Int32(precision), &out, out.count, &width, &message.bytes, Message.size)
    guard status == CDICOM_OK else {
      throw Codestream.isCut(stream, header) ? .truncated : message.error(status, header.transferSyntax)
    }
    return out
  }
}
