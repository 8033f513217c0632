/// SHA-256 (FIPS 180-4), for keys of results and hashes of model files.
public struct SHA256 {
  private var h: [UInt32] = [
    0x6A09_E667, 0xBB67_AE85, 0x3C6E_F372, 0xA54F_F53A, 0x510E_527F, 0x9B05_688C, 0x1F83_D9AB, 0x5BE0_CD19,
  ]
  private var pending: [UInt8] = []
  private var length: UInt64 = 0

  /// Fractional parts of the cube roots of the first 64 primes.
  private static let k: [UInt32] = [
    0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5,
    0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174,
    0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da,
    0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7, 0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967,
    0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85,
    0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070,
    0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
    0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2,
  ]

  public init() {}

  public mutating func update(_ bytes: some Sequence<UInt8>) {
    pending.append(contentsOf: bytes)
    drain()
  }

  public mutating func update(_ bytes: UnsafeRawBufferPointer) {
    pending.append(contentsOf: bytes)
    drain()
  }

  private mutating func drain() {
    let whole = pending.count / 64
    guard whole > 0 else { return }
    pending.withUnsafeBufferPointer { p in
      for block in 0..<whole { Self.compress(&h, p, block &* 64) }
    }
    length += UInt64(whole * 64)
    pending.removeFirst(whole * 64)
  }

  /// The digest in hexadecimal of all that came so far.
  public func hex() -> String {
    var end = self
    let bits = (length + UInt64(pending.count)) * 8
    end.pending.append(0x80)
    while end.pending.count % 64 != 56 { end.pending.append(0) }
    for shift in stride(from: UInt64(56), through: 0, by: -8) {
      end.pending.append(UInt8(truncatingIfNeeded: bits >> shift))
    }
    end.drain()
    let digits = Array("0123456789abcdef")
    return String(
      end.h.flatMap { word in
        stride(from: 28, through: 0, by: -4).map { digits[Int(word >> UInt32($0) & 15)] }
      })
  }

  /// 64 lower-case hexadecimal digits (FIPS 180-4).
  public static func hex(of bytes: some Sequence<UInt8>) -> String {
    var sum = SHA256()
    sum.update(bytes)
    return sum.hex()
  }

  private static func compress(_ h: inout [UInt32], _ p: UnsafeBufferPointer<UInt8>, _ start: Int) {
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 64) { w in
      for i in 0..<16 {
        let o = start &+ 4 &* i
        w[i] = UInt32(p[o]) << 24 | UInt32(p[o &+ 1]) << 16 | UInt32(p[o &+ 2]) << 8 | UInt32(p[o &+ 3])
      }
      func rotate(_ x: UInt32, _ n: UInt32) -> UInt32 { x >> n | x << (32 &- n) }
      for i in 16..<64 {
        let s0 = rotate(w[i &- 15], 7) ^ rotate(w[i &- 15], 18) ^ w[i &- 15] >> 3
        let s1 = rotate(w[i &- 2], 17) ^ rotate(w[i &- 2], 19) ^ w[i &- 2] >> 10
        w[i] = w[i &- 16] &+ s0 &+ w[i &- 7] &+ s1
      }
      var (a, b, c, d, e, f, g, x) = (h[0], h[1], h[2], h[3], h[4], h[5], h[6], h[7])
      k.withUnsafeBufferPointer { k in
        for i in 0..<64 {
          let s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)
          let t1 = x &+ s1 &+ ((e & f) ^ (~e & g)) &+ k[i] &+ w[i]
          let s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)
          let t2 = s0 &+ ((a & b) ^ (a & c) ^ (b & c))
          (x, g, f, e, d, c, b, a) = (g, f, e, d &+ t1, c, b, a, t1 &+ t2)
        }
      }
      h[0] &+= a
      h[1] &+= b
      h[2] &+= c
      h[3] &+= d
      h[4] &+= e
      h[5] &+= f
      h[6] &+= g
      h[7] &+= x
    }
  }
}
