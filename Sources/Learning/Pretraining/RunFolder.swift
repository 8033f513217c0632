import Findings
import FoundationEssentials
import Glibc
import Plain
import Synchronization

/// The folder of a training while it runs and after it: the resolved configuration with the data's hashes, the clips, the
/// checkpoint, and what every step told, for programs (`metrics.jsonl`) and for TensorBoard.
public final class RunFolder: Sendable {
  public let path: String
  private let state: Mutex<State>

  private struct State {
    var configuration = ""
    var metrics: Int32 = -1
    var events: Int32 = -1
  }

  static let configurationFile = "configuration.json"
  static let dataFile = "data.json"
  public static let metricsFile = "metrics.jsonl"
  /// TensorBoard knows its files by this word.
  static let eventsFile = "events.out.tfevents.cinecor"
  static let clipsFolder = "clips"
  static let checkpointFile = "checkpoint.safetensors"
  static let largest = 16 << 30

  /// Makes the folder where it is missing.
  public init(_ path: String) throws(LearningError) {
    self.path = path
    state = Mutex(State())
    if mkdir(path, 0o700) != 0, errno != EEXIST { throw Self.failed(path, String(cString: strerror(errno))) }
  }

  deinit {
    state.withLock { s in
      for file in [s.metrics, s.events] where file >= 0 { close(file) }
    }
  }

  public var clips: String { file(Self.clipsFolder) }
  /// Whether a training was stopped here, or still runs.
  public var holdsUnfinished: Bool { Self.isUnfinished(path) }

  public static func isUnfinished(_ path: String) -> Bool {
    [checkpointFile, clipsFolder].contains { access(path + "/" + $0, F_OK) == 0 }
  }

  private func file(_ name: String) -> String { path + "/" + name }

  private static func failed(_ file: String, _ why: String) -> LearningError {
    .notWritten(file: file, reason: why)
  }

  /// Holds what decides the result against what an earlier run here was told, or writes it down.
  public func configure(_ configuration: TrainingConfiguration) throws(LearningError) {
    let bytes = try hold(configuration, Self.configurationFile) {
      "\(path) holds a training that was told otherwise (\($0)): give the same options again, or another --run, or remove "
        + "the folder"
    }
    state.withLock { $0.configuration = SHA256.hex(of: bytes) }
  }

  /// The same for what was made of the data.
  public func record(_ clips: ClipCache) throws(LearningError) {
    _ = try hold(["clips_sha256": clips.sha256], Self.dataFile) { _ in
      "the studies are not those that the training in \(path) began with: remove the folder to begin anew"
    }
  }

