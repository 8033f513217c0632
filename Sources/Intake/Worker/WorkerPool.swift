import Cine
import Dispatch
import Synchronization

/// Some workers, started when they are first wanted. Any thread may ask; each gets workers of its own for as long as it
/// takes.
public final class WorkerPool: Sendable {
  private struct State {
    var idle: [Worker] = []
    var borrowed = 0
  }

  private let program: WorkerProgram
  /// As many workers as this at once.
  private let size: Int
  private let state = Mutex(State())
  private let returned = DispatchSemaphore(value: 0)
  private let archives = ArchiveStore()

  /// `size`: those that read side by side, and one for the picture that somebody waits for.
  public init(_ program: WorkerProgram = .own, size: Int = 3) {
    self.program = program
    self.size = max(1, size)
  }

  /// Asks many files, each in turn, and gives every answer as it comes, in no order, on the caller's own thread. Files
  /// that cannot be read, that crash a worker or take too long get a refusal, and the queue goes on. `each` returns
  /// false to stop. `workers`: at most; nil for all but one of the pool's.
  public func ask(
    _ questions: some Collection<(path: FilePath, request: Request)>, workers: Int? = nil,
    each: (Int, Result<Reply, Refusal>) -> Bool
  ) {
    // Files of one archive are asked for together, while it lies unpacked.
    var (at, done, goesOn) = (questions.startIndex, 0, true)
    while at < questions.endIndex, goesOn {
      let archive = questions[at].path.archive
      let end = questions[at...].firstIndex { $0.path.archive != archive } ?? questions.endIndex
      let count = questions.distance(from: at, to: end)
      func tell(_ i: Int, _ result: Result<Reply, Refusal>) -> Bool {
        goesOn = each(done + i, result)
        return goesOn
      }
      switch archive.map({ unpacked($0) }) {
      case nil: ask(questions[at..<end], count, workers, in: nil, tell)
      case .success(let unpacked): ask(questions[at..<end], count, workers, in: unpacked, tell)
      case .failure(let refusal): for i in 0..<count where goesOn { _ = tell(i, .failure(refusal)) }
      }
      (at, done) = (end, done + count)
    }
  }

  private func ask(
    _ questions: some Collection<(path: FilePath, request: Request)>, _ count: Int, _ workers: Int?,
    in unpacked: Unpacked?, _ each: (Int, Result<Reply, Refusal>) -> Bool
  ) {
    let crew = borrow(min(workers ?? max(1, size - 1), count))
    var rounds = Rounds(questions, program: program, crew: crew, in: unpacked)
    rounds.run(each)
    giveBack(rounds.crew)
  }

  /// An archive's files, in memory for as long as the result is held.
  func unpacked(_ archive: FilePath) -> Result<Unpacked, Refusal> { archives.unpacked(archive, self) }

  /// One file.
  public func ask(_ path: FilePath, _ request: Request) -> Result<Reply, Refusal> {
    var answer = Result<Reply, Refusal>.failure(.crashed)
    ask([(path, request)], workers: 1) { _, result in
      answer = result
      return true
    }
    return answer
  }

  /// What the kernel grants a worker, as words; nil where none starts.
  public func protections() -> Protections? {
    // Any file will do: the answer is not wanted.
    _ = ask("/proc/self/exe", .facts)
    return state.withLock { $0.idle.lazy.compactMap(\.granted).first }.map(Protections.init)
  }

  /// Process numbers of the workers that nobody uses at present.
  public var idleProcesses: [Int32] { state.withLock { $0.idle.map(\.process) } }

  /// One at least, `most` at best; never so many that the next one who asks must wait while there is another way.
  private func borrow(_ most: Int) -> [Worker?] {
    while true {
      let crew: [Worker?]? = state.withLock { s in
        let free = size - s.borrowed
        guard free > 0 else { return nil }
        let n = min(most, max(1, free - 1))
        s.borrowed += n
        return (0..<n).map { _ in s.idle.popLast() }
      }
      if let crew { return crew }
      returned.wait()
    }
  }

  private func giveBack(_ crew: [Worker?]) {
    state.withLock { s in
      s.borrowed -= crew.count
      s.idle += crew.compactMap { $0 }
    }
    for _ in crew { returned.signal() }
  }
}
