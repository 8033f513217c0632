import Dispatch
import Synchronization

/// Work spread over threads of our own choosing. OpenBLAS itself runs one thread (see `Blas`): items, never the inside
/// of a product, are what runs side by side, so results do not depend on the number of threads.
public enum Lanes {
  /// Calls `body(item, lane)` once for each item; a lane is one thread's number, for scratch memory of its own.
  public static func run(_ items: Int, threads: Int, _ body: @Sendable (_ item: Int, _ lane: Int) -> Void) {
    Blas.useOneThread
    let lanes = max(1, min(threads, items))
    if lanes == 1 {
      for item in 0..<items { body(item, 0) }
      return
    }
    let next = Atomic<Int>(0)
    DispatchQueue.concurrentPerform(iterations: lanes) { lane in
      while true {
        let item = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard item < items else { return }
        body(item, lane)
      }
    }
  }
}
