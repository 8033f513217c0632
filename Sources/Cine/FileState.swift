/// What the system knows of a file without reading it: where this is the same, the content is.
public struct FileState: Hashable, Sendable {
  public var device: Int
  public var inode: Int
  /// Bytes.
  public var size: Int
  /// Nanoseconds since 1970 at which the content was last written (st_mtim).
  public var modified: Int
  /// The same for content, name or permissions (st_ctim): no program can set it back.
  public var changed: Int

  public init(device: Int, inode: Int, size: Int, modified: Int, changed: Int) {
    (self.device, self.inode, self.size, self.modified, self.changed) = (device, inode, size, modified, changed)
  }
}
