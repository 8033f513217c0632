import Tensor

/// What PyTorch's `torch.save` writes: a zip of a pickle and raw storages, or, before version 1.6, pickles with the
/// storages behind them. The pickle is read as data and never run (`Unpickler`).
public struct TorchFile: TensorFile {
  private struct View: Sendable {
    let type: ElementType
    let shape: [Int]
    let strides: [Int]
    /// Byte of the file at which its first element lies.
    let start: Int
  }

  private let bytes: [UInt8]
  private var views: [String: View] = [:]
  /// What the file holds beside the weights: `epoch`, `optimizer_states`, ….
  public private(set) var others: [String] = []

  public var names: [String] { views.keys.sorted() }

  static func isTorch(_ bytes: [UInt8]) -> Bool { ZipDirectory.isZip(bytes) || bytes.starts(with: oldStart) }

  /// Protocol 2, then the long 0x1950a86a20f9469cfc6c.
  private static let oldStart: [UInt8] = [
    0x80, 2, 0x8A, 10, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19,
  ]

  public init(_ bytes: [UInt8]) throws(CheckpointError) {
    self.bytes = bytes
    let (unpickler, root, places) =
      try ZipDirectory.isZip(bytes) ? Self.zipped(bytes) : Self.old(bytes)
    guard case .dictionary(let top) = root else { throw .malformed("it holds no dictionary of tensors") }
    let found = Self.tensors(unpickler, top)
    others = found.others
    for (name, number) in found.tensors {
      let tensor = unpickler.tensors[number]
      let storage = unpickler.storages[tensor.storage]
      guard let place = places[storage.key] else { throw .malformed("the numbers of \(name) are missing") }
      views[name] = try Self.view(name, tensor, storage, place)
    }
    guard !views.isEmpty else { throw .malformed("it holds no tensors") }
  }

  public func shape(of name: String) -> [Int]? { views[name]?.shape }

  public func tensor(_ name: String) -> Tensor? {
    guard let view = views[name] else { return nil }
    let count = view.shape.reduce(1, *)
    let values = [Float](unsafeUninitializedCapacity: count) { buffer, initialised in
      bytes.withUnsafeBytes { bytes in
        var place = [Int](repeating: 0, count: view.shape.count)
        var at = 0
        for i in 0..<count {
          buffer[i] = view.type.float(bytes, view.start, at)
          // The next element, the last dimension running fastest.
          for d in place.indices.reversed() {
            place[d] += 1
            at += view.strides[d]
            if place[d] < view.shape[d] { break }
            at -= view.strides[d] * view.shape[d]
            place[d] = 0
          }
        }
      }
      initialised = count
    }
    return Tensor(shape: view.shape, values: values)
  }

  /// Where each storage's bytes lie.
  private typealias Places = [String: Range<Int>]

  private static func zipped(_ bytes: [UInt8]) throws(CheckpointError) -> (Unpickler, PickleValue, Places) {
    let zip = try ZipDirectory(bytes)
    guard let (name, pickle) = zip.entries.first(where: { $0.key == "data.pkl" || $0.key.hasSuffix("/data.pkl") })
    else { throw .malformed("it is a zip file without weights (data.pkl)") }
    let folder = name.dropLast("data.pkl".count)
    if let order = zip.entries[folder + "byteorder"], bytes[order].elementsEqual("big".utf8) {
      throw .malformed("its numbers are big endian: save it again on another machine")
    }
    var unpickler = Unpickler(bytes[pickle])
    let root = try unpickler.value()
    var places: Places = [:]
    for storage in unpickler.storages { places[storage.key] = zip.entries["\(folder)data/\(storage.key)"] }
    return (unpickler, root, places)
  }

