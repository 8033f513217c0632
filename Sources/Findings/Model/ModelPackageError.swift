import Networks

/// Why a model package was refused.
public enum ModelPackageError: Error, Hashable {
  case missing(path: String)
  case unreadable(file: String, reason: String)
  case notWritten(file: String, reason: String)
  /// The manifest is no JSON, or lacks something.
  case manifest(String)
  case newerSchema(Int)
  case wrongSize(file: String, expected: Int, found: Int)
  /// The file is not the one that the manifest was written for.
  case wrongHash(file: String)
  case contradiction(String)
  case weights(CheckpointError)
  /// A file that was to be imported.
  case `import`(file: String, CheckpointError)

  public var text: String {
    switch self {
    case .missing(let path): "there is no model at \(path): it should be a folder with a manifest.json"
    case .unreadable(let file, let reason): "the model's \(file) could not be read: \(reason)"
    case .notWritten(let file, let reason): "the model's \(file) could not be written: \(reason)"
    case .manifest(let why): "the model's manifest.json is damaged: \(why)"
    case .newerSchema(let schema):
      "the model's manifest has schema \(schema); this version knows \(ModelManifest.currentSchema): update cinecor"
    case .wrongSize(let file, let expected, let found):
      "the model's \(file) has \(found) bytes where its manifest says \(expected): copy the package again"
    case .wrongHash(let file):
      "the model's \(file) is not the file that its manifest was written for (SHA-256 differs): copy the package again"
    case .contradiction(let why): "the model contradicts itself: \(why)"
    case .import(let file, let error):
      switch error {
      case .unreadable, .shardsMissing: error.text
      default: "\(file): \(error.text)"
      }
    case .weights(let error): "the model's weights do not fit: \(error.text)"
    }
  }
}
