import Plain
import Testing

@Suite struct SHA256Tests {
  /// FIPS 180-4 examples, and lengths about the block's end, by another implementation.
  @Test(arguments: [
    (0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    (55, "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318"),
    (56, "b35439a4ac6f0948b6d6f9e3c6af0f5f590ce20f1bde7090ef7970686ec6738a"),
    (63, "7d3e74a05d7db15bce4ad9ec0658ea98e3f06eeecf16b4c6fff2da457ddc2f34"),
    (64, "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb"),
    (65, "635361c48bb9eab14198e76ea8ab7f1a41685d6ad62aa9146d301d4f17eb0ae0"),
    (1_000_000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
  ])
  func letterA(_ count: Int, _ hex: String) {
    let bytes = [UInt8](repeating: 97, count: count)
    #expect(SHA256.hex(of: bytes) == hex)
  }

  @Test func abc() {
    #expect(
      SHA256.hex(of: Array("abc".utf8)) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
  }

  @Test func piecesAreAsTheWhole() {
    let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 * 31) }
    for size in [1, 7, 63, 64, 65, 128, 999] {
      var sum = SHA256()
      for start in stride(from: 0, to: bytes.count, by: size) {
        sum.update(bytes[start..<min(start + size, bytes.count)])
      }
      #expect(sum.hex() == SHA256.hex(of: bytes))
      // Asking does not end it.
      sum.update([1])
      #expect(sum.hex() == SHA256.hex(of: bytes + [1]))
    }
  }
}
