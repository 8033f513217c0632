import Tensor

/// Some channels of a batch of pictures, in memory that somebody else owns; a skip's channels lie beside others.
struct Planes: @unchecked Sendable {
  let grid: PlaneGrid
  let channels: Int
  let count: Int
  private let first: UnsafeMutablePointer<Float>
  /// Floats from picture to picture.
  let step: Int

  private init(_ grid: PlaneGrid, _ channels: Int, _ count: Int, _ first: UnsafeMutablePointer<Float>, _ step: Int) {
    (self.grid, self.channels, self.count, self.first, self.step) = (grid, channels, count, first, step)
  }

  init(_ grid: PlaneGrid, channels: Int, count: Int, in memory: PlaneMemory) {
    let size = channels * grid.planeSize
    self.init(grid, channels, count, memory.zeros(count * size), size)
  }

  /// The planes of one picture.
  subscript(_ picture: Int) -> UnsafeMutablePointer<Float> { first + picture * step }

  /// Some of the channels.
  func channels(_ range: Range<Int>) -> Planes {
    Planes(grid, range.count, count, first + range.lowerBound * grid.planeSize, step)
  }

  /// Without the rims [count, channels, height, width].
  var values: [Float] {
    var all: [Float] = []
    for picture in 0..<count {
      for row in 0..<channels * (grid.height + 2) where (1...grid.height).contains(row % (grid.height + 2)) {
        all += UnsafeBufferPointer(start: self[picture] + row * grid.pitch + 1, count: grid.width)
      }
    }
    return all
  }
}

/// Memory whose planes have rims of zeros: cleared once, since no kernel writes to a rim.
final class PlaneMemory {
  private var blocks: [UnsafeMutablePointer<Float>] = []

  deinit { for block in blocks { block.deallocate() } }

  func zeros(_ count: Int) -> UnsafeMutablePointer<Float> {
    let raw = UnsafeMutableRawPointer.allocate(byteCount: max(count, 1) * 4, alignment: 64)
    let block = raw.bindMemory(to: Float.self, capacity: max(count, 1))
    block.update(repeating: 0, count: max(count, 1))
    blocks.append(block)
    return block
  }
}
