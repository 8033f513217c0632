/// A medical image that could not be read: named with its reason, while the rest goes on.
public struct UnreadableFile: Hashable, Sendable, Codable {
  public var path: FilePath
  /// A stable code: truncated, unsupported_transfer_syntax, …
  public var reason: String
  /// What was wrong and what to do, in a sentence.
  public var text: String
  /// The study that it belongs to, where its head still told: (0020,000D). Else empty.
  public var study: String

  public init(path: FilePath, reason: String, text: String, study: String = "") {
    self.path = path
    self.reason = reason
    self.text = text
    self.study = study
  }
}
