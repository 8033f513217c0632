/// Where a compressed picture ends by its own account, which needs neither an offset table nor a decoder.
enum Codestream {
  enum End: Equatable {
    /// Its end marker, or its last pixel, was the last byte that was read.
    case whole
    /// The data end before it.
    case cut
    /// This is no such stream.
    case damaged
  }

  /// Reads on to the end of the picture that begins here.
  static func end(_ reader: inout FragmentReader, _ header: DicomHeader) -> End {
    if header.transferSyntax == RunLength.transferSyntax { return RunLength.end(&reader, header) }
    return Jpeg2000.transferSyntaxes.contains(header.transferSyntax) ? jpeg2000(&reader) : jpeg(&reader)
  }

  /// True where a picture can begin with these bytes: a JPEG's or JPEG 2000's first marker, the first box of a JPEG 2000
  /// file, the number of segments of RLE and the place of the first (PS3.5 sections A.4 and G.5).
  static func begins(_ bytes: [UInt8], _ header: DicomHeader) -> Bool {
    if header.transferSyntax == RunLength.transferSyntax {
      let segments = UInt8(truncatingIfNeeded: header.samples * header.bytesPerSample)
      return bytes.starts(with: [segments, 0, 0, 0, 64, 0, 0, 0])
    }
    guard Jpeg2000.transferSyntaxes.contains(header.transferSyntax) else { return bytes.starts(with: [0xFF, 0xD8]) }
    return bytes.starts(with: [0xFF, 0x4F, 0xFF, 0x51]) || bytes.starts(with: [0, 0, 0, 12, 0x6A, 0x50])
  }

  /// Whether a picture that no decoder could read was cut short, rather than damaged.
  static func isCut(_ stream: [UInt8], _ header: DicomHeader) -> Bool {
    var reader = FragmentReader(stream)
    return end(&reader, header) == .cut
  }

  /// JPEG and JPEG-LS (ITU-T T.81 annex B, T.87 annex C). In coded data a byte FF is followed by one that makes no
  /// marker; what lies in a marker's segment (a preview, say) is stepped over.
  private static func jpeg(_ reader: inout FragmentReader) -> End {
    guard reader.integer(2) == 0xFFD8 else { return .damaged }
    while true {
      guard var byte = reader.next() else { return .cut }
      guard byte == 0xFF else { continue }
      while byte == 0xFF {
        guard let after = reader.next() else { return .cut }
        byte = after
      }
      switch byte {
      case 0xD9: return .whole
      case 0xD8: return .damaged
      case 0...0x7F, 0xD0...0xD7: continue
      default: guard let length = reader.integer(2), reader.skip(length - 2) else { return .cut }
      }
    }
  }

  /// JPEG 2000 (ITU-T T.800 annex A): markers of the main head, then tile-parts, each with its length.
  private static func jpeg2000(_ reader: inout FragmentReader) -> End {
    guard var first = reader.integer(4) else { return .cut }
    // Boxes of the file format (annex I) up to the one with the codestream.
    if first == 12 {
      guard reader.skip(8) else { return .cut }
      while true {
        guard let length = reader.integer(4), let kind = reader.integer(4) else { return .cut }
        if length == 1, reader.integer(8) == nil { return .cut }
        if kind == 0x6A70_3263 { break }
        guard length >= 8 else { return .damaged }
        guard reader.skip(length - 8) else { return .cut }
      }
      guard let inner = reader.integer(4) else { return .cut }
      first = inner
    }
    guard first == 0xFF4F_FF51 else { return .damaged }
    guard let size = reader.integer(2), reader.skip(size - 2) else { return .cut }
    while let marker = reader.integer(2) {
      switch marker {
      case 0xFFD9: return .whole
      case 0xFF90:
        guard reader.skip(4), let length = reader.integer(4), reader.skip(2) else { return .cut }
        // The last tile-part may leave its length open; its data hold no marker like the end's.
        if length == 0 { return openTilePart(&reader) }
        guard length >= 14 else { return .damaged }
        guard reader.skip(length - 12) else { return .cut }
      case 0xFF01...0xFFFE: guard let length = reader.integer(2), reader.skip(length - 2) else { return .cut }
      default: return .damaged
      }
    }
    return .cut
  }

  private static func openTilePart(_ reader: inout FragmentReader) -> End {
    var last: UInt8 = 0
    while let byte = reader.next() {
      if last == 0xFF, byte == 0xD9 { return .whole }
      last = byte
    }
    return .cut
  }
}
