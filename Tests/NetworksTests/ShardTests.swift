import Foundation
import Tensor
import TestSupport
import Testing

@testable import Networks

/// Weights in several files with an index, and below names that nobody listed.
@Suite struct ShardTests {
  let scratch: ScratchFolder

  init() throws { scratch = try ScratchFolder() }

  func index(_ map: [String: String], name: String = "model.safetensors.index.json") throws -> String {
    let pairs = map.map { "\"\($0.key)\": \"\($0.value)\"" }.sorted().joined(separator: ", ")
    let text = "{\"metadata\": {\"total_size\": 36}, \"weight_map\": {\(pairs)}}"
    return try scratch.write(name, Array(text.utf8))
  }

  func shard(_ name: String, _ tensors: [String: Tensor]) throws -> String {
    try scratch.write(name, Safetensors.encode(tensors))
  }

  static let (a, b) = (Tensor(shape: [2], values: [1, 2]), Tensor(shape: [1], values: [3]))
  static let (first, second) = ("model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors")

  @Test func allFilesOfAnIndexAreRead() throws {
    let part = try shard(Self.first, ["model.a": Self.a])
    _ = try shard(Self.second, ["model.b": Self.b])
    let file = try Checkpoint(path: try index(["model.a": Self.first, "model.b": Self.second]))
    #expect(file.names == ["a", "b"] && file.tensor("a") == Self.a && file.tensor("b") == Self.b)
    #expect(file.format == "safetensors in 2 files" && file.partNote == "")
    let alone = try Checkpoint(path: part)
    #expect(alone.names == ["a"] && alone.partNote == "\(Self.first) is file 1 of 2")
  }

  /// PyTorch's own files are told by their content too.
  @Test func pyTorchMayBeInSeveralFiles() throws {
    let name = "pytorch_model-00001-of-00002.bin"
    _ = try scratch.write(name, OldFile.bytes(first: 0, shape: [4], strides: [1], count: 4))
    _ = try shard("b.safetensors", ["v": Self.b])
    let file = try Checkpoint(path: try index(["w": name, "v": "b.safetensors"], name: "pytorch_model.bin.index.json"))
    #expect(file.tensor("w")?.values == [0, 1, 2, 3] && file.tensor("v") == Self.b)
    #expect(file.format == "PyTorch and safetensors in 2 files")
  }

  @Test func whatIsMissingIsSaidAtOnce() throws {
    _ = try shard(Self.first, ["a": Self.a])
    let path = try index(["a": Self.first, "b": Self.second, "c": "other.safetensors"])
    #expect(
      throws: CheckpointError.shardsMissing(path: path, names: [Self.second, "other.safetensors"], of: 3)
    ) { try Checkpoint(path: path) }
    // A tensor that is not where the index says is not there.
    let wrong = try Checkpoint(path: try index(["a": Self.first, "b": Self.first], name: "other.index.json"))
    #expect(wrong.names == ["a"])
  }

  @Test(arguments: ["../x.safetensors", "/etc/passwd", "a/../../x", "", ".."])
  func nothingOutsideOfItsFolderIsOpened(_ name: String) throws {
    let path = try index(["a": name])
    #expect(throws: CheckpointError.leavesFolder(name)) { try Checkpoint(path: path) }
  }

  @Test(arguments: ["{}", "{\"weight_map\": 3}", "{\"weight_map\": {}}", "{\"weight_map\": {\"a\": 1}}", "{"])
  func whatIsNoIndexIsNamed(_ text: String) throws {
    let path = try scratch.write("config.json", Array(text.utf8))
    let error = #expect(throws: CheckpointError.self) { try Checkpoint(path: path) }
    guard case .unreadable(path, _)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test func aDamagedFileOfManyIsNamed() throws {
    let damaged = try scratch.write(Self.first, Array("no weights at all".utf8))
    let path = try index(["a": Self.first])
    let error = #expect(throws: CheckpointError.self) { try Checkpoint(path: path) }
    guard case .unreadable(damaged, _)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test(
    arguments: [
      ("model-00001-of-00002.safetensors", 1, 2), ("pytorch_model-00003-of-00012.bin", 3, 12), ("a-0-of-2.x", 0, 2),
      ("model.safetensors", nil, nil), ("model-00001-of-00001.safetensors", nil, nil), ("best-of-all.pt", nil, nil),
      ("5-of-2.pt", nil, nil),
    ] as [(String, Int?, Int?)])
  func partsAreToldByTheirNames(_ name: String, _ number: Int?, _ count: Int?) {
    let found = ShardIndex.shard(name)
    #expect(found?.number == number && found?.count == count)
  }

  /// Whatever lies in front: the prefix under which the network's names are found.
  @Test(arguments: [
    "", "net.", "module.", "state_dict.", "state_dict.module.net.", "lightning.wrapped.by.hand.", "model.model.",
    "ema_model.module.",
  ])
  func namesAreFoundByWhatFits(_ prefix: String) throws {
    let wanted: [(name: String, shape: [Int]?)] = [("encoder.a", [2]), ("encoder.b", [1])]
    var tensors = [prefix + "encoder.a": Self.a, prefix + "encoder.b": Self.b, "step": Self.b]
    // A copy of half of it, and one of other shapes.
    tensors["copy.encoder.a"] = Self.b
    tensors["teacher.encoder.a"] = Self.b
    tensors["teacher.encoder.b"] = Self.a
    let file = try Checkpoint(Safetensors.encode(tensors)).fitted(to: wanted)
    #expect(file.tensor("encoder.a") == Self.a && file.tensor("encoder.b") == Self.b)
    #expect(
      Set(file.names) == ["encoder.a", "encoder.b", "step", "copy.encoder.a", "teacher.encoder.a", "teacher.encoder.b"])
  }

  @Test func wrappersAmidANameAreNone() throws {
    let file = try Checkpoint(Safetensors.encode(["net.encoder.module.a": Self.a, "net._orig_mod.encoder.b": Self.b]))
      .fitted(to: [("encoder.a", [2]), ("encoder.b", [1])])
    #expect(file.tensor("encoder.a") == Self.a && file.tensor("encoder.b") == Self.b)
  }

  /// Dictionaries in dictionaries, as training programs save them.
  @Test func innerDictionariesAreFollowed() throws {
    let path = Museum.folder + "/weights/below_net.pt"
    let file = try Checkpoint(path: path)
    #expect(file.tensor("w")?.values == [1, 2, 3, 4] && file.others == ["epoch"])
  }

  @Test func expandedViewsRepeatTheirNumbers() throws {
    let file = try Checkpoint(path: Museum.folder + "/weights/expanded.pt")
    #expect(file.tensor("w") == Tensor(shape: [2, 4], values: [1, 2, 3, 4, 1, 2, 3, 4]))
    #expect(file.tensor("v") == Tensor(shape: [3, 2], values: [1, 2, 2, 3, 3, 4]))
  }
}
