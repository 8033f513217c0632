import Tensor
import TestSupport
import Testing

@testable import Networks

@Suite struct SafetensorsTests {
  static let tensors = [
    "b.weight": Tensor(shape: [2, 3], values: [1, -2, 0.5, 0, 65504, 1e-7]), "a\"\n\u{e9}": Tensor(zeros: [0, 4]),
    "c": Tensor(shape: [], values: [7]),
  ]

  static func file(_ header: String, _ body: Int = 0) -> [UInt8] {
    withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian, Array.init) + Array(header.utf8)
      + [UInt8](repeating: 0, count: body)
  }

  @Test func whatIsWrittenIsRead() throws {
    let bytes = Safetensors.encode(Self.tensors, metadata: ["made": "by \\ a \"test\""])
    #expect(bytes == Safetensors.encode(Self.tensors, metadata: ["made": "by \\ a \"test\""]))
    let file = try Safetensors(bytes)
    #expect(file.metadata == ["made": "by \\ a \"test\""])
    for (name, tensor) in Self.tensors { #expect(file.tensor(name) == tensor) }
    #expect(file.tensor("nothing") == nil)
    let half = try Safetensors(Safetensors.encode(Self.tensors, half: true))
    #expect(half.tensor("b.weight")?.values == [1, -2, 0.5, 0, 65504, 1.1920929e-7])
  }

  @Test func everyHalfIsItself() {
    for h in UInt16.min...UInt16.max where Half.float(h) == Half.float(h) { #expect(Half.bits(Half.float(h)) == h) }
    #expect(Half.float(Half.bits(.nan)).isNaN)
    // Between two halves the even one is nearest; beyond the largest lies infinity.
    #expect(Half.bits(1 + 0x1p-11) == 0x3C00 && Half.bits(1 + 0x1.8p-10) == 0x3C02)
    #expect(Half.bits(65519) == 0x7BFF && Half.bits(65520) == 0x7C00)
  }

  @Test func aFileCutAnywhereIsRefused() {
    let bytes = Safetensors.encode(Self.tensors)
    for n in bytes.indices { #expect(throws: CheckpointError.self) { try Safetensors(Array(bytes.prefix(n))) } }
    #expect(throws: CheckpointError.self) { try Safetensors(bytes + [0]) }
  }

  @Test func noFlippedBitTraps() {
    let bytes = Safetensors.encode(Self.tensors)
    for i in bytes.indices {
      for bit in 0..<8 {
        var broken = bytes
        broken[i] ^= 1 << bit
        if let file = try? Safetensors(broken) { for name in file.entries.keys { _ = file.tensor(name) } }
      }
    }
  }

  @Test(arguments: [
    #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#,
    #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}"#,
    #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}"#,
    #"{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#,
    #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,400]}}"#,
    #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0]}}"#,
    #"{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}}"#,
    #"{"a":{"dtype":"F32","shape":[9223372036854775808],"data_offsets":[0,4]}}"#,
    #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#,
    #"{"a":{"dtype":"F16","shape":[1],"data_offsets":[2,4]}}"#, #"{"a":{"note":"no tensor"}}"#, "[1]", "", "{",
  ])
  func badHeadersAreRefused(header: String) {
    #expect(throws: CheckpointError.self) { try Safetensors(Self.file(header, 4)) }
  }

  @Test func otherRefusalsSayWhy() {
    let unknown = #"{"a":{"dtype":"F8_E4M3","shape":[1],"data_offsets":[0,1]}}"#
    #expect(throws: CheckpointError.unsupportedType(tensor: "a", type: "F8_E4M3")) {
      try Safetensors(Self.file(unknown, 1))
    }
    let huge = withUnsafeBytes(of: UInt64.max, Array.init)
    #expect(throws: CheckpointError.self) { try Safetensors(huge + [0, 0]) }
    #expect(throws: CheckpointError.self) { try Safetensors(path: "/nowhere/at.all") }
  }

  @Test func allThatDoesNotFitIsSaidAtOnce() throws {
    var layout = ParameterLayout()
    _ = layout.add("b.weight", [3, 2])
    _ = layout.add("d", [1])
    _ = layout.add("e", [1])
    let file = try Safetensors(Safetensors.encode(Self.tensors))
    do throws(CheckpointError) {
      _ = try Parameters(layout, from: file)
      Issue.record("it fitted")
    } catch {
      guard case .mismatch(let report) = error else { throw error }
      #expect(report.missing == ["d", "e"])
      #expect(report.misshapen == ["b.weight is [2, 3], not [3, 2]"])
      #expect(report.unused == ["a\"\n\u{e9}", "c"])
    }
    var small = ParameterLayout()
    _ = small.add("c", [])
    let loaded = try Parameters.load(small, from: file)
    #expect(loaded.parameters.values == [7])
    #expect(loaded.report.unused == ["a\"\n\u{e9}", "b.weight"])
  }

  /// The same weights as float32 and bfloat16, written by the format's own library.
  @Test(.enabled(if: SharedFolder.path("reference/vectors/checkpoints") != nil))
  func filesOfOthersAreRead() throws {
    let folder = try #require(SharedFolder.path("reference/vectors/checkpoints"))
    let full = try Safetensors(path: folder + "/plain.safetensors")
    let brain = try Safetensors(path: folder + "/bf16.safetensors")
    #expect(full.entries.count > 50 && Set(full.entries.keys) == Set(brain.entries.keys))
    for name in full.entries.keys {
      let (a, b) = (try #require(full.tensor(name)), try #require(brain.tensor(name)))
      #expect(zip(a.values, b.values).allSatisfy { abs($0 - $1) <= abs($0) * 0x1p-8 }, "\(name)")
    }
  }
}
