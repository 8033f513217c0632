import Glibc

/// The terminal's foreground, without which a program stops at its first look at the terminal.
enum Foreground {
  /// timeout(1) runs its command in a background group, as without its `--foreground`, though nobody asked for a job in
  /// the background: there the foreground is taken. Where a shell put us into the background its word stands.
  static func takeFromTimeout() {
    let group = getpgrp()
    guard tcgetpgrp(STDIN_FILENO) != group, leader(of: group) == "timeout" else { return }
    var (stop, before) = (sigset_t(), sigset_t())
    sigemptyset(&stop)
    sigaddset(&stop, SIGTTOU)
    sigprocmask(SIG_BLOCK, &stop, &before)
    tcsetpgrp(STDIN_FILENO, group)
    sigprocmask(SIG_SETMASK, &before, nil)
  }

  private static func leader(of group: pid_t) -> String? {
    let file = open("/proc/\(group)/comm", O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var name = [UInt8](repeating: 0, count: 32)
    let n = read(file, &name, name.count)
    return n > 1 ? String(decoding: name[..<(n - 1)], as: UTF8.self) : nil
  }
}
