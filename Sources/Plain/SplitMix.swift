/// SplitMix64 (Steele, Lea, Flood 2014): the same draws from a seed on every machine and by every version of Swift.
public struct SplitMix: RandomNumberGenerator, Hashable, Sendable {
  /// All that the next draws depend on.
  public private(set) var state: UInt64

  public init(seed: UInt64) { state = seed }

  /// Draws of their own for each name.
  public init(seed: UInt64, name: String) { state = seed ^ FNV1a.hash(name) }

  /// Draws of their own for each step of a training and each place within it.
  public init(seed: UInt64, step: Int, place: Int) {
    state =
      seed &+ UInt64(truncatingIfNeeded: step) &* 0xD1B5_4A32_D192_ED03
      &+ UInt64(truncatingIfNeeded: place) &* 0x8CB9_2BA7_2F3D_8DD7
  }

  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// In [0, 1), 53 bits.
  public mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// In [0, 1), 24 bits.
  public mutating func unitFloat() -> Float { Float(next() >> 40) * 0x1p-24 }

  public mutating func uniform(_ low: Double, _ high: Double) -> Double { low + (high - low) * unit() }

  /// From 0 up to, not including, `n`, which must not be 0.
  public mutating func below(_ n: Int) -> Int { min(Int(unit() * Double(n)), n - 1) }

  public mutating func shuffle<T>(_ list: inout [T]) {
    for i in list.indices.dropLast() { list.swapAt(i, i + Int(next() % UInt64(list.count - i))) }
  }
}

/// The 64-bit FNV-1a hash (RFC 9923): quick, for seeds; no defence against anybody.
public enum FNV1a {
  public static let basis: UInt64 = 0xCBF2_9CE4_8422_2325

  public static func hash(_ text: String, from start: UInt64 = basis) -> UInt64 {
    text.utf8.reduce(start) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }
}
