import Plain

/// What a reader has done with a study.
public struct StudyFlags: Hashable, Sendable {
  /// It was on the screen long enough to be looked at.
  public var read: Bool
  /// Somebody wants to find it again.
  public var marked: Bool

  public init(read: Bool = false, marked: Bool = false) { (self.read, self.marked) = (read, marked) }
}

extension Study {
  /// What it is known by where nothing may be kept that names a person: SHA-256 of what tells it from others.
  public var hash: String { SHA256.hex(of: (id.isEmpty ? path.text : id).utf8) }
}
