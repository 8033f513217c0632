import Plain

/// A medical image that could not be read: named with its reason, while the rest goes on.
public struct UnreadableFile: Error, Hashable, Sendable, Codable {
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

extension UnreadableFile {
  /// As it is said to people.
  public var sentence: String { WhyNot(self).sentence }

  /// A row of the lists that commands print.
  public var json: JSON {
    .object([.init("path", .string(path.text)), .init("reason", .string(reason)), .init("text", .string(text))])
  }
}

extension [UnreadableFile] {
  public var json: JSON { .array(map(\.json)) }

  /// Each file once, as it was named first.
  public mutating func add(_ more: [UnreadableFile]) {
    var known = Set(map(\.path))
    for file in more where known.insert(file.path).inserted { append(file) }
  }
}
