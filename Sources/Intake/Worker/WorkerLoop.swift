import Cine
import CSandbox
import Glibc
import Volumes

/// The worker's own program: takes questions with open files from descriptor 3, answers each, and ends when the other
/// side is gone. Never returns.
public enum WorkerLoop {
  static let socket: Int32 = 3
  /// Memory and processor time until the first question.
  private static let start = (memory: UInt64(512) << 20, seconds: UInt64(10))

  public static func run() -> Never {
    // Nobody starts it by hand: without the other side's socket there is nothing to do.
    var status = stat()
    guard fstat(socket, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK else { exit(2) }
    FileReader.prepare()
    // What the libraries map before any file is read is no file's doing.
    let own = csandbox_address_space()
    csandbox_allow(own + start.memory, start.seconds)
    let granted = csandbox_lock()
    send(Answer.ready(granted: Int(granted)).bytes(sequence: 0))
    var volumes = VolumeReader()
    while true { answerNext(own, &volumes) }
  }

  private static func answerNext(_ own: UInt64, _ volumes: inout VolumeReader) {
    var files: [Int32] = [-1, -1]
    var head = [UInt8](repeating: 0, count: Question.size)
    receive(&head, &files)
    guard let (fixed, length) = Question.head(head) else { exit(3) }
    var question = fixed
    var label = [UInt8](repeating: 0, count: length)
    if length > 0 { receive(&label, &files) }
    question.label = FilePath(bytes: label)
    var least = own + WorkerLimit.leastMemory
    if case .unpack(_, let size) = question.request { least += UInt64(clamping: size) }
    csandbox_allow(max(question.memory, least), UInt64(question.seconds))
    let answer = FileReader.answer(
      question.request, descriptor: files[0], label: question.label, partner: files[1] < 0 ? nil : files[1],
      &volumes)
    for file in files where file >= 0 { close(file) }
    if case .pixels(let pixels) = answer {
      send(Answer.pixelsHead(pixels, sequence: question.sequence))
      pixels.values.withUnsafeBytes { send($0) }
    } else {
      let bytes = answer.bytes(sequence: question.sequence)
      let isBelievable = bytes.count <= Answer.headSize + WireLimit.facts
      send(isBelievable ? bytes : Answer.refused(.tooLarge).bytes(sequence: question.sequence))
    }
  }

  /// Fills the buffer, or ends where the other side is gone.
  private static func receive(_ bytes: inout [UInt8], _ files: inout [Int32]) {
    let count = bytes.count
    var have = 0
    while have < count {
      var came: [Int32] = [-1, -1]
      let n = bytes.withUnsafeMutableBytes { raw in
        csandbox_receive(socket, raw.baseAddress.map { $0 + have }, count - have, &came)
      }
      if came[0] >= 0 { files = came }
      guard n > 0 else { exit(0) }
      have += n
    }
  }

  private static func send(_ bytes: [UInt8]) { bytes.withUnsafeBytes { send($0) } }

  private static func send(_ bytes: UnsafeRawBufferPointer) {
    var rest = bytes
    while !rest.isEmpty {
      let n = Glibc.send(socket, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL))
      if n < 0, errno == EINTR { continue }
      guard n > 0 else { exit(0) }
      rest = UnsafeRawBufferPointer(rebasing: rest[n...])
    }
  }
}
