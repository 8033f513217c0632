import FoundationEssentials

public enum VocabularyError: Error, Hashable {
  case unreadable(path: String)
  case notText
  /// A vocabulary must hold the tokens that every sentence needs.
  case lacks([String])

  public var text: String {
    switch self {
    case .unreadable(let path): "\(path) could not be read: no such file, or no permission"
    case .notText: "this vocabulary is not UTF-8 text"
    case .lacks(let tokens): "this vocabulary lacks \(tokens.joined(separator: ", "))"
    }
  }
}

/// The word pieces of a text encoder; an entry's id is its place. Pieces that continue a word begin with `##`.
public struct Vocabulary: Sendable {
  public let entries: [String]
  public let unknown: Int
  public let start: Int
  public let end: Int
  let whole: [ArraySlice<UInt8>: Int]
  let continuing: [ArraySlice<UInt8>: Int]
  /// Tokens that stand for themselves when a text spells them out.
  let special: [(text: [UInt8], id: Int)]

  static let specials = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]

  /// Of equal entries the last one counts.
  public init(_ entries: [String]) throws(VocabularyError) {
    var whole: [ArraySlice<UInt8>: Int] = [:]
    var continuing: [ArraySlice<UInt8>: Int] = [:]
    for (id, entry) in entries.enumerated() {
      let bytes = Array(entry.utf8)
      if bytes.count > 2, bytes[0] == UInt8(ascii: "#"), bytes[1] == UInt8(ascii: "#") { continuing[bytes[2...]] = id }
      whole[bytes[...]] = id
    }
    func id(_ token: String) -> Int? { whole[Array(token.utf8)[...]] }
    guard let unknown = id("[UNK]"), let start = id("[CLS]"), let end = id("[SEP]") else {
      throw .lacks(["[UNK]", "[CLS]", "[SEP]"].filter { id($0) == nil })
    }
    (self.unknown, self.start, self.end) = (unknown, start, end)
    special = Self.specials.compactMap { token in id(token).map { (Array(token.utf8), $0) } }
    self.entries = entries
    self.whole = whole
    self.continuing = continuing
  }

  /// One entry a line, as vocab.txt has them.
  public init(text: [UInt8]) throws(VocabularyError) {
    var lines: [String] = []
    // By bytes: to Swift's strings a carriage return and its line feed are one character.
    for line in text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      let bare = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
      guard let entry = String(validating: bare, as: UTF8.self) else { throw .notText }
      lines.append(entry)
    }
    if lines.last == "" { lines.removeLast() }
    try self.init(lines)
  }

  public init(path: String) throws(VocabularyError) {
    guard let data = try? Data(contentsOf: URL(filePath: path)) else { throw .unreadable(path: path) }
    try self.init(text: [UInt8](data))
  }

  public var count: Int { entries.count }

  /// The bytes of a vocab.txt.
  public var text: [UInt8] { Array((entries.joined(separator: "\n") + "\n").utf8) }
}
