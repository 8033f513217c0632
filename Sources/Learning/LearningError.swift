import Findings
import Plain

/// Why nothing could be learned. Where it is the table's, the text is to be read after its name.
public enum LearningError: Error, Hashable, Sendable {
  case table(TableError)
  case labels(String)
  /// What was asked for cannot be done with these labels: a sentence each.
  case refused([String])
  /// A training that cannot begin, or go on: a sentence.
  case run(String)
  case notWritten(file: String, reason: String)

  public var text: String {
    switch self {
    case .table(let error): error.text
    case .labels(let why): why
    case .run(let why): why
    case .notWritten(let file, let reason): "\(file) could not be written: \(reason)"
    case .refused(let reasons): reasons.joined(separator: "\n")
    }
  }
}
