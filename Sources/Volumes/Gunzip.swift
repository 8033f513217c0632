import CZlib

/// gzip of any number of members (RFC 1952), inflated from its start on as far as it is wanted. What it has read of the
/// file it knows by itself, so that another descriptor of the same file can follow.
final class Gunzip {
  static func isGzip(_ bytes: some Collection<UInt8>) -> Bool { bytes.starts(with: [0x1F, 0x8B]) }

  /// The first `wanted` bytes of what some bytes inflate to, or as many as there are; nil where they are damaged.
  static func start(of bytes: [UInt8], _ wanted: Int) -> [UInt8]? {
    guard let one = Gunzip() else { return nil }
    var rest = bytes[...]
    return try? one.read(wanted) { most in
      defer { rest = rest.dropFirst(most) }
      return Array(rest.prefix(most))
    }
  }

  /// Bytes behind what is wanted in which the end of a member is looked for.
  private static let nearEnd = 1 << 20
  private static let piece = 1 << 18

  /// zlib wants it to stay where it is.
  private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
  private var input: [UInt8] = []
  private var inputAt = 0
  /// Bytes of the file that it took.
  private var taken = 0
  /// Bytes that it made.
  private(set) var made = 0
  private var isAtEnd = false
  private var isMemberDone = false

  init?() {
    stream.initialize(to: z_stream())
    // 16 and the largest window: gzip.
    guard inflateInit2_(stream, 31, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
      stream.deallocate()
      return nil
    }
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
  }

  /// The next `count` bytes, or as many as there are.
  func read(_ count: Int, from descriptor: Int32) throws(VolumeError) -> [UInt8] {
    try read(count) { VolumeFile.bytes(descriptor, self.taken, $0) }
  }

  /// Passes over as many.
  func skip(_ count: Int, from descriptor: Int32) throws(VolumeError) {
    var left = count
    while left > 0, !isAtEnd { left -= try read(min(left, Self.piece), from: descriptor).count }
  }

  /// The checksum of a member stands at its end: where that is near, it is held against it.
  func verify(_ descriptor: Int32) throws(VolumeError) {
    var left = Self.nearEnd
    while left > 0, !isAtEnd, !isMemberDone {
      left -= Self.piece
      _ = try read(Self.piece, from: descriptor, oneMember: true)
    }
  }

  private func read(_ count: Int, from descriptor: Int32, oneMember: Bool) throws(VolumeError) -> [UInt8] {
    try read(count, oneMember: oneMember) { VolumeFile.bytes(descriptor, self.taken, $0) }
  }

  private func read(
    _ count: Int, oneMember: Bool = false, _ more: (Int) -> [UInt8]?
  ) throws(VolumeError) -> [UInt8] {
    var failure: VolumeError?
    let out = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      do throws(VolumeError) {
        while filled < count, !isAtEnd, let base = buffer.baseAddress {
          let n = try step(base + filled, count - filled, more)
          (filled, made) = (filled + n, made + n)
          if oneMember, isMemberDone { break }
        }
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return out
  }

  /// Some more bytes; none where only input was taken, or nothing is left.
  private func step(
    _ out: UnsafeMutablePointer<UInt8>, _ room: Int, _ more: (Int) -> [UInt8]?
  ) throws(VolumeError) -> Int {
    if input.count - inputAt < 2 {
      guard let next = more(Self.piece) else { throw .unreadable("it cannot be read") }
      input = Array(input[inputAt...]) + next
      (inputAt, taken) = (0, taken + next.count)
    }
    if isMemberDone {
      // Another member may follow; anything else behind the last is none of ours.
      guard Self.isGzip(input[inputAt...]) else {
        isAtEnd = true
        return 0
      }
      inflateReset(stream)
      isMemberDone = false
    }
    let given = input.count - inputAt
    let status = input.withUnsafeMutableBufferPointer { bytes in
      stream.pointee.next_in = bytes.baseAddress.map { $0 + inputAt }
      stream.pointee.avail_in = UInt32(given)
      stream.pointee.next_out = out
      stream.pointee.avail_out = UInt32(clamping: room)
      return inflate(stream, Z_NO_FLUSH)
    }
    inputAt += given - Int(stream.pointee.avail_in)
    let n = Int(UInt32(clamping: room)) - Int(stream.pointee.avail_out)
    switch status {
    case Z_STREAM_END: isMemberDone = true
    case Z_OK: break
    // Nothing could be done: there was nothing to take.
    case Z_BUF_ERROR: isAtEnd = n == 0
    default: throw .unreadable("its gzip data are damaged")
    }
    return n
  }
}
