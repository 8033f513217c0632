import Synchronization

/// Counts what several threads have done; `progress` hears of it from one at a time.
final class Counter: Sendable {
  private let total: Int
  private let done = Mutex(0)
  private let progress: @Sendable (_ done: Int, _ total: Int) -> Void

  init(_ total: Int, _ progress: @escaping @Sendable (_ done: Int, _ total: Int) -> Void) {
    (self.total, self.progress) = (total, progress)
  }

  func step() {
    done.withLock {
      $0 += 1
      progress($0, total)
    }
  }
}
