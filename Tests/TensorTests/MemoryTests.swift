import Synchronization
import Testing

@testable import Tensor

@Suite struct MemoryTests {
  /// What is handed out does not overlap, is aligned, and comes back after a release without growing.
  @Test func arenaHandsOutAndTakesBack() {
    let arena = Arena()
    let a = arena.floats(3)
    a.update(repeating: 1, count: 3)
    let mark = arena.mark
    // Larger than a chunk, so that a second one is needed.
    let b = arena.zeros(3_000_000)
    b[2_999_999] = 2
    #expect(a[2] == 1 && b[0] == 0)
    #expect(UInt(bitPattern: a) % 64 == 0 && UInt(bitPattern: b) % 64 == 0)
    let held = arena.capacity
    arena.release(mark)
    #expect(arena.floats(1) - a == 16)
    arena.reset()
    _ = arena.floats(3)
    _ = arena.floats(3_000_000)
    #expect(arena.capacity == held)
  }

  @Test(arguments: [(0, 4), (1, 4), (100, 1), (100, 3)])
  func everyItemRunsOnce(_ items: Int, threads: Int) {
    let counts = Mutex([Int](repeating: 0, count: items))
    let outside = Atomic(0)
    Lanes.run(items, threads: threads) { item, lane in
      counts.withLock { $0[item] += 1 }
      if lane < 0 || lane >= threads { outside.wrappingAdd(1, ordering: .relaxed) }
    }
    #expect(counts.withLock { $0 }.allSatisfy { $0 == 1 })
    #expect(outside.load(ordering: .relaxed) == 0)
  }
}
