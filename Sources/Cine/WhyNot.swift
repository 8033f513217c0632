/// Why there is no answer: the one fact that goes from whoever found it to whoever says it.
public struct WhyNot: Error, Hashable, Sendable, Codable {
  /// Stable: truncated, no_cine, model_unavailable, …
  public var code: String
  /// A sentence, or the rest of one where `path` begins it: what is wrong and what to do.
  public var text: String
  /// The file that it is about, if it is one.
  public var path: FilePath?

  public init(code: String, text: String, path: FilePath? = nil) {
    (self.code, self.text, self.path) = (code, text, path)
  }

  /// A file could not be read.
  public init(_ file: UnreadableFile) { self.init(code: file.reason, text: file.text, path: file.path) }

  /// The pictures give no answer.
  public init(_ refusal: AnalysisWarning) { self.init(code: refusal.code, text: refusal.text) }

  /// Nothing is known but that there is none.
  public static let noResult = WhyNot(code: "no_result", text: "no result")

  /// As it is said to people.
  public var sentence: String { path.map { "\($0) \(text)" } ?? text }
}
