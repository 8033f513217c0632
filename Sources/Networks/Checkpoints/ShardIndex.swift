import FoundationEssentials
import Tensor

/// The table of contents of weights in several files, as Hugging Face's libraries write it beside them:
/// `model.safetensors.index.json`, `pytorch_model.bin.index.json`.
struct ShardIndex {
  /// The file that holds each tensor, by the tensor's name; below the folder of the index.
  let places: [String: String]
  /// Those files, in the order of their names.
  let files: [String]

  private static let mostFiles = 10_000

  private struct Contents: Decodable {
    let places: [String: String]
    private enum CodingKeys: String, CodingKey { case places = "weight_map" }
  }

  /// JSON, which no format of weights begins like.
  static func isIndex(_ bytes: [UInt8]) -> Bool {
    bytes.prefix(64).first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) } == UInt8(ascii: "{")
  }

  init(_ bytes: [UInt8]) throws(CheckpointError) {
    guard bytes.count <= Safetensors.largestHeader else { throw .malformed("an index of \(bytes.count) bytes") }
    guard let contents = try? JSONDecoder().decode(Contents.self, from: Data(bytes)) else {
      throw .malformed("it is JSON without a map of weights (weight_map), so no index of shards")
    }
    places = contents.places
    files = Set(places.values).sorted()
    guard !files.isEmpty, files.count <= Self.mostFiles else { throw .malformed("an index of \(files.count) files") }
    if let outside = files.first(where: Self.leadsOut) { throw .leavesFolder(outside) }
  }

  private static func leadsOut(_ name: String) -> Bool {
    name.isEmpty || name.hasPrefix("/") || name.utf8.contains(0) || name.split(separator: "/").contains("..")
  }

  /// "model-00001-of-00002.safetensors" is the first of two.
  static func shard(_ name: String) -> (number: Int, count: Int)? {
    let stem = name.split(separator: ".", maxSplits: 1).first ?? ""
    let parts = stem.split(separator: "-").suffix(3)
    guard parts.count == 3, parts[parts.startIndex + 1] == "of", let number = Int(parts[parts.startIndex]),
      let count = parts.last.flatMap({ Int($0) }), count > 1, (0...count).contains(number)
    else { return nil }
    return (number, count)
  }
}

/// Weights in several files, which are asked as one.
struct Shards: TensorFile {
  let names: [String]
  private let files: [String: any TensorFile]
  private let places: [String: String]

  /// What the index names but no file holds is not there.
  init(_ index: ShardIndex, _ files: [String: any TensorFile]) {
    self.files = files
    places = index.places.filter { name, place in files[place]?.shape(of: name) != nil }
    names = places.keys.sorted()
  }

  func shape(of name: String) -> [Int]? { places[name].flatMap { files[$0]?.shape(of: name) } }
  func tensor(_ name: String) -> Tensor? { places[name].flatMap { files[$0]?.tensor(name) } }
}
