/// A word of the reader about a series: where it had to choose between what a file says, or where the file says too little.
public struct SeriesNote: Hashable, Sendable, Codable {
  /// A stable code: geometry_missing, sform_unusable, …
  public var code: String
  /// A whole sentence.
  public var text: String
  /// True where what follows from the series may be wrong; else the reader is sure of its choice.
  public var isWarning: Bool

  public init(_ code: String, _ text: String, isWarning: Bool = false) {
    self.code = code
    self.text = text
    self.isWarning = isWarning
  }
}