  private func hold(
    _ value: some Encodable, _ name: String, refusal: (String) -> String
  ) throws(LearningError) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(value) else { throw .run("the configuration holds what JSON cannot") }
    let bytes = Array(data) + [UInt8(ascii: "\n")]
    if holdsUnfinished, let earlier = try? FileBytes.read(file(name), limit: 16 << 20), earlier != bytes {
      throw .run(
        refusal(Self.differences(String(decoding: earlier, as: UTF8.self), String(decoding: bytes, as: UTF8.self))))
    }
    try write(name, bytes)
    return bytes
  }

  private static func differences(_ a: String, _ b: String) -> String {
    func trimmed(_ lines: [Substring]) -> [String] { lines.map { $0.filter { $0 != " " && $0 != "," } } }
    let (old, new) = (trimmed(a.split(separator: "\n")), trimmed(b.split(separator: "\n")))
    let lost = Set(old).subtracting(new).sorted().prefix(3).joined(separator: ", ")
    return lost.isEmpty ? "options were added" : "then \(lost)"
  }

  private func write(_ name: String, _ bytes: [UInt8]) throws(LearningError) {
    do throws(FileBytes.Failure) {
      try FileBytes.write(file(name), bytes)
    } catch {
      throw Self.failed(file(name), error.reason)
    }
  }

  // MARK: Checkpoints

  func save(_ training: ContrastiveTrainer.State) throws(LearningError) {
    try write(Self.checkpointFile, TrainingCheckpoint.bytes(training, of: state.withLock { $0.configuration }))
  }

  /// Puts a training that has just begun where an earlier run was; false where there was none.
  func resume(_ training: inout ContrastiveTrainer.State) throws(LearningError) -> Bool {
    guard access(file(Self.checkpointFile), F_OK) == 0 else { return false }
    let bytes: [UInt8]
    do throws(FileBytes.Failure) {
      bytes = try FileBytes.read(file(Self.checkpointFile), limit: Self.largest)
    } catch {
      throw .run("\(file(Self.checkpointFile)) could not be read: \(error.reason)")
    }
    try TrainingCheckpoint.read(bytes, of: state.withLock { $0.configuration }, into: &training)
    return true
  }

  /// Clips and checkpoint go; configuration and log stay.
  public func tidy() {
    try? FileManager.default.removeItem(atPath: clips)
    unlink(file(Self.checkpointFile))
  }

  // MARK: Log

  /// Lines of steps beyond `step`, which will come again, go; TensorBoard's file follows the rest.
  func openLog(at step: Int) throws(LearningError) {
    let told = (try? FileBytes.read(file(Self.metricsFile), limit: Self.largest)) ?? []
    let lines = Metrics.lines(told).filter { $0.step <= step }
    let kept = step == 0 ? [] : lines
    try write(Self.metricsFile, kept.flatMap { Array(($0.json + "\n").utf8) })
    try write(Self.eventsFile, EventFile.head + kept.flatMap(\.event))
    for (name, path) in [(Self.metricsFile, \State.metrics), (Self.eventsFile, \State.events)] {
      let descriptor = open(file(name), O_WRONLY | O_APPEND | O_CLOEXEC)
      guard descriptor >= 0 else { throw Self.failed(file(name), String(cString: strerror(errno))) }
      state.withLock { $0[keyPath: path] = descriptor }
    }
  }

  /// A full disk does not end a training: the next step's line may find room.
  func log(_ line: Metrics) {
    state.withLock { s in
      for (descriptor, bytes) in [(s.metrics, Array((line.json + "\n").utf8)), (s.events, line.event)] {
        _ = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      }
    }
  }
}

/// What one step told.
public struct Metrics: Hashable, Sendable, Codable {
  /// Steps done.
  public var step: Int
  public var loss: Double
  /// Share of a batch whose own sentences were nearest.
  public var accuracy: Double
  public var scale: Double
  public var rate: Double
  public var norm: Double
  /// Since 1970, seconds.
  public var time: Double

  init(_ report: ContrastiveTrainer.Report, time: Double) {
    func short(_ x: Float) -> Double { Double(x) }
    (step, loss, accuracy) = (report.step, short(report.loss), short(report.accuracy))
    (scale, rate, norm, self.time) = (short(report.scale), short(report.rate), short(report.norm), time)
  }

  var json: String {
    JSON.object([
      .init("step", .int(step)), .init("loss", .number(loss, decimals: 6)),
      .init("accuracy", .number(accuracy, decimals: 4)), .init("scale", .number(scale, decimals: 4)),
      .init("rate", .scientific(rate, digits: 6)), .init("norm", .number(norm, decimals: 5)),
      .init("time", .number(time, decimals: 3)),
    ]).compact
  }

  var event: [UInt8] {
    EventFile.record(
      step: step, time: time,
      [
        ("loss", Float(loss)), ("accuracy", Float(accuracy)), ("scale", Float(scale)), ("rate", Float(rate)),
        ("norm", Float(norm)),
      ])
  }

  /// Those that a file holds; a last line that was cut off is passed over.
  public static func lines(_ bytes: [UInt8]) -> [Metrics] {
    bytes.split(separator: UInt8(ascii: "\n")).compactMap { try? JSONDecoder().decode(Metrics.self, from: Data($0)) }
  }
}
