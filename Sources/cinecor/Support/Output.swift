import Glibc
import Terminal

/// The only ways to stdout and stderr.
enum Output {
  /// Writes all of the text to stdout, or fails with exit code 4 (a full disk). Where the reader has gone, as `head` does,
  /// the program ends as others do: by the signal, without a word.
  static func write(_ text: String) throws(Failure) { try write(bytes: Array(text.utf8)) }

  static func write(bytes all: [UInt8]) throws(Failure) {
    var bytes = all[...]
    while !bytes.isEmpty {
      let n = bytes.withUnsafeBytes { Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
      if n < 0 && errno == EINTR { continue }
      if n < 0 && errno == EPIPE { endAsReaderDid() }
      guard n > 0 else { throw Failure(code: .outputFailed, text: "output could not be written: \(reason(errno))") }
      bytes = bytes.dropFirst(n)
    }
  }

  private static func endAsReaderDid() {
    signal(SIGPIPE, SIG_DFL)
    raise(SIGPIPE)
  }

  /// A sentence on stderr, under the program's name. It may hold names of files, which may hold anything.
  static func complain(_ text: String) { note("cinecor: \(safe(text))\n") }

  /// Line by line, nothing that steers a terminal.
  static func safe(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { SafeText(String($0)).text }
      .joined(separator: "\n")
  }

  static func note(_ text: String) {
    let bytes = Array(text.utf8)
    _ = bytes.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
  }

  /// What the system says of an error number.
  static func reason(_ code: Int32) -> String {
    strerror(code).map { String(cString: $0) } ?? "error \(code)"
  }
}
