import Cine
import CSandbox
import Glibc
import Plain

/// How a worker is started: a program and its arguments. Tests start the built program, the program itself.
public struct WorkerProgram: Hashable, Sendable {
  public var path: String
  public var arguments: [String]

  public init(path: String, arguments: [String]) {
    self.path = path
    self.arguments = arguments
  }

  /// The running program again, even where its file was replaced meanwhile.
  public static let own = WorkerProgram(path: "/proc/self/exe", arguments: [argument])
  /// The hidden word by which the program becomes a worker.
  public static let argument = "--worker"
}

/// One worker process and the questions that it has yet to answer, in order. Used by one thread at a time; ends with its
/// last reference.
final class Worker: @unchecked Sendable {
  /// How many questions may wait for their answers.
  static let window = 24

  struct Asked {
    /// Whose it is among the caller's questions.
    var index: Int
    var path: FilePath
    var request: Request
    var sequence: UInt32
    /// Seconds that it may take from when it comes first.
    var deadline: Double
  }

  enum End: Error, Hashable {
    /// The process ended, by this signal if it was one.
    case died(signal: Int32)
    /// What it said was not believed.
    case nonsense
  }

  let process: pid_t
  private let socket: Int32
  private(set) var asked: ArraySlice<Asked> = []
  /// What the kernel granted it; nil until it says so.
  private(set) var granted: Int?
  /// When the first of the questions came first.
  private var since = Monotonic.now()
  private var sequence: UInt32 = 0
  /// Bytes that came: `taken` up to `filled` are not read yet.
  private var buffer: [UInt8] = []
  private var taken = 0
  private var filled = 0
  /// A question whose fixed part and label did not go out whole.
  private var unsent: ArraySlice<UInt8> = []
  private var isReaped = false

  /// Nil where no process can be started.
  init?(_ program: WorkerProgram) {
    var pair: [Int32] = [-1, -1]
    let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    guard socketpair(AF_UNIX, kind, 0, &pair) == 0 else { return nil }
    // Room for a slice's worth of pixels, so that neither side waits for the other at every page.
    var room: Int32 = 1 << 20
    for end in pair { setsockopt(end, SOL_SOCKET, SO_SNDBUF, &room, socklen_t(MemoryLayout<Int32>.size)) }
    let arguments: [UnsafeMutablePointer<CChar>?] = ([program.path] + program.arguments).map {
      (word: String) in strdup(word)
    }
    let environment: [UnsafeMutablePointer<CChar>?] = Self.environment().map { (word: String) in strdup(word) }
    defer { for word in arguments + environment { free(word) } }
    process = csandbox_start(program.path, arguments + [nil], environment + [nil], pair[1])
    close(pair[1])
    guard process > 0 else {
      close(pair[0])
      return nil
    }
    socket = pair[0]
  }

  deinit { end() }

  /// Only what the loader and DCMTK need to find their files; one thread is enough for a worker that calculates nothing.
  private static func environment() -> [String] {
    let kept = ["DCMDICTPATH", "LD_LIBRARY_PATH"].compactMap { (name: String) -> String? in
      getenv(name).map { "\(name)=\(String(cString: $0))" }
    }
    return kept + ["OPENBLAS_NUM_THREADS=1", "SWIFT_BACKTRACE=enable=no", "LC_ALL=C.UTF-8"]
  }

  /// What it is to be polled for.
  var poll: pollfd {
    pollfd(fd: socket, events: Int16(unsent.isEmpty ? POLLIN : POLLIN | POLLOUT), revents: 0)
  }

  var hasRoom: Bool { asked.count < Self.window && unsent.isEmpty }

  /// When the first question is overdue, on the monotonic clock.
  var due: Double? {
    guard let first = asked.first else { return nil }
    return granted == nil ? since + WorkerLimit.start : since + first.deadline
  }

