import CArchive
import CZlib
import Glibc

/// A gzip for libarchive to read from, by zlib: libarchive's own reader holds no checksum against what it inflates.
final class GzipStream {
  private let file: gzFile?
  private var buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 17, alignment: 16)
  private(set) var failure: String?

  /// `descriptor` stays the caller's.
  init(_ descriptor: Int32) {
    let own = dup(descriptor)
    file = gzdopen(own, "rb")
    if file == nil, own >= 0 { close(own) }
  }

  deinit {
    if let file { gzclose_r(file) }
    buffer.deallocate()
  }

  /// This must live as long as the archive.
  func open(_ archive: OpaquePointer) -> Int32 {
    archive_read_open(
      archive, Unmanaged.passUnretained(self).toOpaque(), nil,
      { archive, stream, start in
        guard let stream, let start else { return -1 }
        let own = Unmanaged<GzipStream>.fromOpaque(stream).takeUnretainedValue()
        start.pointee = UnsafeRawPointer(own.buffer.baseAddress)
        return own.read()
      }, nil)
  }

  /// Bytes that are new in the buffer; 0 at the end, -1 where it is damaged.
  private func read() -> Int {
    guard let file else { return -1 }
    let n = Int(gzread(file, buffer.baseAddress, UInt32(buffer.count)))
    // What ends too early is told by the error alone.
    var code: Int32 = 0
    let text = gzerror(file, &code)
    guard n >= 0, n > 0 || code == Z_OK || code == Z_STREAM_END else {
      failure = code == Z_BUF_ERROR ? "it ends too early" : Self.reason(text)
      return -1
    }
    return n
  }

  /// zlib puts the file's name in front, which here is but a number.
  private static func reason(_ text: UnsafePointer<CChar>?) -> String {
    guard let text = text.map({ String(cString: $0) }), let end = text.firstRange(of: ": ") else {
      return "its data is damaged"
    }
    return String(text[end.upperBound...])
  }

  /// Reads what is left, where the checksum is; why it does not hold, nil where it does.
  func failureAtEnd(most: Int) -> String? {
    var left = most
    while left > 0 {
      let n = read()
      guard n > 0 else { return failure }
      left -= n
    }
    return "it does not end"
  }
}
