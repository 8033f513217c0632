import Glibc

/// Mends a terminal that a program left behind: what no program can do that is killed without a warning.
public enum Reset {
  /// False where there is no terminal.
  public static func run() -> Bool {
    var file = [STDOUT_FILENO, STDERR_FILENO, STDIN_FILENO].first { isatty($0) == 1 } ?? -1
    if file < 0 { file = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC) }
    guard file >= 0 else { return false }
    let text = Array(Rescue.sequence.utf8)
    var rest = text[...]
    while !rest.isEmpty {
      let n = rest.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
      if n > 0 { rest = rest.dropFirst(n) } else if errno != EINTR && errno != EAGAIN { return false }
    }
    var settings = termios()
    guard tcgetattr(file, &settings) == 0 else { return false }
    settings.beSane()
    return tcsetattr(file, TCSADRAIN, &settings) == 0
  }
}

extension termios {
  /// What `stty sane` makes of them (stty(1), "sane").
  mutating func beSane() {
    func flags(_ value: inout tcflag_t, on: [Int32], off: [Int32]) {
      for flag in off { value &= ~tcflag_t(flag) }
      for flag in on { value |= tcflag_t(flag) }
    }
    flags(
      &c_iflag, on: [BRKINT, ICRNL, IMAXBEL], off: [IGNBRK, INLCR, IGNCR, INPCK, ISTRIP, IUCLC, IXANY, IXOFF])
    // NLDLY, CRDLY, TABDLY, BSDLY, VTDLY and FFDLY are the delays from here on.
    flags(&c_oflag, on: [OPOST, ONLCR], off: [OLCUC, OCRNL, ONOCR, ONLRET, OFILL, OFDEL, 0o177400])
    flags(&c_cflag, on: [CREAD], off: [])
    flags(
      &c_lflag, on: [ISIG, ICANON, IEXTEN, ECHO, ECHOE, ECHOK, ECHOCTL, ECHOKE],
      off: [ECHONL, NOFLSH, XCASE, TOSTOP, ECHOPRT, FLUSHO, EXTPROC])
    withUnsafeMutableBytes(of: &c_cc) { cc in
      let keys: [(Int32, UInt8)] = [
        (VINTR, 3), (VQUIT, 28), (VERASE, 127), (VKILL, 21), (VEOF, 4), (VEOL, 0), (VEOL2, 0), (VSWTC, 0), (VSTART, 17),
        (VSTOP, 19), (VSUSP, 26), (VREPRINT, 18), (VWERASE, 23), (VLNEXT, 22), (VDISCARD, 15), (VMIN, 1), (VTIME, 0),
      ]
      for (key, value) in keys { cc[Int(key)] = value }
    }
  }
}