  /// Magic number, protocol 1001, the machine's sizes, the object, the storages' keys; then each storage as an eight-byte
  /// count and its numbers.
  private static func old(_ bytes: [UInt8]) throws(CheckpointError) -> (Unpickler, PickleValue, Places) {
    var unpickler = Unpickler(bytes[...])
    _ = try unpickler.value()
    guard try unpickler.value() == .int(1001) else { throw .malformed("it is of an unknown version") }
    if case .dictionary(let system) = try unpickler.value(),
      unpickler.dictionaries[system][.string("little_endian")] == .bool(false)
    {
      throw .malformed("its numbers are big endian: save it again on another machine")
    }
    let root = try unpickler.value()
    // In two steps: asked in one, the unpickler of before the pickle would answer.
    let stored = try unpickler.value()
    guard let keys = unpickler.items(stored) else { throw .malformed("its storages have no keys") }
    let types = Dictionary(unpickler.storages.map { ($0.key, $0.type ?? .uint8) }) { first, _ in first }
    var places: Places = [:]
    var at = unpickler.position
    for key in keys {
      guard case .string(let key) = key, let type = types[key], at <= bytes.count - 8 else {
        throw .malformed("its storages end too early")
      }
      let count = bytes[at..<at + 8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      at += 8
      guard count <= UInt64((bytes.count - at) / type.width) else { throw .malformed("its storages end too early") }
      places[key] = at..<at + Int(count) * type.width
      at += Int(count) * type.width
    }
    return (unpickler, root, places)
  }

  /// All tensors in the dictionary and in those within it, each under the names that lead to it with dots between; and
  /// what else the outer ones hold. A dictionary within itself is followed once.
  private static func tensors(_ unpickler: Unpickler, _ top: Int) -> (tensors: [String: Int], others: [String]) {
    var (found, others) = ([String: Int](), [String]())
    var seen: Set<Int> = [top]
    var open = [(prefix: "", dictionary: top)]
    while let (prefix, dictionary) = open.popLast() {
      var inner: [(prefix: String, dictionary: Int)] = []
      for (key, value) in unpickler.dictionaries[dictionary] {
        guard case .string(let name) = key else { continue }
        switch value {
        case .tensor(let number): found[prefix + name] = number
        case .dictionary(let next): inner.append(("\(prefix)\(name).", next))
        default: if prefix.isEmpty { others.append(name) }
        }
      }
      // In the order of their names, whatever the order of the dictionary.
      for next in inner.sorted(by: { $0.prefix > $1.prefix }) where seen.insert(next.dictionary).inserted {
        open.append(next)
      }
    }
    let empty = unpickler.dictionaries[top].compactMap { key, value -> String? in
      guard case .string(let name) = key, case .dictionary = value else { return nil }
      return found.keys.contains { $0.hasPrefix(name + ".") } ? nil : name
    }
    return (found, (others + empty).sorted())
  }

  /// How many numbers a view of fewer may show: no buffer that was expanded is larger.
  private static let mostRepeated = 1 << 26

  /// A view whose every element lies inside its storage, and its storage inside the file.
  private static func view(
    _ name: String, _ tensor: PickleTensor, _ storage: PickleStorage, _ place: Range<Int>
  ) throws(CheckpointError) -> View {
    let width = tensor.type.width
    let (bytes, tooMany) = storage.count.multipliedReportingOverflow(by: storage.type?.width ?? 1)
    guard !tooMany, bytes <= place.count else { throw .malformed("the numbers of \(name) are cut short") }
    let stored = bytes / width
    var (last, count) = (tensor.first, 1)
    var sound = tensor.first >= 0
    for (n, stride) in zip(tensor.shape, tensor.strides) {
      let (reach, far) = max(n - 1, 0).multipliedReportingOverflow(by: stride)
      let (sum, over) = last.addingReportingOverflow(reach)
      let (product, many) = count.multipliedReportingOverflow(by: n)
      sound = sound && n >= 0 && stride >= 0 && !far && !over && !many
      (last, count) = (sum, product)
    }
    guard sound, count == 0 || last < stored else { throw .malformed("tensor \(name) reaches beyond its numbers") }
    // An expanded view repeats numbers (a stride of 0), others overlap.
    guard count <= max(stored, mostRepeated) else {
      throw .malformed("tensor \(name) repeats its \(stored) numbers to \(count), more than is believed")
    }
    return View(
      type: tensor.type, shape: tensor.shape, strides: tensor.strides,
      start: place.lowerBound + (count == 0 ? 0 : tensor.first * width))
  }
}
