import Glibc
import Tensor

/// A file of weights of any format that people have, told by its content.
public struct Checkpoint: TensorFile {
  private let file: any TensorFile
  /// In words: "safetensors", "PyTorch".
  public let format: String
  /// What it holds beside the weights.
  public let others: [String]
  /// The file's name of each weight by the name that a network knows it under.
  private let stored: [String: String]

  /// A file of more than this is none of the networks here.
  static let largestFile = 8 << 30

  public init(path: String) throws(CheckpointError) {
    do throws(CheckpointError) {
      try self.init(try Self.read(path))
    } catch .malformed(let why) {
      throw .unreadable(path: path, reason: why)
    }
  }

  public init(_ bytes: [UInt8]) throws(CheckpointError) {
    if TorchFile.isTorch(bytes) {
      let torch = try TorchFile(bytes)
      (file, format, others) = (torch, "PyTorch", torch.others)
    } else {
      (file, format, others) = (try Safetensors(bytes), "safetensors", [])
    }
    stored = Dictionary(file.names.map { (Self.plain($0), $0) }) { first, _ in first }
  }

  /// Without what training programs put in front of every name. A prefix is taken off whole, never letter by letter.
  private static func plain(_ name: String) -> String {
    var rest = name[...]
    while let prefix = ["model.", "module.", "_orig_mod."].first(where: rest.hasPrefix) {
      rest = rest.dropFirst(prefix.count)
    }
    return String(rest)
  }

  public var names: [String] { stored.keys.sorted() }
  public func shape(of name: String) -> [Int]? { stored[name].flatMap(file.shape) }
  public func tensor(_ name: String) -> Tensor? { stored[name].flatMap(file.tensor) }

  private static func read(_ path: String) throws(CheckpointError) -> [UInt8] {
    func failed() -> CheckpointError { .unreadable(path: path, reason: String(cString: strerror(errno))) }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw failed() }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failed() }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .unreadable(path: path, reason: "it is no file") }
    let size = Int(status.st_size)
    guard size <= largestFile else { throw .unreadable(path: path, reason: "it is larger than any network here") }
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
