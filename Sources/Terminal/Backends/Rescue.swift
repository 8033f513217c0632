import Glibc
import Synchronization

/// Leaves the terminal whole on every way out: told to stop, hung up on, or crashed.
enum Rescue {
  /// Written by signal handlers, read by the event loop.
  nonisolated(unsafe) private static var pipe: (read: Int32, write: Int32) = (-1, -1)
  nonisolated(unsafe) private static var saved = termios()
  private static let stopping = Atomic<Int32>(0)
  private static let resized = Atomic<Bool>(false)

  /// Colours off, cursor on, out of the alternate screen, of synchronised output and of bracketed paste, the mouse off, keypad
  /// as it was.
  static let sequence =
    "\u{1B}\\\u{1B}[?2026l\u{1B}[?2004l" + Mouse.off + "\u{1B}[0m\u{1B}[?1049l\u{1B}[?25h\u{1B}[?1l\u{1B}>\r\n"
  nonisolated(unsafe) private static let restore: (bytes: UnsafeMutablePointer<UInt8>, count: Int) = {
    let text = Array(sequence.utf8)
    let bytes = UnsafeMutablePointer<UInt8>.allocate(capacity: text.count)
    bytes.initialize(from: text, count: text.count)
    return (bytes, text.count)
  }()

  /// The signal that asked for the end, or 0.
  static var stopSignal: Int32 { stopping.load(ordering: .relaxed) }
  static var wakeDescriptor: Int32 { pipe.read }

  /// Signals that end a program which does nothing about them, and leave it time for its own end.
  private static let endings = [
    SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGUSR1, SIGUSR2, SIGALRM, SIGVTALRM, SIGPROF, SIGXCPU, SIGIO,
  ]

  /// Those that leave none.
  private static let crashes = [SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP, SIGSYS, SIGXFSZ]

  static func install() {
    var ends: [Int32] = [-1, -1]
    if pipe.read < 0, Glibc.pipe(&ends) == 0 {
      pipe = (ends[0], ends[1])
      for end in ends { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
      for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    }
    tcgetattr(STDIN_FILENO, &saved)
    _ = restore
    for number in endings {
      signal(number) { number in
        Rescue.stopping.store(number, ordering: .relaxed)
        Rescue.wake()
      }
    }
    // Before curses starts, which would take the signal for itself.
    signal(SIGWINCH) { _ in
      Rescue.resized.store(true, ordering: .relaxed)
      Rescue.wake()
    }
    // Who starts the program may have blocked them.
    var ours = sigset_t()
    sigemptyset(&ours)
    for number in endings + crashes + [SIGWINCH, SIGTSTP, SIGCONT] { sigaddset(&ours, number) }
    sigprocmask(SIG_UNBLOCK, &ours, nil)
    for number in crashes {
      signal(number) { number in
        _ = write(STDOUT_FILENO, Rescue.restore.bytes, Rescue.restore.count)
        tcsetattr(STDIN_FILENO, TCSANOW, &Rescue.saved)
        signal(number, SIG_DFL)
        raise(number)
      }
    }
  }

  /// Whether the window's size has changed since this was last asked.
  static func tookResize() -> Bool { resized.exchange(false, ordering: .relaxed) }

  static func wake() {
    var byte: UInt8 = 1
    _ = write(pipe.write, &byte, 1)
  }

  static func drain() {
    var bytes = [UInt8](repeating: 0, count: 64)
    while read(pipe.read, &bytes, bytes.count) > 0 {}
  }
}
