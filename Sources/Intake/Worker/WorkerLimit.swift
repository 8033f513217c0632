/// What a worker may take for one file. Nothing that a file declares is believed here: only its real size counts.
enum WorkerLimit {
  /// Bytes of memory for a file of up to `smallFile` bytes, libraries included.
  static let memory: UInt64 = 500 << 20
  /// Where the libraries alone take much of that, a file still gets this many bytes of its own.
  static let leastMemory: UInt64 = 320 << 20
  private static let smallFile: UInt64 = 8 << 20
  /// Bytes of memory for the largest file.
  private static let mostMemory: UInt64 = 5 << 30

  /// A file is held, parsed and decoded: some copies of it.
  static func memory(_ request: Request, fileSize: Int) -> UInt64 {
    // An archive is not held; what comes out of it lies in memory that the other side lends.
    if case .unpack(_, let size) = request { return memory + UInt64(clamping: size) }
    let beyond = UInt64(max(0, fileSize)).subtractingReportingOverflow(smallFile)
    return beyond.overflow ? memory : min(mostMemory, memory + 6 * min(beyond.partialValue, mostMemory))
  }

  /// Seconds of processor time: below five for all that is not large.
  static func seconds(_ request: Request, fileSize: Int) -> Double {
    // The slowest decompressor takes in some ten MiB a second.
    if case .unpack = request { return 10 + Double(fileSize >> 20) / 4 }
    return 4 + Double(fileSize >> 20) / (request == .inspect || request == .check ? 5 : 10)
  }

  /// Seconds until a worker is believed to be stuck: a disc may be slow and the processor busy, but not for ever.
  static func deadline(_ request: Request, fileSize: Int) -> Double { 2 * seconds(request, fileSize: fileSize) + 1 }

  /// Seconds that a worker may take to start.
  static let start = 15.0
}
