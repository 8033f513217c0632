import Foundation
import Tensor
import TestSupport
import Testing

@testable import Networks

/// PyTorch's files, as PyTorch wrote them, as others wrote them, and as nobody should.
@Suite struct TorchFileTests {
  static let folder = "reference/vectors/checkpoints"

  static func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(filePath: #require(SharedFolder.path("\(folder)/\(name)")))))
  }

  @Test(
    .enabled(if: SharedFolder.path(folder) != nil),
    arguments: [
      ("state_dict.pt", 0), ("legacy_not_zip.pt", 0), ("lightning.ckpt", 0), ("half.pt", 0x1p-11),
      ("bf16.safetensors", 0x1p-8),
    ] as [(String, Float)])
  func everyFormatHoldsTheSameWeights(_ name: String, rounding: Float) throws {
    let plain = try Checkpoint(Self.bytes("plain.safetensors"))
    let file = try Checkpoint(Self.bytes(name))
    #expect(file.names.filter { plain.shape(of: $0) != nil } == plain.names)
    for name in plain.names {
      let (expected, own) = (try #require(plain.tensor(name)), try #require(file.tensor(name)))
      #expect(own.shape == expected.shape)
      let scale = expected.values.map(abs).max() ?? 0
      #expect(largestDifference(expected.values, own.values) <= rounding * scale, "\(name)")
    }
    var layout = ParameterLayout()
    _ = try VideoEncoder(tinyConfiguration, into: &layout)
    let report = try Parameters.load(layout, from: file).report
    #expect(report.fits)
    #expect(name != "lightning.ckpt" || file.others.contains("optimizer_states"))
  }

  @Test(.enabled(if: SharedFolder.path(folder) != nil)) func viewsAndStridesAreFollowed() throws {
    let file = try Checkpoint(Self.bytes("views_and_strides.pt"))
    let whole = try #require(file.tensor("whole"))
    #expect(whole.count == 24)
    #expect(file.tensor("view") == Tensor(shape: [3, 4], values: Array(whole.values[4..<16])))
    let turned = (0..<24).map { whole.values[$0 % 4 * 6 + $0 / 4] }
    #expect(file.tensor("strided") == Tensor(shape: [6, 4], values: turned))
    #expect(file.tensor("scalar") == Tensor(shape: [], values: [3.5]))
    #expect(file.tensor("ints")?.values == [0, 1, 2, 3, 4])
    #expect(file.tensor("empty") == Tensor(shape: [0, 4], values: []))
    #expect(file.tensor("bools")?.values == [1, 0])
  }

  @Test(.enabled(if: SharedFolder.path(folder) != nil)) func codeIsRefusedByName() throws {
    let bytes = try Self.bytes("evil.pt")
    #expect(throws: CheckpointError.refused("posix.system")) { try Checkpoint(bytes) }
  }

  @Test(
    .enabled(if: SharedFolder.path("data/checkpoints") != nil),
    arguments: ["js3611_crnn_mri_d5_c5.pth", "lpips/alex.pth", "lpips/squeeze.pth", "lpips/vgg.pth"])
  func filesOfOthersAreRead(_ name: String) throws {
    let file = try Checkpoint(path: #require(SharedFolder.path("data/checkpoints/\(name)")))
    #expect(!file.names.isEmpty)
    for name in file.names {
      let tensor = try #require(file.tensor(name))
      #expect(tensor.values.allSatisfy { $0.isFinite }, "\(name)")
    }
  }

  /// Cut anywhere and with any byte changed: an error or weights, never a trap.
  @Test(.enabled(if: SharedFolder.path(folder) != nil), arguments: ["views_and_strides.pt", "legacy_not_zip.pt"])
  func nothingDamagedTraps(_ name: String) throws {
    let bytes = try Self.bytes(name)
    let head = min(bytes.count, 24_000)
    for n in stride(from: 0, to: head, by: name == "views_and_strides.pt" ? 1 : 37) {
      #expect(throws: CheckpointError.self) { try Checkpoint(Array(bytes.prefix(n))) }
    }
    var state: UInt64 = 7
    for _ in 0..<3000 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      var broken = bytes
      broken[Int(state >> 33) % head] = UInt8(truncatingIfNeeded: state >> 20)
      if let file = try? Checkpoint(broken) { for name in file.names.prefix(3) { _ = file.tensor(name) } }
    }
  }
}

/// Pickles made by hand, which nobody's PyTorch would write.
@Suite struct UnpicklerTests {
  static func refusal(_ body: [UInt8]) -> CheckpointError? {
    var unpickler = Unpickler(([0x80, 2] + body)[...])
    do throws(CheckpointError) {
      _ = try unpickler.value()
      return nil
    } catch {
      return error
    }
  }

  static func code(_ text: String) -> [UInt8] { Array(text.utf8) }

