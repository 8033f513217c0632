import Tensor

/// Memory of one pass, kept for the next clip so that nothing is allocated after the first. One pass at a time.
public final class Workspace: @unchecked Sendable {
  let shared = Arena()
  /// One for each lane, touched by its own thread only.
  let lanes: [Arena]

  public init(threads: Int) { lanes = (0..<max(threads, 1)).map { _ in Arena() } }

  /// Bytes held, for benchmarks.
  public var capacity: Int { lanes.reduce(shared.capacity) { $0 + $1.capacity } }

  /// Calls `body` for each tile, with a lane's scratch memory that is its own until it returns.
  func run(_ tiles: Tiles, _ body: (_ rows: Range<Int>, _ scratch: Arena) -> Void) {
    withoutActuallyEscaping(body) { body in
      // The body touches what its tile alone owns, and the call outlives all of its threads.
      nonisolated(unsafe) let body = body
      Lanes.run(tiles.count, threads: lanes.count) { tile, lane in
        lanes[lane].reset()
        body(tiles[tile], lanes[lane])
      }
    }
  }
}
