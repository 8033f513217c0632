import Cine

/// A row a file, its pixels decoded and hashed, whatever it is.
public enum FolderInspection {
  /// Every file below some paths, in the order in which they are walked; what cannot even be opened is refused. `body`
  /// gets the rows once all are there; `progress` how many are.
  public static func inspect(
    _ paths: [FilePath], pool: WorkerPool, progress: (_ done: Int, _ total: Int) -> Void = { _, _ in },
    _ body: (FileInspection, _ total: Int) -> Void
  ) {
    let walk = FileWalk(TableOfContents.expand(paths, pool: pool))
    // Answers come in any order.
    var rows: [(place: FileQueue.Place, row: FileInspection)] = []
    FileQueue(pool: pool, files: walk.files).ask(.inspect) { found, total in
      switch found.result {
      case .success(.inspection(let row)): rows.append((found.place, row))
      case .success: rows.append((found.place, FileInspection(Refusal.crashed.unreadable(found.path))))
      case .failure(let refusal): rows.append((found.place, FileInspection(refusal.unreadable(found.path))))
      }
      progress(rows.count, total)
      return true
    }
    let all = walk.unreadable.map { FileInspection($0) } + rows.sorted { $0.place < $1.place }.map(\.row)
    for row in all { body(row, all.count) }
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
