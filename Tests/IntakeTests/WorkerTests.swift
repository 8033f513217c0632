import Cine
import DicomFiles
import Foundation
import Plain
import Synchronization
import TestSupport
import Testing

@testable import Intake

/// Reading processes that end, hang or lie: files are named, the queue goes on.
@Suite struct WorkerTests {
  let scratch: ScratchFolder

  init() throws { scratch = try ScratchFolder() }

  static func image(rows: Int = 8, instance: Int = 1) -> [UInt8] {
    DicomBytes.preamble
      + DicomBytes.image(
        rows: rows, before: DicomBytes.element(0x20, 0x13, "IS", Array("\(instance)".utf8) + (instance > 9 ? [] : [32]))
      )
      + DicomBytes.pixels(rows * 12)
  }

  func write(_ count: Int) throws -> [String] {
    try (0..<count).map { try scratch.write("\(10 + $0)", Self.image(instance: 10 + $0)) }
  }

  /// A pool whose processes can be told from those of other tests.
  func ownPool(size: Int = 3) throws -> (pool: WorkerPool, processes: @Sendable () -> [pid_t]) {
    let link = scratch.path + "/own-\(UUID().uuidString)"
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: TestWorkers.program.path)
    let pool = WorkerPool(WorkerProgram(path: link, arguments: [WorkerProgram.argument]), size: size)
    return (
      pool,
      {
        let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc"))?.compactMap { pid_t($0) } ?? []
        return all.filter { process in
          let line = FileManager.default.contents(atPath: "/proc/\(process)/cmdline") ?? Data()
          return line.starts(with: Data(link.utf8))
        }
      }
    )
  }

  /// A program that answers as it likes.
  func liar(_ script: String) -> WorkerPool {
    WorkerPool(WorkerProgram(path: "/bin/sh", arguments: ["-c", script]))
  }

  @Test func theProcessHasNothing() throws {
    let (pool, processes) = try ownPool(size: 1)
    let granted = try #require(pool.protections())
    #expect(granted.limits && granted.privileges)
    let process = try #require(processes().first)
    let status = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
    #expect(status.contains("NoNewPrivs:\t1"))
    #expect(!granted.systemCalls || status.contains("Seccomp:\t2"))
    let limits = try String(contentsOfFile: "/proc/\(process)/limits", encoding: .utf8).split(separator: "\n")
    func soft(_ name: String) -> String? {
      limits.first { $0.hasPrefix(name) }?.dropFirst(26).split(separator: " ").first.map(String.init)
    }
    #expect(soft("Max file size") == "0" && soft("Max core file size") == "0" && soft("Max processes") == "0")
    let memory = try #require(soft("Max address space").flatMap { Int($0) })
    #expect(memory <= 900 << 20)
    // Where this user may look: only the socket and the null device.
    if let open = try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/fd") {
      #expect(open.sorted() == ["0", "1", "2", "3"])
      let environment = String(
        decoding: try #require(FileManager.default.contents(atPath: "/proc/\(process)/environ")), as: UTF8.self)
      #expect(!environment.contains("HOME=") && !environment.contains("PATH=/"))
    }
  }

  @Test func killedWorkersAreReplacedAndNoFileIsBlamed() throws {
    let paths = try write(200)
    let (pool, processes) = try ownPool()
    let isDone = Mutex(false)
    let kills = Mutex(0)
    let killer = Thread {
      while !isDone.withLock({ $0 }) {
        for process in processes() where kill(process, SIGKILL) == 0 { kills.withLock { $0 += 1 } }
        usleep(UInt32.random(in: 0..<300_000))
      }
    }
    killer.start()
    var rounds = 0
    while kills.withLock({ $0 }) < 100, rounds < 10_000 {
      rounds += 1
      let folder = StudyFolder([scratch.path], pool: pool)
      #expect(folder.unreadable == [])
      #expect(folder.studies.flatMap(\.series).flatMap(\.slices).flatMap(\.phases).count == paths.count)
    }
    isDone.withLock { $0 = true }
    #expect(kills.withLock { $0 } >= 100)
  }

  @Test func aFileThatTakesTooLongIsNamedAndTheQueueGoesOn() throws {
    let paths = try write(40)
    let (pool, processes) = try ownPool(size: 1)
    _ = pool.protections()
    for process in processes() { kill(process, SIGSTOP) }
    let start = Monotonic.now()
    let folder = StudyFolder([scratch.path], pool: pool)
    #expect(Monotonic.now() - start < 30)
    #expect(folder.unreadable.map(\.path.text) == [paths[0]])
    #expect(folder.unreadable.map(\.reason) == ["too_slow"])
    #expect(folder.studies.flatMap(\.series).flatMap(\.slices).flatMap(\.phases).count == paths.count - 1)
  }

  /// What a shell writes to say the same as a reading process, of whichever version the messages are.
  private static func says(_ answer: Answer, sequence: UInt32 = 0) -> String {
    let octal = answer.bytes(sequence: sequence).map { byte in
      "\\" + [byte >> 6, byte >> 3 & 7, byte & 7].map { String($0) }.joined()
    }
    return "printf '\(octal.joined())' >&3; "
  }

  @Test func aFileThatEndsItsReaderTwiceIsNamed() throws {
    let path = try scratch.write("x", Self.image())
    // Ready, then the end, with no word about the file.
    let pool = liar(
      Self.says(.ready(granted: 0)) + "head -c 10 <&3 >/dev/null; kill -SEGV $$"
    )
    #expect(pool.ask(path, .facts) == .failure(.crashed))
  }

  @Test func nonsenseIsNotBelieved() throws {
    let path = try scratch.write("x", Self.image())
    let pool = liar(
      Self.says(.ready(granted: 0))
        + "head -c 10 <&3 >/dev/null; printf 'All is well with this file, says the reader.' >&3; sleep 3"
    )
    let start = Monotonic.now()
    #expect(pool.ask(path, .facts) == .failure(.crashed))
    #expect(Monotonic.now() - start < 3)
  }

  @Test(arguments: ["exit 0", "printf 'cinecor cinecor cinecor ' >&3; sleep 5", "kill -KILL $$"])
  func withoutAnyWorkerEveryFileSaysSo(_ script: String) throws {
    let paths = try write(3)
    let folder = StudyFolder([scratch.path], pool: liar(script))
    #expect(folder.unreadable.map(\.path.text) == paths)
    #expect(Set(folder.unreadable.map(\.reason)) == ["no_worker"])
    let none = WorkerPool(WorkerProgram(path: scratch.path + "/none", arguments: []))
    #expect(none.ask(paths[0], .facts) == .failure(.noWorker))
    #expect(none.protections() == nil)
  }

  @Test func aFileThatChangesIsNoticed() throws {
    let path = try scratch.write("a", Self.image())
    let slice = try #require(StudyFolder([path], pool: TestWorkers.pool).studies.first?.series[0].slices[0])
    _ = try scratch.write("a", Self.image(rows: 4))
    #expect(throws: Refusal.changed.unreadable(FilePath(path))) {
      try CineLoader(TestWorkers.pool).load(slice)
    }
    _ = try scratch.write("a", Self.image().dropLast(20))
    do throws(UnreadableFile) {
      _ = try CineLoader(TestWorkers.pool).load(slice)
      Issue.record("a shorter file was read")
    } catch {
      #expect(error.reason == "truncated")
    }
  }

  /// A reader that refuses the first file and then takes its time: who stops asking need not wait for the rest.
  @Test func whatNobodyWaitsForIsDropped() throws {
    let paths = try write(3)
    let refusal = Refusal(isSkipped: false, reason: "x", text: "y")
    let pool = liar(
      Self.says(.ready(granted: 0)) + "head -c 10 <&3 >/dev/null; " + Self.says(.refused(refusal), sequence: 1)
        + "sleep 30")
    let start = Monotonic.now()
    var answers: [Result<Reply, Refusal>] = []
    pool.ask(paths.map { ($0, .facts) }, workers: 1) { _, result in
      answers.append(result)
      return false
    }
    #expect(answers == [.failure(refusal)])
    #expect(Monotonic.now() - start < 5)
  }

  @Test func severalAskAtOnce() throws {
    let paths = try write(60)
    let wrong = Mutex(0)
    let pool = TestWorkers.pool
    DispatchQueue.concurrentPerform(iterations: 6) { _ in
      var seen = Set<Int>()
      pool.ask(paths.map { ($0, .facts) }) { i, result in
        if case .success(.facts(.image(let h))) = result, h.path.text == paths[i] { seen.insert(i) }
        return true
      }
      if seen.count != paths.count { wrong.withLock { $0 += 1 } }
    }
    #expect(wrong.withLock { $0 } == 0)
  }

  @Test func stoppingStops() throws {
    let paths = try write(100)
    var calls = 0
    TestWorkers.pool.ask(paths.map { ($0, .facts) }) { _, _ in
      calls += 1
      return calls < 5
    }
    #expect(calls == 5)
    if case .failure = TestWorkers.pool.ask(paths[0], .facts) { Issue.record("the pool is spoilt") }
  }

  /// Text in any character set comes through a process that can load no converter any more.
  @Test(arguments: [
    ("ISO_IR 100", [0x4D, 0xFC, 0x6C], "Mül"), ("ISO_IR 192", [0xC3, 0xA9], "é"), ("GB18030", [0xD6, 0xD0], "中"),
    ("ISO_IR 144", [0xB8], "И"), ("ISO_IR 126", [0xE1], "α"), ("ISO_IR 166", [0xA1], "ก"),
    ("\\ISO 2022 IR 149", [0x1B, 0x24, 0x29, 0x43, 0xB1, 0xE8], "김"),
    ("\\ISO 2022 IR 87", [0x1B, 0x24, 0x42, 0x3B, 0x33, 0x45, 0x44, 0x1B, 0x28, 0x42], "山田"),
    ("\\ISO 2022 IR 159", [0x1B, 0x24, 0x28, 0x44, 0x30, 0x21, 0x1B, 0x28, 0x42], "丂"),
    ("ISO 2022 IR 13\\ISO 2022 IR 87", [0xD4, 0xCF, 0xC0, 0xDE], "ﾔﾏﾀﾞ"), ("ISO_IR 13", [0xD4, 0xCF], "ﾔﾏ"),
  ])
  func characterSetsAreDecodedInTheProcess(_ set: String, _ bytes: [UInt8], _ text: String) throws {
    func even(_ value: [UInt8]) -> [UInt8] { value.count & 1 == 0 ? value : value + [32] }
    let file =
      DicomBytes.preamble + DicomBytes.element(8, 5, "CS", even(Array(set.utf8)))
      + DicomBytes.image(before: DicomBytes.element(0x10, 0x10, "PN", even(bytes))) + DicomBytes.pixels()
    let path = try scratch.write("x", file)
    let here = try DicomHeader.read(path: path)
    guard case .success(.facts(.image(let there))) = TestWorkers.pool.ask(path, .facts) else {
      Issue.record("not read")
      return
    }
    #expect(there == here)
    #expect(here.patientName == text)
  }
}
