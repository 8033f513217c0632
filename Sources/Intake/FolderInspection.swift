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
    inspect(walk.files, pool) { body($0, total) }
  }

  /// Those of some files that do not decode to the end, in their order: heads alone do not tell where pixels are
  /// compressed.
  public static func unreadable(of files: [FilePath], pool: WorkerPool) -> [UnreadableFile] {
    var found: [UnreadableFile] = []
    inspect(files, pool) { row in
      if row.isBroken, let reason = row.reason { found.append(reason) }
    }
    return found
  }

  private static func inspect(_ files: [FilePath], _ pool: WorkerPool, _ body: (FileInspection) -> Void) {
    // Answers come in any order; those that are early wait here.
    var early: [Int: FileInspection] = [:]
    var next = 0
    pool.ask(files.lazy.map { ($0, .inspect) }) { i, result in
      switch result {
      case .success(.inspection(let row)): early[i] = row
      case .success: early[i] = FileInspection(Refusal.crashed.unreadable(files[i]))
      case .failure(let refusal): early[i] = FileInspection(refusal.unreadable(files[i]))
      }
      while let row = early.removeValue(forKey: next) {
        body(row)
        next += 1
      }
      return true
    }
  }
}
