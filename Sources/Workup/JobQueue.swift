import Dispatch
import Synchronization

/// Jobs that wait for a lane: first come first served, but what is on the screen goes first; each once; none after `stop`.
/// Safe from any thread; several lanes may run one queue.
public final class JobQueue<ID: Hashable & Sendable, Job: Sendable>: Sendable {
  private struct State {
    /// Next first.
    var waiting: [(id: ID, job: Job)] = []
    /// Every one that ever came.
    var known: Set<ID> = []
    var cancelled: Set<ID> = []
    var shown: ID?
    var isStopped = false
  }

  private let state = Mutex(State())
  private let arrived = DispatchSemaphore(value: 0)

  public init() {}

  /// All at once, so that no lane begins before the one on the screen is there. One that came before, whatever became of
  /// it, is passed over.
  public func add(_ jobs: [(id: ID, job: Job)]) {
    let new = state.withLock { s -> Int in
      let before = s.waiting.count
      for (id, job) in jobs where !s.isStopped && s.known.insert(id).inserted && !s.cancelled.contains(id) {
        s.waiting.insert((id, job), at: s.shown == id ? 0 : s.waiting.count)
      }
      return s.waiting.count - before
    }
    for _ in 0..<new { arrived.signal() }
  }

  /// Somebody looks at this one: it goes first, also where it is yet to come. The others keep their order.
  public func show(_ id: ID) {
    state.withLock { s in
      s.shown = id
      if let i = s.waiting.firstIndex(where: { $0.id == id }) { s.waiting.insert(s.waiting.remove(at: i), at: 0) }
    }
  }

  /// It is not begun any more; where it was begun, it is told.
  public func cancel(_ id: ID) {
    state.withLock { s in
      s.cancelled.insert(id)
      s.waiting.removeAll { $0.id == id }
    }
  }

  /// Ends every lane; what was begun is told.
  public func stop() {
    state.withLock { s in
      s.isStopped = true
      s.waiting = []
    }
    arrived.signal()
  }

  /// Works in the calling thread, one job after another, and waits for more, until stopped. `isCancelled` may be asked at
  /// any time, from any thread.
  public func run(_ work: (_ job: Job, _ isCancelled: @escaping @Sendable () -> Bool) -> Void) {
    while true {
      while let (id, job) = next() {
        work(job) { self.state.withLock { $0.isStopped || $0.cancelled.contains(id) } }
      }
      if state.withLock({ $0.isStopped }) {
        // The next lane is woken too.
        arrived.signal()
        return
      }
      arrived.wait()
    }
  }

  private func next() -> (id: ID, job: Job)? {
    state.withLock { s in s.waiting.isEmpty ? nil : s.waiting.removeFirst() }
  }
}
