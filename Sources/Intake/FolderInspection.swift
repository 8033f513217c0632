import Cine

/// A row a file, its pixels decoded and hashed, whatever it is.
public enum FolderInspection {
  /// Every file below some paths, in the order in which they are walked; what cannot even be opened is refused.
  public static func inspect(
    _ paths: [FilePath], pool: WorkerPool, _ body: (FileInspection, _ total: Int) -> Void
  ) {
    let walk = FileWalk(TableOfContents.expand(paths, pool: pool))
    let total = walk.unreadable.count + walk.files.count
    for file in walk.unreadable { body(FileInspection(file), total) }
    // Answers come in any order; those that are early wait here.
    var early: [Int: FileInspection] = [:]
    var next = 0
    pool.ask(walk.files.lazy.map { ($0, .inspect) }) { i, result in
      switch result {
      case .success(.inspection(let row)): early[i] = row
      case .success: early[i] = FileInspection(Refusal.crashed.unreadable(walk.files[i]))
      case .failure(let refusal): early[i] = FileInspection(refusal.unreadable(walk.files[i]))
      }
      while let row = early.removeValue(forKey: next) {
        body(row, total)
        next += 1
      }
      return true
    }
  }

  /// Those of some files with images whose pixels cannot all be decoded, in their order: what `inspect` would name.
  public static func broken(_ paths: [FilePath], pool: WorkerPool) -> [UnreadableFile] {
    var found: [Int: UnreadableFile] = [:]
    pool.ask(paths.lazy.map { ($0, .check) }) { i, result in
      switch result {
      case .success(.inspection(let row)): found[i] = row.isBroken ? row.reason : nil
      case .success: found[i] = Refusal.crashed.unreadable(paths[i])
      case .failure(let refusal): found[i] = refusal.unreadable(paths[i])
      }
      return true
    }
    return found.sorted { $0.key < $1.key }.map(\.value)
  }
}
