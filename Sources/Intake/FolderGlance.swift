import Cine
import Plain

/// What paths look like from outside, without opening a file: where two glances are equal, nothing has come, grown or
/// gone between them. By looking, because network folders tell nobody of their changes.
public struct FolderGlance: Hashable, Sendable {
  public let files: Int
  private let sum: UInt64

  public init(_ paths: [FilePath]) {
    let walk = FileWalk(paths)
    files = walk.files.count
    sum = walk.files.reduce(FNV1a.basis) { sum, path in
      let state = FileState(path: path)
      let said = "\(path.text)|\(state?.inode ?? 0)|\(state?.size ?? 0)|\(state?.changed ?? 0)"
      return FNV1a.hash(said, from: sum)
    }
  }
}
