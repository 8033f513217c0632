import CSandbox
import Cine
import FoundationEssentials
import Glibc

/// What a reader's process sends back before any pixels: one line of JSON. It comes from foreign bytes: whoever receives it
/// checks every number.
public struct VolumeReply: Codable, Sendable {
  public var study: Study?
  public var failure: UnreadableFile?
  public var rows = 0
  public var columns = 0
  public var frames = 0
}

/// The reader's side of a process of its own: the file is descriptor 3, the image of a NIfTI pair 4, the answer goes to
/// standard output as a line of `VolumeReply` and, where frames were asked for, their pixels as float32.
public enum VolumeServer {
  public static let file: Int32 = 3
  public static let partner: Int32 = 4
  /// The variable that holds the file's name, which is only a label here.
  public static let label = "CINECOR_LABEL"
  /// Seconds of CPU for one answer.
  public static let patience = 20

  /// `words`: a range of frames, or none for the study. Gives the process's exit status.
  public static func run(_ words: [String]) -> Int32 {
    // The largest pixels, a copy of them, and what the program maps to begin with.
    _ = csandbox_enter(UInt32(patience), 2 * VolumeFile.largest + (2 << 30))
    let path = getenv(label).map { String(cString: $0) } ?? ""
    let image: Int32? = fcntl(partner, F_GETFD) >= 0 ? partner : nil
    var reply = VolumeReply()
    var pixels: [Float] = []
    do throws(VolumeError) {
      if words.count == 2, let first = Int(words[0]), let last = Int(words[1]), first <= last {
        let made = try VolumeFile.frames(first..<last, descriptor: file, partner: image)
        (reply.rows, reply.columns, reply.frames, pixels) = (made.rows, made.columns, last - first, made.pixels)
      } else {
        reply.study = try VolumeFile.study(descriptor: file, path: path, partner: image, view: { _ in nil })
      }
    } catch {
      reply.failure = error.unreadable(path)
    }
    guard let head = try? JSONEncoder().encode(reply) else { return 1 }
    let line = [UInt8](head) + [UInt8(ascii: "\n")]
    return line.withUnsafeBytes(send) && pixels.withUnsafeBytes(send) ? 0 : 1
  }

  private static func send(_ bytes: UnsafeRawBufferPointer) -> Bool {
    var sent = 0
    while sent < bytes.count {
      let n = write(STDOUT_FILENO, bytes.baseAddress.map { $0 + sent }, bytes.count - sent)
      if n < 0, errno == EINTR { continue }
      guard n > 0 else { return false }
      sent += n
    }
    return true
  }
}
