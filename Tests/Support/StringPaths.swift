import Cine
import DicomFiles
import Intake

/// Tests name files by text.
extension StudyFolder {
  public init(
    _ paths: [String], pool: WorkerPool, names: ViewNames = ViewNames(), explainOrder: Bool = false,
    progress: (_ done: Int, _ total: Int, _ studies: () -> [Study]) -> Bool = { _, _, _ in true }
  ) {
    self.init(paths.map { FilePath($0) }, pool: pool, names: names, explainOrder: explainOrder, progress: progress)
  }
}

extension FolderInspection {
  public static func inspect(
    _ paths: [String], pool: WorkerPool, _ body: (FileInspection, _ total: Int) -> Void
  ) {
    inspect(paths.map { FilePath($0) }, pool: pool, progress: { _, _ in }, body)
  }
}

extension WorkerPool {
  public func ask(
    _ questions: some Collection<(path: String, request: Request)>, workers: Int = 2,
    each: (Int, Result<Reply, Refusal>) -> Bool
  ) {
    ask(questions.map { (path: FilePath($0.path), request: $0.request) }, workers: workers, each: each)
  }

  public func ask(_ path: String, _ request: Request) -> Result<Reply, Refusal> { ask(FilePath(path), request) }
}
