/// Scratch memory for one lane: handed out in order, given back all at once, and kept for the next clip, so that a
/// network allocates nothing after its first. Not shared between threads.
public final class Arena {
  private var chunks: [UnsafeMutableBufferPointer<Float>] = []
  private var chunk = 0
  private var used = 0
  private static let chunkSize = 1 << 20

  public init() {}

  deinit { for c in chunks { c.deallocate() } }

  /// Floats of undefined content, valid until `reset` or the `release` of an earlier mark.
  public func floats(_ count: Int) -> UnsafeMutablePointer<Float> {
    // Whole cache lines keep rows of sixteen aligned.
    let size = (max(count, 1) + 15) & ~15
    while chunk < chunks.count {
      if used + size <= chunks[chunk].count, let base = chunks[chunk].baseAddress {
        defer { used += size }
        return base + used
      }
      chunk += 1
      used = 0
    }
    let raw = UnsafeMutableRawPointer.allocate(byteCount: max(size, Self.chunkSize) * 4, alignment: 64)
    let base = raw.bindMemory(to: Float.self, capacity: max(size, Self.chunkSize))
    chunks.append(UnsafeMutableBufferPointer(start: base, count: max(size, Self.chunkSize)))
    used = size
    return base
  }

  /// The same, zeroed.
  public func zeros(_ count: Int) -> UnsafeMutablePointer<Float> {
    let p = floats(count)
    p.update(repeating: 0, count: count)
    return p
  }

  public struct Mark {
    let chunk: Int
    let used: Int
  }

  public var mark: Mark { Mark(chunk: chunk, used: used) }

  /// Takes back everything handed out since the mark.
  public func release(_ mark: Mark) {
    chunk = mark.chunk
    used = mark.used
  }

  public func reset() {
    chunk = 0
    used = 0
  }

  /// Bytes held, for benchmarks.
  public var capacity: Int { chunks.reduce(0) { $0 + $1.count * 4 } }
}