  /// Sends a question; the file can be closed afterwards. False where nothing fits at present.
  func ask(_ index: Int, _ path: FilePath, _ request: Request, _ file: borrowing OpenFile) throws(End) -> Bool {
    let size = file.size
    var descriptors = [file.descriptor, file.partner]
    if case .unpack(let memory, _) = request { descriptors[1] = memory }
    sequence &+= 1
    let question = Question(
      sequence: sequence, request: request, memory: WorkerLimit.memory(request, fileSize: size),
      seconds: UInt32(WorkerLimit.seconds(request, fileSize: size)), label: path)
    let bytes = question.bytes
    let n = bytes.withUnsafeBytes { csandbox_send(socket, $0.baseAddress, $0.count, descriptors) }
    if n == -Int(EAGAIN) || n == -Int(ETOOMANYREFS) { return false }
    guard n > 0 else { throw ended() }
    unsent = bytes[n...]
    if asked.isEmpty, granted != nil { since = Monotonic.now() }
    asked.append(
      Asked(
        index: index, path: path, request: request, sequence: sequence,
        deadline: WorkerLimit.deadline(request, fileSize: size)))
    return true
  }

  /// Sends what is left of a question.
  func flush() throws(End) {
    while !unsent.isEmpty {
      let flags = Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
      let n = unsent.withUnsafeBytes { send(socket, $0.baseAddress, $0.count, flags) }
      if n < 0, errno == EAGAIN || errno == EINTR { return }
      guard n > 0 else { throw ended() }
      unsent = unsent.dropFirst(n)
    }
  }

  /// The next whole answer, without waiting; nil where there is none yet.
  func take() throws(End) -> (Asked, Answer)? {
    while true {
      do throws(WireError) {
        if let whole = try whole() { return whole }
      } catch {
        throw .nonsense
      }
      guard try fill() else { return nil }
    }
  }

  /// Reads what there is; false where there is nothing. The buffer grows with what came, not with what is announced.
  private func fill() throws(End) -> Bool {
    if taken > 0 {
      buffer.replaceSubrange(0..<filled - taken, with: buffer[taken..<filled])
      (filled, taken) = (filled - taken, 0)
    }
    if buffer.count - filled < Self.piece { buffer += [UInt8](repeating: 0, count: max(Self.piece, filled)) }
    let start = filled
    let n = buffer.withUnsafeMutableBytes { raw in
      recv(socket, raw.baseAddress.map { $0 + start }, raw.count - start, Int32(MSG_DONTWAIT))
    }
    if n < 0, errno == EAGAIN || errno == EINTR { return false }
    guard n > 0 else { throw ended() }
    filled += n
    return true
  }

  /// Room for what comes, at least.
  private static let piece = 1 << 17

  private func whole() throws(WireError) -> (Asked, Answer)? {
    // Before anything else it says that it is ready.
    let first =
      granted == nil ? Asked(index: -1, path: "", request: .facts, sequence: 0, deadline: 0) : asked.first
    let available = filled - taken
    guard available >= Answer.headSize else { return nil }
    guard let first else { throw .tooLong }
    let start = taken
    let read: (answer: Answer, count: Int)? = try buffer.withUnsafeBufferPointer { bytes throws(WireError) in
      let raw = UnsafeRawBufferPointer(bytes)
      let head = try Answer.head(
        UnsafeRawBufferPointer(rebasing: raw[start..<start + Answer.headSize]), expected: first.request)
      guard head.sequence == first.sequence, (head.kind == .ready) == (granted == nil) else { throw .outOfRange }
      let wanted = Answer.headSize + head.length
      guard available >= wanted else { return nil }
      let body = UnsafeRawBufferPointer(rebasing: raw[start + Answer.headSize..<start + wanted])
      return (try Answer.body(body, head.kind, to: first.request, path: first.path), wanted)
    }
    guard let (answer, count) = read else { return nil }
    taken += count
    if taken == filled, buffer.count > 8 * Self.piece { (buffer, filled, taken) = ([], 0, 0) }
    since = Monotonic.now()
    if case .ready(let bits) = answer {
      granted = bits
      return try whole()
    }
    asked.removeFirst()
    return (first, answer)
  }

  /// Kills it if it still runs, and says how it ended.
  @discardableResult func end() -> End {
    guard !isReaped else { return .died(signal: 0) }
    isReaped = true
    kill(process, SIGKILL)
    return reap()
  }

  /// The socket says that it is gone: what the process itself did, had it any time to.
  private func ended() -> End {
    guard !isReaped else { return .died(signal: 0) }
    isReaped = true
    var status: Int32 = 0
    for _ in 0..<50 {
      if waitpid(process, &status, WNOHANG) == process {
        close(socket)
        return .died(signal: status & 0x7F)
      }
      usleep(1000)
    }
    kill(process, SIGKILL)
    return reap()
  }

  private func reap() -> End {
    close(socket)
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    return .died(signal: status & 0x7F)
  }
}