  @Test(arguments: [
    ("cos\nsystem\n.", "os.system"), ("cbuiltins\neval\n.", "builtins.eval"),
    ("ctorch\nload\n.", "torch.load"), ("cnumpy.core.multiarray\nscalar\n.", "numpy.core.multiarray.scalar"),
    ("ctorch\nFloatStorageX\n.", "torch.FloatStorageX"),
  ])
  func otherNamesAreRefused(_ text: String, name: String) {
    #expect(Self.refusal(Self.code(text)) == .refused(name))
  }

  @Test func namesPutTogetherAreRefused() {
    let module: [UInt8] = [0x8C, 5] + Self.code("posix")
    let name: [UInt8] = [0x8C, 6] + Self.code("system")
    #expect(Self.refusal(module + name + [0x93, UInt8(ascii: ".")]) == .refused("posix.system"))
  }

  @Test(arguments: [
    "", ".", "0.", "t.", "a.", "s.", "R.", "b.", "Q.", "}}s.", ")a.", "NN.", "(.", "h\u{7}.", "i", "o", "P0\n.", "NR.",
  ])
  func whatDoesNotHoldTogetherIsRefused(_ text: String) { #expect(Self.refusal(Self.code(text)) != nil) }

  @Test func lengthsAreNotBelieved() {
    let huge: [UInt8] = [255, 255, 255, 127]
    for code in "XTB" { #expect(Self.refusal(Self.code(String(code)) + huge) != nil) }
    #expect(Self.refusal([0x8B] + huge) != nil)
    #expect(Self.refusal([0x8D] + [UInt8](repeating: 255, count: 8)) != nil)
    #expect(Self.refusal(Self.code("Nr") + huge + Self.code(".")) == nil)
  }

  /// A million containers, each in the next: nothing here is as deep as its input.
  @Test(arguments: ["]", ")"]) func depthCostsNothing(_ kind: String) {
    let wrap: [UInt8] = kind == ")" ? [0x85] : [UInt8(ascii: "a")]
    let open = [UInt8](repeating: UInt8(ascii: "]"), count: kind == "]" ? 1_000_000 : 1)
    let body = open + (0..<999_999).flatMap { _ in wrap }
    #expect(Self.refusal(body + Self.code(".")) == nil)
  }

  @Test func tensorsReachNoFurtherThanTheirNumbers() throws {
    func file(_ first: Int, _ shape: [Int], _ strides: [Int], count: Int) throws(CheckpointError) -> TorchFile {
      try TorchFile(OldFile.bytes(first: first, shape: shape, strides: strides, count: count))
    }
    #expect(try file(1, [2], [2], count: 4).tensor("w")?.values == [1, 3])
    #expect(try file(1, [3, 2], [0, 2], count: 4).tensor("w")?.values == [1, 3, 1, 3, 1, 3])
    for (first, shape, strides, count) in [
      (0, [5], [1], 4), (4, [1], [1], 4), (-1, [1], [1], 4), (0, [-1], [1], 4), (0, [2], [-1], 4),
      (0, [1 << 27], [0], 4),
      (0, [1 << 30, 1 << 30, 1 << 30], [1, 1, 1], 4), (0, [2, 2], [1 << 30, 1 << 31], 4), (.max, [2], [1], 4),
    ] {
      #expect(throws: CheckpointError.self) { try file(first, shape, strides, count: count) }
    }
  }
}

/// A file of the old format with one tensor `w` of float32 0, 1, 2, ….
enum OldFile {
  static func bytes(first: Int, shape: [Int], strides: [Int], count: Int) -> [UInt8] {
    func int(_ n: Int) -> [UInt8] { [0x8A, 8] + withUnsafeBytes(of: Int64(n).littleEndian, Array.init) }
    func text(_ s: String) -> [UInt8] { [0x8C, UInt8(s.utf8.count)] + Array(s.utf8) }
    func tuple(_ parts: [[UInt8]]) -> [UInt8] { Array("(".utf8) + parts.flatMap { $0 } + Array("t".utf8) }
    let magic: [UInt8] = [0x8A, 10, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19]
    func pickle(_ body: [UInt8]) -> [UInt8] { [0x80, 2] + body + Array(".".utf8) }
    let storage =
      tuple([
        text("storage"), Array("ctorch\nFloatStorage\n".utf8), text("0"), text("cpu"), int(count), Array("N".utf8),
      ]) + Array("Q".utf8)
    let arguments = tuple([
      storage, int(first), tuple(shape.map(int)), tuple(strides.map(int)), [0x89], Array("}".utf8),
    ])
    let tensor = Array("ctorch._utils\n_rebuild_tensor_v2\n".utf8) + arguments + Array("R".utf8)
    let root = Array("}".utf8) + text("w") + tensor + Array("s".utf8)
    let numbers = (0..<4).flatMap { withUnsafeBytes(of: Float($0).bitPattern.littleEndian, Array.init) }
    return pickle(magic) + pickle(int(1001)) + pickle(Array("}".utf8)) + pickle(root)
      + pickle(Array("]".utf8) + text("0") + Array("a".utf8))
      + withUnsafeBytes(of: UInt64(4).littleEndian, Array.init) + numbers
  }
}
