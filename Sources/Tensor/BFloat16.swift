/// Arithmetic in which a network's products are worked out.
public enum Precision: String, Hashable, Sendable, CaseIterable, Codable {
  case float32
  /// Factors with 8 bits of fraction, sums in float32; all else stays float32.
  case bfloat16

  /// What is taken where nobody asks for one: the quicker of those that the processor has instructions for.
  public static var quickest: Precision { BFloat16.isAvailable ? .bfloat16 : .float32 }
}

/// The upper half of a float32.
public enum BFloat16 {
  /// True where the processor has the instructions and oneDNN is installed.
  public static var isAvailable: Bool {
    ProcessorFlags.current.names.contains("avx512_bf16") && OneDNN.isInstalled
  }

  /// Rounds to nearest, ties to even.
  public static func round(_ n: Int, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<UInt16>) {
    var i = 0
    while i &+ 16 <= n {
      let bits = UnsafeRawPointer(x + i).loadUnaligned(as: SIMD16<UInt32>.self)
      let rounded = (bits &+ 0x7FFF &+ ((bits &>> 16) & 1)) &>> 16
      UnsafeMutableRawPointer(y + i).storeBytes(
        of: SIMD16<UInt16>(truncatingIfNeeded: rounded), as: SIMD16<UInt16>.self)
      i &+= 16
    }
    while i < n {
      let bits = x[i].bitPattern
      y[i] = UInt16(truncatingIfNeeded: (bits &+ 0x7FFF &+ ((bits >> 16) & 1)) >> 16)
      i &+= 1
    }
  }
}

extension Arena {
  /// Rounded copies in scratch memory.
  public func rounded(_ n: Int, _ x: UnsafePointer<Float>) -> UnsafePointer<UInt16> {
    // Two of them fit where one float does.
    let raw = UnsafeMutableRawPointer(floats((n + 1) / 2))
    let y = raw.assumingMemoryBound(to: UInt16.self)
    BFloat16.round(n, x, y)
    return UnsafePointer(y)
  }
}
