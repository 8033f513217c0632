import Glibc
import Plain

/// A line on stderr with rate and estimate: on a terminal it rewrites itself, in a log it comes every half minute.
final class Progress: @unchecked Sendable {
  private let label: String
  private var total: Int
  private let start = Monotonic.now()
  private var before = 0
  private var last = 0.0
  private let onTerminal = isatty(STDERR_FILENO) == 1
  private let quiet: Bool

  /// `quiet` leaves everything out when stderr is no terminal, for commands whose output is read by programs.
  init(_ label: String, total: Int, quiet: Bool = false) {
    self.label = label
    self.total = total
    self.quiet = quiet && !onTerminal
  }

  /// So much was done before, and says nothing of the rate.
  func begin(at done: Int) { before = done }

  /// Call it from one thread at a time. `total`: where more was found meanwhile.
  func update(_ done: Int, of total: Int? = nil, _ extra: String = "") {
    self.total = total ?? self.total
    let total = self.total
    let now = Monotonic.now()
    guard !quiet, done == total || now - last >= (onTerminal ? 0.2 : 30) else { return }
    last = now
    let rate = Double(done - before) / max(now - start, 1e-3)
    let left = rate > 0 ? Double(total - done) / rate : 0
    let line = "\(label) \(done)/\(total)  \(Self.short(rate))/s  \(Self.clock(left)) left  \(extra)"
    Output.note(onTerminal ? "\r\u{1B}[K\(line)\(done == total ? "\n" : "")" : line + "\n")
  }

  static func clock(_ seconds: Double) -> String {
    let s = Int(seconds.rounded())
    return "\(s / 60):" + (s % 60 < 10 ? "0" : "") + "\(s % 60)"
  }

  static func short(_ x: Double) -> String { x >= 10 ? "\(Int(x.rounded()))" : "\((x * 100).rounded() / 100)" }
}
