/// SplitMix64 (Steele, Lea, Flood 2014): the same draws from a seed on every machine and by every version of Swift.
public struct SplitMix {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  /// Draws of their own for each name.
  public init(seed: UInt64, name: String) {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    state = seed ^ hash
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// In [0, 1).
  mutating func unit() -> Float { Float(next() >> 40) * 0x1p-24 }

  public mutating func shuffle<T>(_ list: inout [T]) {
    for i in list.indices.dropLast() { list.swapAt(i, i + Int(next() % UInt64(list.count - i))) }
  }
}
