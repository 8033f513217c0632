import Glibc
import Plain

/// Reads the terminal's bytes as they come and gives them to the parser. curses never reads.
struct TerminalInput {
  private var parser: InputParser
  /// The terminal has hung up.
  private(set) var isGone = false

  init(_ parser: InputParser) { self.parser = parser }

  mutating func expectAnswers(patience: Double) { parser.expectAnswers(at: Monotonic.now(), patience: patience) }

  /// The answers to all questions are not yet in, and may still come.
  var isExpecting: Bool { parser.isExpecting(at: Monotonic.now()) }

  /// Waits for events, at most so many seconds; returns early when `waker` can be read. Where a key is half there it is
  /// decided first, which takes an ESC's delay at most.
  mutating func wait(seconds: Double, waker: Int32) -> [InputEvent] {
    var now = Monotonic.now()
    let end = now + max(seconds, 0)
    while true {
      let deadline = parser.deadline
      let isHalf = deadline.map { $0 <= now + InputParser.escapeDelay } ?? false
      let until = isHalf ? deadline ?? end : min(end, deadline ?? end)
      var pollers = [
        pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0),
        pollfd(fd: waker, events: Int16(POLLIN), revents: 0),
      ]
      // A part of a millisecond is a whole one, or this would spin.
      let left = min(max(until - now, 0), 3600) * 1000
      let ready = poll(&pollers, 2, left > 0 ? max(Int32(left.rounded()), 1) : 0)
      now = Monotonic.now()
      var events: [InputEvent] = []
      if ready > 0, pollers[0].revents & Int16(POLLIN) != 0 {
        // What was there in time was in time, however late we look.
        events = read(at: min(now, deadline?.nextDown ?? now))
      } else if ready > 0, pollers[0].revents != 0 {
        isGone = true
      } else {
        events = parser.rest(at: now)
      }
      let isWoken = ready > 0 && pollers[1].revents != 0
      let isPending = parser.deadline.map { $0 <= now + InputParser.escapeDelay } ?? false
      if !events.isEmpty || isGone || isWoken || now >= end && !isPending { return events }
    }
  }

  private mutating func read(at time: Double) -> [InputEvent] {
    var buffer = [UInt8](repeating: 0, count: 4096)
    let n = Glibc.read(STDIN_FILENO, &buffer, buffer.count)
    if n == 0 || n < 0 && errno != EINTR && errno != EAGAIN { isGone = true }
    return n > 0 ? parser.take(buffer[..<n], at: time) : []
  }
}
