import Dispatch
import Synchronization
import Testing
import Workup

@Suite struct JobQueueTests {
  /// What a lane worked on, in its order.
  private final class Log: Sendable {
    private let entries = Mutex<[String]>([])
    func add(_ entry: String) { entries.withLock { $0.append(entry) } }
    var all: [String] { entries.withLock { $0 } }
  }

  private func queue(_ ids: [String]) -> JobQueue<String, String> {
    let queue = JobQueue<String, String>()
    queue.add(ids.map { ($0, $0) })
    return queue
  }

  /// Runs in this thread until `last` is done.
  private func run(_ queue: JobQueue<String, String>, until last: String, _ body: (String) -> Void = { _ in })
    -> [String]
  {
    let log = Log()
    queue.run { job, _ in
      log.add(job)
      body(job)
      if job == last { queue.stop() }
    }
    return log.all
  }

  @Test func firstComeFirstServedAndEachOnce() {
    let queue = queue(["a", "b", "a", "c"])
    #expect(run(queue, until: "c") { if $0 == "a" { queue.add([("a", "a"), ("c", "c")]) } } == ["a", "b", "c"])
  }

  @Test func whatIsOnTheScreenGoesFirst() {
    let queue = queue(["a", "b", "c", "d"])
    queue.show("c")
    #expect(run(queue, until: "b") { if $0 == "c" { queue.show("d") } } == ["c", "d", "a", "b"])
  }

  @Test func whatIsShownBeforeItComesGoesFirstToo() {
    let queue = JobQueue<String, String>()
    queue.show("b")
    queue.add(["a", "b", "c"].map { ($0, $0) })
    // Neither who is not there nor who is done disturbs the others.
    #expect(run(queue, until: "c") { queue.show($0 == "b" ? "nobody" : "b") } == ["b", "a", "c"])
  }

  @Test func aCancelledJobIsNotBegun() {
    let queue = queue(["a", "b", "c"])
    queue.cancel("b")
    queue.cancel("d")
    queue.add(["b", "d", "e"].map { ($0, $0) })
    #expect(run(queue, until: "e") == ["a", "c", "e"])
  }

  @Test func aRunningJobIsToldAndTheOthersAreNot() {
    let queue = queue(["a", "b"])
    let log = Log()
    queue.run { job, isCancelled in
      log.add("\(job) \(isCancelled())")
      if job == "a" { queue.cancel("a") } else { queue.stop() }
      log.add("\(job) \(isCancelled())")
    }
    // The second was stopped with the queue.
    #expect(log.all == ["a false", "a true", "b false", "b true"])
  }

  @Test func nothingAfterStop() {
    let queue = queue(["a", "b", "c"])
    #expect(run(queue, until: "a") { _ in queue.add([("d", "d")]) } == ["a"])
    queue.add([("e", "e")])
    queue.run { job, _ in Issue.record("\(job) after stop") }
  }

  /// Lanes that wait take what comes, each job once, and all of them end.
  @Test func lanesWaitForWorkAndAllEnd() {
    let queue = JobQueue<Int, Int>()
    let (log, done, ended) = (Log(), DispatchSemaphore(value: 0), DispatchGroup())
    for _ in 0..<3 {
      DispatchQueue.global().async(group: ended) {
        queue.run { job, _ in
          log.add("\(job)")
          done.signal()
        }
      }
    }
    for job in 0..<25 { queue.add([(2 * job, 2 * job), (2 * job + 1, 2 * job + 1)]) }
    for _ in 0..<50 { done.wait() }
    queue.stop()
    ended.wait()
    #expect(log.all.count == 50 && Set(log.all).count == 50)
  }
}
