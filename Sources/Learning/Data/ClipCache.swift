import Cine
import Findings
import Glibc
import Plain
import Synchronization
import Tensor

/// Prepared clips of studies, decoded once: a file a study in a folder, of which the system keeps in memory what there is
/// room for. What would go over the budget is not kept, and made again whenever it is wanted; nothing else depends on
/// that. A file is whole or not there, so that a filling that was stopped goes on where it was.
public final class ClipCache: Sendable {
  /// The clips of a study; the same ones whenever it is asked, from any thread.
  public typealias Source = @Sendable (_ study: Int) -> [GreyClip]

  public let count: Int
  /// Bytes of a clip.
  public let clipSize: Int
  private let folder: String
  private let budget: Int
  private let source: Source
  private let state: Mutex<State>

  private struct State {
    /// Nil until it is known.
    var views: [[View]?]
    /// Whether its clips lie in the folder.
    var isKept: [Bool]
    /// SHA-256 of each study's views and clips.
    var sums: [String]
    var bytes = 0
    var failure: String?
  }

  /// `budget` is in bytes. The folder is made where it is missing.
  public init(folder: String, count: Int, clipSize: Int, budget: Int, source: @escaping Source) {
    (self.folder, self.count, self.clipSize, self.budget, self.source) = (folder, count, clipSize, budget, source)
    state = Mutex(
      State(
        views: Array(repeating: nil, count: count), isKept: Array(repeating: false, count: count),
        sums: Array(repeating: "", count: count)))
  }

  /// Decodes what is not there yet. `progress` hears from several threads, one at a time.
  public func fill(threads: Int, progress: @Sendable (_ done: Int, _ total: Int) -> Void) throws(LearningError) {
    if mkdir(folder, 0o700) != 0, errno != EEXIST {
      throw .notWritten(file: folder, reason: String(cString: strerror(errno)))
    }
    let done = Mutex(0)
    Lanes.run(count, threads: threads) { k, _ in
      if !take(k) { keep(k, source(k)) }
      done.withLock {
        $0 += 1
        progress($0, count)
      }
    }
    if let failure = state.withLock({ $0.failure }) {
      throw .notWritten(file: folder, reason: failure)
    }
  }

  public func views(_ study: Int) -> [View] { state.withLock { $0.views[study] ?? [] } }

  /// [T, H, W]; nil where the file went meanwhile.
  public func clip(_ study: Int, _ number: Int) -> [UInt8]? {
    if state.withLock({ $0.isKept[study] }) { return read(study, number) }
    let clips = source(study)
    return clips.indices.contains(number) ? clips[number].values : nil
  }

  /// SHA-256 over those of all studies, once they are decoded.
  public var sha256: String { SHA256.hex(of: state.withLock { $0.sums.joined(separator: "\n") }.utf8) }

  // MARK: Files

  private func path(_ study: Int) -> String { "\(folder)/\(study).clips" }

  /// The views, parted by commas, a line feed, and the clips one after another.
  private static func head(_ views: [View]) -> [UInt8] {
    Array((views.map(\.rawValue).joined(separator: ",") + "\n").utf8)
  }

  /// Whether its file is there and whole.
  private func take(_ study: Int) -> Bool {
    guard let bytes = try? FileBytes.read(path(study), limit: 1 << 31),
      let end = bytes.firstIndex(of: UInt8(ascii: "\n"))
    else { return false }
    let names = bytes[..<end].split(separator: UInt8(ascii: ",")).map { String(decoding: $0, as: UTF8.self) }
    let views = names.compactMap(View.init(rawValue:))
    guard views.count == names.count, bytes.count == end + 1 + views.count * clipSize else { return false }
    state.withLock {
      ($0.views[study], $0.isKept[study], $0.sums[study]) = (views, true, SHA256.hex(of: bytes))
      $0.bytes += bytes.count
    }
    return true
  }

  private func keep(_ study: Int, _ clips: [GreyClip]) {
    let bytes = Self.head(clips.map(\.view)) + clips.flatMap(\.values)
    let sum = SHA256.hex(of: bytes)
    let isRoom = state.withLock { s in
      (s.views[study], s.sums[study]) = (clips.map(\.view), sum)
      guard s.bytes + bytes.count <= budget, s.failure == nil else { return false }
      s.bytes += bytes.count
      return true
    }
    guard isRoom else { return }
    do throws(FileBytes.Failure) {
      try FileBytes.write(path(study), bytes, isLasting: false)
      state.withLock { $0.isKept[study] = true }
    } catch {
      state.withLock { $0.failure = error.reason }
    }
  }

  private func read(_ study: Int, _ number: Int) -> [UInt8]? {
    let views = views(study)
    guard views.indices.contains(number) else { return nil }
    let descriptor = open(path(study), O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    let start = Self.head(views).count + number * clipSize
    var isWhole = false
    let values = [UInt8](unsafeUninitializedCapacity: clipSize) { buffer, count in
      while count < clipSize, let base = buffer.baseAddress {
        let n = pread(descriptor, base + count, clipSize - count, off_t(start + count))
        if n < 0, errno == EINTR { continue }
        guard n > 0 else { break }
        count += n
      }
      isWhole = count == clipSize
    }
    return isWhole ? values : nil
  }
}
