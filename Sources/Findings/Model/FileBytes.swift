import Glibc

/// Whole files in and out, with sizes checked before memory is asked for.
public enum FileBytes {
  public struct Failure: Error {
    public let code: Int32
    let tooLarge: Bool

    public var reason: String {
      tooLarge ? "it is larger than any model" : strerror(code).map { String(cString: $0) } ?? "error \(code)"
    }
  }

  public static func read(_ path: String, limit: Int) throws(Failure) -> [UInt8] {
    let fd = open(path, O_RDONLY | O_CLOEXEC)
    guard fd >= 0 else { throw Failure(code: errno, tooLarge: false) }
    defer { close(fd) }
    var info = stat()
    guard fstat(fd, &info) == 0 else { throw Failure(code: errno, tooLarge: false) }
    guard info.st_mode & S_IFMT == S_IFREG else { throw Failure(code: EINVAL, tooLarge: false) }
    guard info.st_size <= limit else { throw Failure(code: 0, tooLarge: true) }
    var error: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: Int(info.st_size)) { buffer, count in
      while count < buffer.count {
        let n = Glibc.read(fd, buffer.baseAddress.map { $0 + count }, buffer.count - count)
        if n < 0 && errno == EINTR { continue }
        if n < 0 { error = errno }
        if n <= 0 { break }
        count += n
      }
    }
    guard error == 0 else { throw Failure(code: error, tooLarge: false) }
    return bytes
  }

  /// Under another name first, so that a file is never half there; on the disk before this returns, where `isLasting`.
  public static func write(_ path: String, _ bytes: [UInt8], isLasting: Bool = true) throws(Failure) {
    let part = path + ".part"
    let fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard fd >= 0 else { throw Failure(code: errno, tooLarge: false) }
    var error: Int32 = 0
    bytes.withUnsafeBytes { buffer in
      var done = 0
      while done < buffer.count {
        let n = Glibc.write(fd, buffer.baseAddress.map { $0 + done }, buffer.count - done)
        if n < 0 && errno == EINTR { continue }
        guard n > 0 else {
          error = errno
          return
        }
        done += n
      }
    }
    if error == 0, isLasting, fsync(fd) != 0 { error = errno }
    if close(fd) != 0, error == 0 { error = errno }
    if error == 0, rename(part, path) != 0 { error = errno }
    guard error == 0 else {
      unlink(part)
      throw Failure(code: error, tooLarge: false)
    }
  }
}
