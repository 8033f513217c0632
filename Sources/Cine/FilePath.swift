/// The name of a file or folder: bytes without a zero, as the system has it, which need not be text. Two names are one
/// only where their bytes are. A file within an archive is named as if that were a folder.
public struct FilePath: Hashable, Sendable {
  public let bytes: [UInt8]
  /// How many of the bytes name the archive that holds the file; nil for a file of its own. All of them do where the
  /// archive is but a compressed file, which has no other name.
  private let ofArchive: Int?

  public init(bytes: some Sequence<UInt8>) { (self.bytes, ofArchive) = (Array(bytes), nil) }

  public init(_ text: String) { self.init(bytes: text.utf8) }

  /// What an archive calls `member`; nil for the one file that it is itself.
  public init(in archive: FilePath, member: [UInt8]?) {
    bytes = archive.bytes + (member.map { [Self.slash] + $0 } ?? [])
    ofArchive = archive.bytes.count
  }

  /// The archive that holds it, if one does.
  public var archive: FilePath? { ofArchive.map { FilePath(bytes: bytes[..<$0]) } }

  private static let slash = UInt8(ascii: "/")

  /// For as long as the body runs, as the system's calls want it.
  public func withCString<T, E: Error>(_ body: (UnsafePointer<CChar>) throws(E) -> T) throws(E) -> T {
    try body(bytes.map(CChar.init(bitPattern:)) + [0])
  }
}

// MARK: Parts

extension FilePath {
  /// Without the slashes at its end, unless it is the root itself.
  public var trimmed: FilePath {
    let end = bytes.lastIndex { $0 != Self.slash }
    return end.map { FilePath(bytes: bytes[...$0]) } ?? (bytes.isEmpty ? self : FilePath("/"))
  }

  /// What follows the last slash.
  public var name: FilePath {
    FilePath(bytes: bytes[(bytes.lastIndex(of: Self.slash).map { $0 + 1 } ?? 0)...])
  }

  /// The names between its slashes.
  public var parts: [ArraySlice<UInt8>] { bytes.split(separator: Self.slash, omittingEmptySubsequences: false) }

  public func hasSuffix(_ suffix: String) -> Bool { bytes.suffix(suffix.utf8.count).elementsEqual(suffix.utf8) }

  /// Its neighbour, in the same archive if it is in one, with another suffix; nil where it has not this one.
  public func replacing(suffix: String, by other: String) -> FilePath? {
    guard hasSuffix(suffix), ofArchive ?? 0 <= bytes.count - suffix.utf8.count else { return nil }
    let neighbour = bytes.dropLast(suffix.utf8.count) + Array(other.utf8)
    return archive.map { FilePath(in: $0, member: Array(neighbour.dropFirst($0.bytes.count + 1))) }
      ?? FilePath(bytes: neighbour)
  }

  /// A file or folder of this folder, or a part of this file.
  public func appending(_ name: some Sequence<UInt8>) -> FilePath {
    FilePath(bytes: bytes + (bytes.isEmpty || bytes.last == Self.slash ? [] : [Self.slash]) + Array(name))
  }

  /// True of itself and of everything below it.
  public func contains(_ path: FilePath) -> Bool {
    path.bytes.starts(with: bytes)
      && (path.bytes.count == bytes.count || bytes.last == Self.slash || path.bytes[bytes.count] == Self.slash)
  }

  /// The deepest folder that holds every file; "." where that is where the program stands.
  public static func folder(of files: some Sequence<FilePath>) -> FilePath {
    var common: [ArraySlice<UInt8>]?
    for file in files {
      let parts = file.parts.dropLast()
      common = common.map { zip($0, parts).prefix { $0 == $1 }.map(\.0) } ?? Array(parts)
    }
    guard let common, !common.isEmpty else { return "." }
    return common == [[]] ? "/" : FilePath(bytes: common.joined(separator: [slash]))
  }
}

// MARK: Text

extension FilePath: CustomStringConvertible, ExpressibleByStringInterpolation, Comparable, Codable {
  /// For people, and for JSON: text as it is, a byte that is none as `\xE9`. A name in which those four characters stand
  /// themselves has `\x5CxE9`, so that no two names look alike.
  public var text: String {
    if let text = String(validating: bytes, as: UTF8.self), !bytes.contains(Self.backslash) { return text }
    var (out, rest) = ("", bytes[...])
    while !rest.isEmpty {
      // The longest run that is text; what ends it are single bytes.
      let broken = Self.firstBroken(rest)
      out += String(decoding: rest[..<broken], as: UTF8.self)
      rest = rest[broken...]
      guard let byte = rest.popFirst() else { break }
      out += Self.escaped(byte)
    }
    return out
  }

  public var description: String { text }

  public init(stringLiteral text: String) { self.init(text) }

  /// By bytes, as a walk through folders meets them.
  public static func < (a: FilePath, b: FilePath) -> Bool {
    a.bytes == b.bytes ? a.ofArchive ?? -1 < b.ofArchive ?? -1 : a.bytes.lexicographicallyPrecedes(b.bytes)
  }

  /// The name that has this text.
  public init(text: String) {
    var (out, rest) = ([UInt8](), Array(text.utf8)[...])
    while let byte = rest.first {
      let hidden = Self.escape(rest)
      out.append(hidden ?? byte)
      rest = rest.dropFirst(hidden == nil ? 1 : 4)
    }
    self.init(bytes: out)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.unkeyedContainer()
    try container.encode(text)
    try ofArchive.map { try container.encode($0) }
  }

  public init(from decoder: any Decoder) throws {
    var container = try decoder.unkeyedContainer()
    let whole = FilePath(text: try container.decode(String.self))
    guard let length = container.isAtEnd ? nil : try container.decode(Int.self),
      (0...whole.bytes.count).contains(length)
    else {
      self = whole
      return
    }
    let member = whole.bytes.count == length ? nil : Array(whole.bytes.dropFirst(length + 1))
    self.init(in: FilePath(bytes: whole.bytes[..<length]), member: member)
  }

  private static let backslash = UInt8(ascii: "\\")
  private static let digits = Array("0123456789ABCDEF".utf8)

  private static func escaped(_ byte: UInt8) -> String {
    "\\x" + String(decoding: [digits[Int(byte >> 4)], digits[Int(byte & 15)]], as: UTF8.self)
  }

  /// The byte that four characters stand for.
  private static func escape(_ text: ArraySlice<UInt8>) -> UInt8? {
    let four = Array(text.prefix(4))
    guard four.count == 4, four[0] == backslash, four[1] == UInt8(ascii: "x"),
      let high = digits.firstIndex(of: four[2]),
      let low = digits.firstIndex(of: four[3])
    else { return nil }
    return UInt8(high * 16 + low)
  }

  /// Where the first byte stands that cannot be shown as it is; the end where all can.
  private static func firstBroken(_ bytes: ArraySlice<UInt8>) -> Int {
    var at = bytes.startIndex
    while at < bytes.endIndex {
      let length = characterLength(bytes[at...])
      if length == 0 || escape(bytes[at...]) != nil { return at }
      at += length
    }
    return at
  }

  /// How many bytes the UTF-8 of the first character has; 0 where it is none.
  private static func characterLength(_ bytes: ArraySlice<UInt8>) -> Int {
    guard let first = bytes.first else { return 0 }
    let length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
    guard bytes.count >= length else { return 0 }
    return String(validating: bytes.prefix(length), as: UTF8.self) == nil ? 0 : length
  }
}
