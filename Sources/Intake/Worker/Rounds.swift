import Cine
import Glibc
import Plain

/// One caller's questions on their way through some workers: fed, polled, harvested, and begun again where a worker ends.
struct Rounds<Questions: Collection> where Questions.Element == (path: FilePath, request: Request) {
  typealias Item = (index: Int, path: FilePath, request: Request)

  /// Nil where a worker is not started yet.
  private(set) var crew: [Worker?]
  private let program: WorkerProgram
  /// The archive whose members the questions are of, if they are.
  private let unpacked: Unpacked?
  private var rest: Questions.SubSequence
  private var next = 0
  /// What a worker left unanswered when it ended, first come first.
  private var again: [Item] = []
  /// How often a worker ended over a question.
  private var ends: [Int: Int] = [:]
  /// Workers that ended before they were ready, one after another, and since when.
  private var failedStarts = 0
  private var failedSince = 0.0
  /// Somebody else killed each of them, which says nothing of whether one can start.
  private var allKilled = true
  private var isStopped = false

  /// A file is blamed when workers crashed over it so often: the first time it may have been an accident.
  private static var mostCrashes: Int { 2 }
  /// Somebody else's kill says nothing of the file, unless it always comes.
  private static var mostKills: Int { 6 }
  private static var mostFailedStarts: Int { 8 }
  /// Seconds: something may kill workers as fast as they start, for a while.
  private static var longestFailing: Double { 2 }
  /// The same where each was killed: on a busy machine one takes its time to start, and meets the next kill.
  private static var longestKilled: Double { 10 }

  init(_ questions: Questions, program: WorkerProgram, crew: [Worker?], in unpacked: Unpacked? = nil) {
    rest = questions[...]
    self.program = program
    self.crew = crew
    self.unpacked = unpacked
  }

  mutating func run(_ each: (Int, Result<Reply, Refusal>) -> Bool) {
    while true {
      feed(each)
      guard crew.contains(where: { $0?.asked.isEmpty == false }) else {
        if isStopped || again.isEmpty && rest.isEmpty { return }
        continue
      }
      wait()
      for lane in crew.indices { harvest(lane, each) }
      if isStopped { return dropBusy() }
    }
  }

  /// Answers that nobody waits for any more could take as long as any: starting a worker anew does not.
  private mutating func dropBusy() {
    for lane in crew.indices where crew[lane]?.asked.isEmpty == false {
      crew[lane]?.end()
      crew[lane] = nil
    }
  }

  // MARK: Feeding

  /// One question a worker in turn, as long as any has room.
  private mutating func feed(_ each: (Int, Result<Reply, Refusal>) -> Bool) {
    var isFed = true
    while isFed {
      isFed = false
      for lane in crew.indices where !isStopped && !(again.isEmpty && rest.isEmpty) && start(lane, each) {
        guard let worker = crew[lane], worker.hasRoom, let item = pop() else { continue }
        isFed = put(item, to: worker, lane, each) || isFed
      }
    }
  }

  private mutating func pop() -> Item? {
    if !again.isEmpty { return again.removeFirst() }
    guard let (path, request) = rest.popFirst() else { return nil }
    next += 1
    return (next - 1, path, request)
  }

  /// Sees to it that the lane has a worker.
  private mutating func start(_ lane: Int, _ each: (Int, Result<Reply, Refusal>) -> Bool) -> Bool {
    if crew[lane] != nil { return true }
    let longest = allKilled ? Self.longestKilled : Self.longestFailing
    if failedStarts < Self.mostFailedStarts || Monotonic.now() - failedSince < longest {
      // Not at once where something keeps workers from starting.
      if failedStarts > 0 { usleep(UInt32(10_000 * min(failedStarts, 10))) }
      crew[lane] = Worker(program)
      if crew[lane] != nil { return true }
      startFailed(nil)
      return false
    }
    while let item = pop() { deliver(item.index, .failure(.noWorker), each) }
    return false
  }

  /// True where the question went out or was answered here.
  private mutating func put(
    _ item: Item, to worker: Worker, _ lane: Int, _ each: (Int, Result<Reply, Refusal>) -> Bool
  ) -> Bool {
    let file: OpenFile
    do throws(Refusal) {
      file = try OpenFile(item.path, in: unpacked)
    } catch {
      deliver(item.index, .failure(error), each)
      return true
    }
    do throws(Worker.End) {
      if try worker.ask(item.index, item.path, item.request, file) {
        return true
      }
      again.insert(item, at: 0)
    } catch {
      again.insert(item, at: 0)
      ended(lane, error, each)
    }
    return false
  }

  // MARK: Harvesting

  private func wait() {
    var polls = crew.compactMap { $0?.poll }
    let due = crew.compactMap { $0?.due }.min() ?? 0
    let milliseconds = min(max(0, (due - Monotonic.now()) * 1000), 1000)
    _ = poll(&polls, nfds_t(polls.count), Int32(milliseconds) + 1)
  }

  private mutating func harvest(_ lane: Int, _ each: (Int, Result<Reply, Refusal>) -> Bool) {
    guard let worker = crew[lane] else { return }
    do throws(Worker.End) {
      try worker.flush()
      while let (asked, answer) = try worker.take() {
        failedStarts = 0
        deliver(asked.index, Self.result(answer), each)
      }
    } catch {
      return ended(lane, error, each)
    }
    if let due = worker.due, Monotonic.now() > due { ended(lane, nil, each) }
  }

  private static func result(_ answer: Answer) -> Result<Reply, Refusal> {
    switch answer {
    case .facts(let facts): .success(.facts(facts))
    case .pixels(let pixels): .success(.pixels(pixels))
    case .inspection(let row): .success(.inspection(row))
    case .contents(let contents): .success(.contents(contents))
    case .refused(let refusal): .failure(refusal)
    case .ready: .failure(.crashed)
    }
  }

  /// A worker is gone, or (`end` nil) took too long. It is restarted when it is next wanted.
  private mutating func ended(
    _ lane: Int, _ end: Worker.End?, _ each: (Int, Result<Reply, Refusal>) -> Bool
  ) {
    guard let worker = crew[lane] else { return }
    worker.end()
    crew[lane] = nil
    var left = worker.asked.map { (index: $0.index, path: $0.path, request: $0.request) }
    if worker.granted == nil {
      startFailed(end)
    } else if let first = left.first, let verdict = verdict(first.index, end) {
      left.removeFirst()
      deliver(first.index, .failure(verdict), each)
    }
    again = left + again
  }

  private mutating func startFailed(_ end: Worker.End?) {
    if failedStarts == 0 { (failedSince, allKilled) = (Monotonic.now(), true) }
    failedStarts += 1
    allKilled = allKilled && Self.isForeign(end)
  }

  /// Somebody else's signal.
  private static func isForeign(_ end: Worker.End?) -> Bool {
    [SIGKILL, SIGTERM, SIGINT, SIGHUP, SIGQUIT].contains { end == .died(signal: $0) }
  }

  /// What the first of its questions is blamed for; nil where it gets another try.
  private mutating func verdict(_ index: Int, _ end: Worker.End?) -> Refusal? {
    guard let end, end != .died(signal: SIGXCPU) else { return .tooSlow }
    ends[index, default: 0] += 1
    return ends[index, default: 0] < (Self.isForeign(end) ? Self.mostKills : Self.mostCrashes) ? nil : .crashed
  }

  private mutating func deliver(
    _ index: Int, _ result: Result<Reply, Refusal>, _ each: (Int, Result<Reply, Refusal>) -> Bool
  ) {
    if !isStopped, !each(index, result) { isStopped = true }
  }
}
