import Glibc
import Synchronization

/// Signals that ask the program to end, while it has something to keep first.
enum Interruption {
  private static let asked = Atomic<Int32>(0)
  private static let signals = [SIGTERM, SIGINT, SIGHUP]

  /// From now on such a signal is only noted; one that was ignored when the program began (nohup) still is.
  static func postpone() {
    // Made here, and not within the handler.
    asked.store(0, ordering: .relaxed)
    var set = sigset_t()
    sigemptyset(&set)
    for number in signals {
      if isIgnored(number) { continue }
      signal(number) { Interruption.asked.store($0, ordering: .relaxed) }
      sigaddset(&set, number)
    }
    // Whoever started us may have blocked them.
    pthread_sigmask(SIG_UNBLOCK, &set, nil)
  }

  static var isAsked: Bool { asked.load(ordering: .relaxed) != 0 }

  /// Such a signal ends the program again, and if one came, now.
  static func obey() {
    let number = asked.load(ordering: .relaxed)
    for number in signals where !isIgnored(number) { signal(number, SIG_DFL) }
    if number != 0 { raise(number) }
  }

  private static func isIgnored(_ number: Int32) -> Bool {
    var action = sigaction()
    sigaction(number, nil, &action)
    // SIG_IGN, which Swift cannot compare a handler with.
    return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1
  }
}
