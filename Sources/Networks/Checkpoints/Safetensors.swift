import FoundationEssentials
import Tensor

/// The safetensors format: eight bytes of header length, a JSON header, then the tensors' bytes, all little endian.
/// (github.com/huggingface/safetensors, section "Format".)
public struct Safetensors: TensorFile {
  public struct Entry: Hashable, Sendable {
    public let type: String
    public let shape: [Int]
    /// Within the data section.
    let bytes: Range<Int>
  }

  public private(set) var entries: [String: Entry] = [:]
  public private(set) var metadata: [String: String] = [:]
  private let data: [UInt8]
  private let start: Int

  static let largestHeader = 16 << 20

  /// Reads and checks a whole file: header size, every offset, every product of a shape, and that the tensors lie one
  /// after another without overlap or gap, as the format demands.
  public init(_ data: [UInt8]) throws(CheckpointError) {
    guard data.count >= 8 else { throw .malformed("shorter than its 8-byte header length") }
    let length = (0..<8).reduce(UInt64(0)) { $0 | UInt64(data[$1]) << (8 * UInt64($1)) }
    guard length <= UInt64(Self.largestHeader), length <= UInt64(data.count - 8) else {
      throw .malformed("a header of \(length) bytes in a file of \(data.count)")
    }
    let start = 8 + Int(length)
    let header: [String: HeaderValue]
    do {
      header = try JSONDecoder().decode([String: HeaderValue].self, from: Data(data[8..<start]))
    } catch {
      throw .malformed("its header is no JSON of tensors")
    }
    for (name, value) in header {
      switch value {
      case .metadata(let m):
        guard name == "__metadata__" else { throw .malformed("tensor \(name) has no type, shape and offsets") }
        metadata = m
      case .tensor(let type, let shape, let offsets):
        guard let width = ElementType(rawValue: type)?.width else { throw .unsupportedType(tensor: name, type: type) }
        guard offsets.count == 2, offsets[0] >= 0, offsets[0] <= offsets[1], offsets[1] <= data.count - start else {
          throw .malformed("tensor \(name) lies outside the file")
        }
        var size = width
        for n in shape {
          let (product, overflow) = size.multipliedReportingOverflow(by: n)
          guard n >= 0, !overflow else { throw .malformed("tensor \(name) has an impossible shape") }
          size = product
        }
        guard size == offsets[1] - offsets[0] else {
          throw .malformed("tensor \(name) of shape \(shape) does not fill its \(offsets[1] - offsets[0]) bytes")
        }
        entries[name] = Entry(type: type, shape: shape, bytes: offsets[0]..<offsets[1])
      }
    }
    var next = 0
    // An empty tensor shares its place with the one behind it, and comes first.
    let inOrder = entries.sorted { a, b in
      (a.value.bytes.lowerBound, a.value.bytes.upperBound) < (b.value.bytes.lowerBound, b.value.bytes.upperBound)
    }
    for (name, e) in inOrder {
      guard e.bytes.lowerBound == next else { throw .malformed("tensor \(name) overlaps another, or leaves a gap") }
      next = e.bytes.upperBound
    }
    guard next == data.count - start else { throw .malformed("\(data.count - start - next) bytes belong to no tensor") }
    self.data = data
    self.start = start
  }

  public init(path: String) throws(CheckpointError) {
    let bytes: Data
    do {
      bytes = try Data(contentsOf: URL(filePath: path))
    } catch {
      throw .unreadable(path: path, reason: "no such file, or no permission")
    }
    try self.init([UInt8](bytes))
  }

  public var names: [String] { entries.keys.sorted() }
  public func shape(of name: String) -> [Int]? { entries[name]?.shape }

  public func tensor(_ name: String) -> Tensor? {
    guard let e = entries[name], let type = ElementType(rawValue: e.type) else { return nil }
    let count = e.shape.reduce(1, *)
    let values = [Float](unsafeUninitializedCapacity: count) { buffer, initialised in
      data.withUnsafeBytes { bytes in
        for i in 0..<count { buffer[i] = type.float(bytes, start + e.bytes.lowerBound, i) }
      }
      initialised = count
    }
    return Tensor(shape: e.shape, values: values)
  }

  /// The bytes of a file: tensors by name, metadata first; the same input gives the same bytes.
  public static func encode(
    _ tensors: [String: Tensor], half: Bool = false, metadata: [String: String] = [:]
  ) -> [UInt8] {
    func quoted(_ s: String) -> String {
      var out = "\""
      for scalar in s.unicodeScalars {
        switch scalar {
        case "\\", "\"": out += "\\\(scalar)"
        case "\u{0}"..<" ":
          let hex = String(scalar.value, radix: 16)
          out += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
        default: out.unicodeScalars.append(scalar)
        }
      }
      return out + "\""
    }
    var fields: [String] = []
    if !metadata.isEmpty {
      let pairs = metadata.sorted { $0.key < $1.key }.map { "\(quoted($0.key)):\(quoted($0.value))" }
      fields.append("\"__metadata__\":{\(pairs.joined(separator: ","))}")
    }
    let names = tensors.keys.sorted()
    var body: [UInt8] = []
    body.reserveCapacity(tensors.values.reduce(0) { $0 + $1.count * (half ? 2 : 4) })
    for name in names {
      guard let t = tensors[name] else { continue }
      let begin = body.count
      if half {
        t.values.map { Half.bits($0).littleEndian }.withUnsafeBytes { body.append(contentsOf: $0) }
      } else {
        t.values.map { $0.bitPattern.littleEndian }.withUnsafeBytes { body.append(contentsOf: $0) }
      }
      let shape = t.shape.map(String.init).joined(separator: ",")
      let type = half ? "F16" : "F32"
      let offsets = "[\(begin),\(body.count)]"
      fields.append("\(quoted(name)):{\"dtype\":\"\(type)\",\"shape\":[\(shape)],\"data_offsets\":\(offsets)}")
    }
    var header = Array("{\(fields.joined(separator: ","))}".utf8)
    while header.count % 8 != 0 { header.append(UInt8(ascii: " ")) }
    return withUnsafeBytes(of: UInt64(header.count).littleEndian, Array.init) + header + body
  }
}

/// What stands under a name in the header.
private enum HeaderValue: Decodable {
  case tensor(type: String, shape: [Int], offsets: [Int])
  case metadata([String: String])

  private enum Key: String, CodingKey {
    case dtype, shape, offsets = "data_offsets"
  }

  init(from decoder: any Decoder) throws {
    if let fields = try? decoder.container(keyedBy: Key.self),
      let type = try? fields.decode(String.self, forKey: .dtype),
      let shape = try? fields.decode([Int].self, forKey: .shape)
    {
      self = .tensor(type: type, shape: shape, offsets: try fields.decode([Int].self, forKey: .offsets))
    } else {
      self = .metadata(try decoder.singleValueContainer().decode([String: String].self))
    }
  }
}
