import Glibc
import Tensor

/// A file of weights of any format that people have, told by its content; or several, told by their index.
public struct Checkpoint: TensorFile {
  private let file: any TensorFile
  /// In words: "safetensors", "PyTorch".
  public let format: String
  /// What it holds beside the weights.
  public let others: [String]
  /// Where the file is one of several by its name, what to say of that; else empty.
  public let partNote: String
  /// The file's name of each weight by the name that a network knows it under.
  private let stored: [String: String]

  /// Files of more than this together are none of the networks here.
  static let largestFile = 8 << 30

  public init(path: String) throws(CheckpointError) {
    do throws(CheckpointError) {
      let bytes = try Self.read(path)
      if ShardIndex.isIndex(bytes) {
        try self.init(try ShardIndex(bytes), of: path)
      } else {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        let part = ShardIndex.shard(name)
        try self.init(bytes, partNote: part.map { "\(name) is file \($0.number) of \($0.count)" } ?? "")
      }
    } catch .malformed(let why) {
      throw .unreadable(path: path, reason: why)
    }
  }

  public init(_ bytes: [UInt8]) throws(CheckpointError) { try self.init(bytes, partNote: "") }

  private init(_ bytes: [UInt8], partNote: String) throws(CheckpointError) {
    let opened = try Self.open(bytes)
    self.init(opened.file, opened.format, opened.others, partNote, prefix: nil)
  }

  /// All files of an index, or all that are missing at once.
  private init(_ index: ShardIndex, of path: String) throws(CheckpointError) {
    let folder = path.contains("/") ? path[...(path.lastIndex(of: "/") ?? path.startIndex)] : ""
    let missing = index.files.filter { access(folder + $0, F_OK) != 0 }
    guard missing.isEmpty else { throw .shardsMissing(path: path, names: missing, of: index.files.count) }
    var (files, formats, left) = ([String: any TensorFile](), Set<String>(), Self.largestFile)
    var others: Set<String> = []
    for name in index.files {
      do throws(CheckpointError) {
        let bytes = try Self.read(folder + name, most: left)
        left -= bytes.count
        let opened = try Self.open(bytes)
        files[name] = opened.file
        formats.insert(opened.format)
        others.formUnion(opened.others)
      } catch .malformed(let why) {
        throw .unreadable(path: folder + name, reason: why)
      }
    }
    let format = "\(formats.sorted().joined(separator: " and ")) in \(files.count) files"
    self.init(Shards(index, files), format, others.sorted(), "", prefix: nil)
  }

  /// `prefix` is what goes in front of the weights' names in the file; nil for what training programs are known to put
  /// there.
  private init(_ file: any TensorFile, _ format: String, _ others: [String], _ partNote: String, prefix: String?) {
    (self.file, self.format, self.others, self.partNote) = (file, format, others, partNote)
    let pairs = file.names.map { name in
      let bare = Self.bare(name)
      guard let prefix else { return (Self.plain(bare), name) }
      return (bare.hasPrefix(prefix) ? String(bare.dropFirst(prefix.count)) : bare, name)
    }
    // Should two be called the same: the one below the prefix where that is known, else the one that is called so.
    let isBelow = { (pair: (String, String)) in pair.0 != pair.1 }
    let (below, same) = (pairs.filter(isBelow), pairs.filter { !isBelow($0) })
    stored = Dictionary(prefix == nil ? same + below : below + same) { first, _ in first }
  }

  /// The same file as a network with these weights sees it: below the prefix under which most of them are found, by name
  /// and shape first, then by name. Where none is, as it is.
  public func fitted(to wanted: [(name: String, shape: [Int]?)]) -> Checkpoint {
    let shapes = Dictionary(wanted.map { ($0.name, $0.shape) }) { first, _ in first }
    var hits: [String: (shapes: Int, names: Int)] = [:]
    for name in file.names {
      let bare = Self.bare(name)
      var rest = bare[...]
      while true {
        if let shape = shapes[String(rest)] {
          let fits = shape == nil || shape == file.shape(of: name)
          hits[String(bare.dropLast(rest.count)), default: (0, 0)].names += 1
          if fits { hits[String(bare.dropLast(rest.count)), default: (0, 0)].shapes += 1 }
        }
        guard let dot = rest.firstIndex(of: ".") else { break }
        rest = rest[rest.index(after: dot)...]
      }
    }
    // Of two copies (a running mean beside the weights, say), the one under a known name, then the shorter way.
    func rank(_ prefix: String) -> (Int, Int, Int, Int) {
      let found = hits[prefix] ?? (0, 0)
      return (-found.shapes, -found.names, Self.plain(prefix).isEmpty ? 0 : 1, prefix.count)
    }
    let best = hits.keys.min { a, b in rank(a) == rank(b) ? a < b : rank(a) < rank(b) }
    return Checkpoint(file, format, others, partNote, prefix: best)
  }

  /// Without the names of modules that wrap others anywhere and add nothing of their own.
  private static func bare(_ name: String) -> String {
    let wrappers: Set<Substring> = [
      "module", "_orig_mod", "_fsdp_wrapped_module", "_checkpoint_wrapped_module",
    ]
    guard wrappers.contains(where: { name.contains($0) }) else { return name }
    return name.split(separator: ".", omittingEmptySubsequences: false).filter { !wrappers.contains($0) }
      .joined(separator: ".")
  }

  /// Without what training programs put in front of every name. A prefix is taken off whole, never letter by letter.
  private static func plain(_ name: String) -> String {
    var rest = name[...]
    while let prefix = ["state_dict.", "model_state_dict.", "model.", "net.", "network."].first(where: rest.hasPrefix) {
      rest = rest.dropFirst(prefix.count)
    }
    return String(rest)
  }

  public var names: [String] { stored.keys.sorted() }
  public func shape(of name: String) -> [Int]? { stored[name].flatMap(file.shape) }
  public func tensor(_ name: String) -> Tensor? { stored[name].flatMap(file.tensor) }

  private static func open(
    _ bytes: [UInt8]
  ) throws(CheckpointError) -> (file: any TensorFile, format: String, others: [String]) {
    guard TorchFile.isTorch(bytes) else { return (try Safetensors(bytes), "safetensors", []) }
    let torch = try TorchFile(bytes)
    return (torch, "PyTorch", torch.others)
  }

  private static func read(_ path: String, most: Int = largestFile) throws(CheckpointError) -> [UInt8] {
    func failed() -> CheckpointError { .unreadable(path: path, reason: String(cString: strerror(errno))) }
    let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw failed() }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failed() }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .unreadable(path: path, reason: "it is no file") }
    let size = Int(status.st_size)
    guard size <= most else { throw .unreadable(path: path, reason: "it is larger than any network here") }
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      while count < size, let base = buffer.baseAddress {
        let n = Glibc.read(descriptor, base + count, size - count)
        if n < 0, errno == EINTR { continue }
        guard n > 0 else { break }
        count += n
      }
    }
    guard bytes.count == size else { throw .unreadable(path: path, reason: "it changed while it was read") }
    return bytes
  }
}
