import Findings
import Plain

/// Why nothing could be learned. Where it is the table's, the text is to be read after its name.
public enum LearningError: Error, Hashable, Sendable {
  case table(TableError)
  case labels(String)
  /// What was asked for cannot be done with these labels: a sentence each.
  case refused([String])

  public var text: String {
    switch self {
    case .table(let error): error.text
    case .labels(let why): why
    case .refused(let reasons): reasons.joined(separator: "\n")
    }
  }
}
