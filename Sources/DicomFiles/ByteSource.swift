import CDicom
import Glibc

/// Random access to a file's bytes: from its descriptor through a window, or from memory where it had to be inflated.
struct ByteSource {
  private let descriptor: Int32
  let count: Int
  private var window: [UInt8]
  private var start = 0

  /// `descriptor` stays the caller's and must be a regular file.
  init(descriptor: Int32) throws(DicomError) {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .cannotOpen(systemMessage()) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .notDicom }
    self.descriptor = descriptor
    count = Int(status.st_size)
    window = []
  }

  init(_ bytes: [UInt8]) {
    descriptor = -1
    count = bytes.count
    window = bytes
  }

  /// Makes sure that `length` bytes from `offset` are in the window; false where the file ends before.
  private mutating func load(_ offset: Int, _ length: Int) -> Bool {
    guard offset >= 0, length >= 0, offset <= count, length <= count - offset else { return false }
    if offset >= start, length <= window.count - (offset - start) { return true }
    guard descriptor >= 0 else { return false }
    guard let bytes = fetch(offset, max(length, min(1 << 14, count - offset))) else { return false }
    window = bytes
    start = offset
    return true
  }

  private func fetch(_ offset: Int, _ length: Int) -> [UInt8]? {
    let bytes = [UInt8](unsafeUninitializedCapacity: length) { buffer, initialized in
      while initialized < length {
        guard let base = buffer.baseAddress else { break }
        let n = pread(descriptor, base + initialized, length - initialized, offset + initialized)
        if n < 0, errno == EINTR { continue }
        guard n > 0 else { break }
        initialized += n
      }
    }
    return bytes.count == length ? bytes : nil
  }

  mutating func byte(_ offset: Int) -> UInt8? { load(offset, 1) ? window[offset - start] : nil }

  mutating func uint16(_ offset: Int, bigEndian: Bool) -> UInt16? {
    guard load(offset, 2) else { return nil }
    let (a, b) = (UInt16(window[offset - start]), UInt16(window[offset - start + 1]))
    return bigEndian ? a << 8 | b : b << 8 | a
  }

  mutating func uint32(_ offset: Int, bigEndian: Bool) -> UInt32? {
    guard let a = uint16(offset, bigEndian: bigEndian), let b = uint16(offset + 2, bigEndian: bigEndian) else {
      return nil
    }
    return bigEndian ? UInt32(a) << 16 | UInt32(b) : UInt32(b) << 16 | UInt32(a)
  }

  /// A copy of some bytes, or nil where the file ends before or shrank meanwhile.
  func bytes(_ offset: Int, _ length: Int) -> [UInt8]? {
    guard offset >= 0, length >= 0, offset <= count, length <= count - offset else { return nil }
    if offset >= start, length <= window.count - (offset - start) {
      return Array(window[offset - start..<offset - start + length])
    }
    return descriptor >= 0 ? fetch(offset, length) : nil
  }
}

/// What the system says of the last failed call.
public func systemMessage() -> String { strerror(errno).map { String(cString: $0) } ?? "error \(errno)" }
