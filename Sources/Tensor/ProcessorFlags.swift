import COpenBLAS
import Glibc

/// What this processor can do, in the kernel's words: the `flags` line of /proc/cpuinfo. The kernel leaves out what it
/// does not itself save from thread to thread, so a flag that stands there may be used.
public struct ProcessorFlags: Hashable, Sendable {
  public let names: Set<String>

  public init(_ names: Set<String>) { self.names = names }

  /// The first processor's flags in the text of /proc/cpuinfo; none where there is no such line.
  public init(cpuinfo: String) {
    let line = cpuinfo.split(separator: "\n").first { $0.hasPrefix("flags") }
    let words = line?.split(separator: ":", maxSplits: 1).last?.split(whereSeparator: \.isWhitespace) ?? []
    names = Set(words.map(String.init))
  }

  public static let current = ProcessorFlags(cpuinfo: text(of: "/proc/cpuinfo"))

  /// What the numeric kernels of this build were compiled for.
  public static let builtFor = ProcessorFlags(
    Set(String(cString: cinecor_built_for()).split(separator: " ").map(String.init)))

  /// What this build takes for granted and this processor lacks, in alphabetical order. Where it is not empty the
  /// program must be built anew on this machine. A kernel that tells nothing is trusted.
  public static func missing(builtFor: ProcessorFlags = builtFor, on processor: ProcessorFlags = current) -> [String] {
    processor.names.isEmpty ? [] : builtFor.names.subtracting(processor.names).sorted()
  }

  /// Files of /proc have no size: read until nothing comes. One processor's block is all that is asked for.
  private static func text(of path: String) -> String {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return "" }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: 16_384)
    var filled = 0
    while filled < bytes.count {
      let n = bytes.withUnsafeMutableBytes { read(file, $0.baseAddress?.advanced(by: filled), $0.count - filled) }
      guard n > 0 else { break }
      filled += n
    }
    return String(decoding: bytes[..<filled], as: UTF8.self)
  }
}
