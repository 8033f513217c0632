import Cine

/// What an archive holds: the files of which each may be an image, unpacked one behind another, and the names of the rest.
public struct ArchiveContents: Hashable, Sendable {
  /// Bounds of one archive. What is beyond them is to be unpacked first.
  enum Limit {
    /// Bytes of what is unpacked.
    static let total = 2 << 30
    static let member = 1 << 30
    static let members = 100_000
    /// Bytes of a name; what is longer is cut.
    static let name = 4096
    /// Bytes to which an archive may grow, whether they are kept or not: never more than a hundred times its own beyond
    /// the first. Images shrink to a half, empty ones to a thousandth.
    static func inflated(_ size: Int) -> Int { (128 << 20) + 100 * min(size, 1 << 40) }
  }

  enum Kind: String, Sendable, CaseIterable {
    /// It lies at `offset`.
    case file
    /// No image by its first bytes, so not unpacked.
    case other
    case damaged
    /// To `target`.
    case link
  }

  struct Member: Hashable, Sendable {
    /// As the archive has it, which may be anything; nothing is ever opened by it. Empty for the one file that a
    /// compressed file is.
    var name: FilePath
    var kind = Kind.other
    var offset = 0
    var count = 0
    var target: FilePath = ""
  }

  var members: [Member] = []
  /// What is wrong with the archive as a whole; its members may still be there.
  var problem: Refusal?
}

/// The fields as they cross from the worker.
extension Wire {
  mutating func contents(_ c: inout ArchiveContents) throws(WireError) {
    try list(&c.members, .init(name: ""), size: 28) {
      (wire: inout Self, m: inout ArchiveContents.Member) throws(WireError) in
      try wire.name(&m.name)
      try wire.choice(&m.kind)
      try wire.integer(&m.offset, in: 0...ArchiveContents.Limit.total)
      try wire.integer(&m.count, in: 0...ArchiveContents.Limit.total - m.offset)
      try wire.name(&m.target)
    }
    try optional(&c.problem, Refusal(isSkipped: false, reason: "", text: "")) {
      (wire: inout Self, inner: inout Refusal) throws(WireError) in
      try wire.code(&inner.reason)
      try wire.text(&inner.text)
    }
  }

  /// Bytes that need not be text.
  private mutating func name(_ value: inout FilePath) throws(WireError) {
    var text = value.text
    try self.text(&text)
    value = FilePath(text: text)
    guard !value.bytes.contains(0) else { throw .outOfRange }
  }
}
