import CSandbox
import Cine
import Dispatch
import Glibc
import Synchronization

/// The archives that were unpacked last, so that none is unpacked for each of its files.
final class ArchiveStore: Sendable {
  /// Bytes that are kept beside those in use, and archives: each has a descriptor open.
  private static let most = (bytes: 1 << 30, archives: 64)

  private let kept = Mutex<[Unpacked]>([])
  /// One is unpacked at a time: memory is bounded, and who asks second finds it done.
  private let turn = DispatchSemaphore(value: 1)

  func unpacked(_ archive: FilePath, _ pool: WorkerPool) -> Result<Unpacked, Refusal> {
    guard let state = FileState(path: archive) else { return .failure(.cannotOpen(errno)) }
    if let known = known(archive, state) { return .success(known) }
    turn.wait()
    defer { turn.signal() }
    if let known = known(archive, state) { return .success(known) }
    shrink()
    let size = ArchiveContents.Limit.total
    let memory = csandbox_memory(size)
    guard memory >= 0 else { return .failure(.cannotOpen(-memory)) }
    switch pool.ask(archive, .unpack(memory: memory, size: size)) {
    case .success(.contents(let contents)):
      guard let made = Unpacked(archive, state, contents, memory: memory, size: size) else {
        return .failure(.crashed)
      }
      kept.withLock { $0.append(made) }
      return .success(made)
    case .success:
      close(memory)
      return .failure(.crashed)
    case .failure(let refusal):
      close(memory)
      return .failure(refusal)
    }
  }

  private func known(_ archive: FilePath, _ state: FileState) -> Unpacked? {
    kept.withLock { all in
      guard let i = all.firstIndex(where: { $0.archive == archive && $0.state == state }) else { return nil }
      // The last is the one that goes last.
      all.append(all.remove(at: i))
      return all.last
    }
  }

  private func shrink() {
    kept.withLock { all in
      while all.count >= Self.most.archives || all.reduce(0, { $0 + $1.count }) > Self.most.bytes { all.removeFirst() }
    }
  }
}
