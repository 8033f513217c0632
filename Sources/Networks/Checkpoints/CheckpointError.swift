/// Why a file of weights was refused. Nothing in such a file is ever run.
public enum CheckpointError: Error, Hashable {
  case unreadable(path: String, reason: String)
  /// Not the format that it was opened as, or damaged: what was wrong.
  case malformed(String)
  /// It asks for code that is none of the few that tensors need; nothing of it was run.
  case refused(String)
  /// Files that an index names and that are not there.
  case shardsMissing(path: String, names: [String], of: Int)
  /// An index names a file outside of its own folder.
  case leavesFolder(String)
  /// A tensor type that has no place in a network of floats.
  case unsupportedType(tensor: String, type: String)
  /// Everything that keeps the weights from fitting the network, all at once.
  case mismatch(LoadReport)

  public var text: String {
    switch self {
    case .unreadable(let path, let reason): "\(path) could not be read: \(reason)"
    case .malformed(let why): "these weights are damaged or in another format: \(why)"
    case .refused(let name):
      "this file of weights asks for \(name), which no weights need: refused, and nothing was run; ask for a safetensors file"
    case .shardsMissing(let path, let names, let count):
      "\(path) names \(count) files, of which \(names.count) are not there (\(names.joined(separator: ", "))): put them "
        + "beside it"
    case .leavesFolder(let name): "this index names \(name), which lies outside of its folder: refused"
    case .unsupportedType(let tensor, let type): "tensor \(tensor) has the type \(type), which is not supported"
    case .mismatch(let report): report.text
    }
  }
}

/// How a file's tensors compare with a network's, each by its full path.
public struct LoadReport: Hashable, Sendable {
  public var missing: [String] = []
  public var unused: [String] = []
  public var misshapen: [String] = []
  /// What else is to be said, a sentence; empty where there is nothing.
  public var note = ""

  public init() {}

  public var fits: Bool { missing.isEmpty && misshapen.isEmpty }

  public var text: String {
    func list(_ title: String, _ names: [String]) -> String {
      names.isEmpty ? "" : "\n\(title) (\(names.count)): " + names.joined(separator: ", ")
    }
    return "the weights do not fit this network" + list("missing", missing) + list("misshapen", misshapen)
      + list("unused", unused) + (note.isEmpty ? "" : "\n\(note)")
  }
}
