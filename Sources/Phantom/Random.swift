import Glibc
import Plain

/// A small generator (xoshiro256**, seeded by SplitMix64): the same numbers from a seed on every machine.
struct Random {
  private var s: (UInt64, UInt64, UInt64, UInt64)

  init(seed: UInt64) {
    var seeds = SplitMix(seed: seed)
    s = (seeds.next(), seeds.next(), seeds.next(), seeds.next())
  }

  mutating func bits() -> UInt64 {
    let r = (s.1 &* 5) << 7 | (s.1 &* 5) >> 57
    let t = s.1 << 17
    s.2 ^= s.0
    s.3 ^= s.1
    s.1 ^= s.2
    s.0 ^= s.3
    s.2 ^= t
    s.3 = s.3 << 45 | s.3 >> 19
    return r &* 9
  }

  /// In [0, 1).
  mutating func unit() -> Double { Double(bits() >> 11) * 0x1p-53 }
  mutating func uniform(_ low: Double, _ high: Double) -> Double { low + (high - low) * unit() }
  mutating func chance(_ p: Double) -> Bool { unit() < p }
  mutating func integer(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + Int(bits() % UInt64(range.count))
  }
  mutating func normal(_ mean: Double, _ deviation: Double) -> Double {
    mean + deviation * (-2 * log(1 - unit())).squareRoot() * cos(2 * .pi * unit())
  }
  /// A normal draw kept within two and a half deviations.
  mutating func around(_ mean: Double, _ deviation: Double) -> Double {
    min(max(normal(mean, deviation), mean - 2.5 * deviation), mean + 2.5 * deviation)
  }
  mutating func pick<T>(_ list: [T]) -> T { list[integer(0...list.count - 1)] }

  /// Roughly normal with deviation 1: four 16-bit uniforms, made for noise in bulk.
  mutating func noise() -> Float {
    let b = bits()
    let sum = (b & 0xFFFF) &+ (b >> 16 & 0xFFFF) &+ (b >> 32 & 0xFFFF) &+ (b >> 48)
    return (Float(sum) - 131_070) * 2.643_0e-5
  }
}
