import Cine
import Glibc
import Volumes

extension FileState {
  /// Of the file at a path, of both files of a NIfTI pair, or of the archive that it lies in; nil where it cannot be asked
  /// for.
  public init?(path: FilePath) {
    guard let own = Self.one(path.archive ?? path) else { return nil }
    self = own
    guard path.archive == nil, let image = VolumeFile.partnerPaths(of: path).lazy.compactMap(Self.one).first else {
      return
    }
    size += image.size
    inode ^= image.inode << 1
    modified = max(modified, image.modified)
    changed = max(changed, image.changed)
  }

  private static func one(_ path: FilePath) -> FileState? {
    var status = stat()
    guard path.withCString({ stat($0, &status) }) == 0 else { return nil }
    func nanoseconds(_ t: timespec) -> Int { Int(t.tv_sec) &* 1_000_000_000 &+ Int(t.tv_nsec) }
    return FileState(
      device: Int(truncatingIfNeeded: status.st_dev), inode: Int(truncatingIfNeeded: status.st_ino),
      size: Int(status.st_size), modified: nanoseconds(status.st_mtim), changed: nanoseconds(status.st_ctim))
  }
}
