import Glibc
import Synchronization

/// Signals that ask the program to end, while it has something to keep first.
enum Interruption {
  private static let asked = Atomic<Int32>(0)
  private static let signals = [SIGTERM, SIGINT, SIGHUP]

  /// From now on such a signal is only noted.
  static func postpone() {
    // Made here, and not within the handler.
    asked.store(0, ordering: .relaxed)
    for number in signals { signal(number) { Interruption.asked.store($0, ordering: .relaxed) } }
  }

  static var isAsked: Bool { asked.load(ordering: .relaxed) != 0 }

  /// Signals end the program again, as the one does that came.
  static func obey() {
    for number in signals { signal(number, SIG_DFL) }
    let number = asked.load(ordering: .relaxed)
    if number != 0 { raise(number) }
  }
}
