import Cine
import Foundation
import Glibc
import Volumes

/// HDF5 and NIfTI are parsed in a process of their own: this program again, with the open file and little else. It may
/// crash, hang or ask for too much memory; here that is a reason beside the file's name. (`--read-volume`)
enum VolumeWorker {
  static let argument = "--read-volume"
  /// Seconds for one answer, and its most bytes.
  private static let patience = VolumeServer.patience
  private static let mostBytes = 4 << 30

  /// What a file that is no DICOM holds: nil where it is no volume either.
  static func study(_ path: String) -> Result<Study, ReadFailure>? {
    guard isVolume(path) else { return nil }
    do throws(ReadFailure) {
      let (reply, _) = try ask(path, [])
      guard var study = reply.study, isSound(study, path) else { throw ReadFailure(path, "crashed", "gave no study") }
      for i in study.series.indices {
        guard let view = SiteViews.names.view(study.series[i].description) else { continue }
        (study.series[i].view, study.series[i].viewRule) = (view, .description)
      }
      return .success(study)
    } catch {
      return .failure(error)
    }
  }

  /// Some frames of a file [frames, rows, columns]; nil where it is no volume.
  static func frames(_ path: String, _ range: Range<Int>) throws(ReadFailure) -> VolumeFile.Frames? {
    guard isVolume(path) else { return nil }
    let (reply, bytes) = try ask(path, ["\(range.lowerBound)", "\(range.upperBound)"])
    let count = reply.rows.multipliedReportingOverflow(by: reply.columns)
    guard reply.rows > 0, reply.columns > 0, !count.overflow, reply.frames == range.count,
      count.partialValue <= mostBytes / 4 / max(range.count, 1),
      bytes.count == 4 * range.count * count.partialValue
    else { throw ReadFailure(path, "crashed", "gave no pixels") }
    let pixels = [Float](unsafeUninitializedCapacity: bytes.count / 4) { buffer, made in
      bytes.withUnsafeBytes { UnsafeMutableRawBufferPointer(buffer).copyMemory(from: $0) }
      made = bytes.count / 4
    }
    return .init(rows: reply.rows, columns: reply.columns, pixels: pixels)
  }

  private static func isVolume(_ path: String) -> Bool {
    let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard file >= 0 else { return false }
    defer { close(file) }
    return VolumeFile.recognise(descriptor: file) != nil
  }

  /// Every number that is counted with later is one that the screen and the memory can bear.
  private static func isSound(_ study: Study, _ path: String) -> Bool {
    let slices = study.series.flatMap(\.slices)
    let frames = slices.flatMap(\.phases)
    return study.path == path && !slices.isEmpty
      && slices.allSatisfy { slice in
        (1...1 << 15).contains(slice.rows) && (1...1 << 15).contains(slice.columns) && !slice.phases.isEmpty
          && (slice.heartbeat.map { $0.value.isFinite && $0.value > 0 } ?? true)
      } && frames.count <= 1 << 20 && frames.allSatisfy { $0.path == path && $0.frame >= 0 }
  }

  private static func ask(_ path: String, _ words: [String]) throws(ReadFailure) -> (VolumeReply, ArraySlice<UInt8>) {
    let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard file >= 0 else { throw ReadFailure(path, "cannot_open", "could not be opened: \(Output.reason(errno))") }
    defer { close(file) }
    let partner = VolumeFile.partnerPath(of: path).map { open($0, O_RDONLY | O_CLOEXEC | O_NONBLOCK) } ?? -1
    defer { if partner >= 0 { close(partner) } }
    guard let process = Child(file: file, partner: partner, label: path, [argument] + words) else {
      throw ReadFailure(path, "cannot_open", "could not be read: no process could be started for it")
    }
    let (bytes, end) = process.finish(seconds: patience, most: mostBytes)
    switch end {
    case .tooSlow: throw ReadFailure(path, "too_slow", "took longer than \(patience) s to read and was left")
    case .crashed: throw ReadFailure(path, "crashed", "broke its reader; the file is damaged, or not what it says")
    case .done: break
    }
    guard let line = bytes.firstIndex(of: UInt8(ascii: "\n")),
      let reply = try? JSONDecoder().decode(VolumeReply.self, from: Data(bytes[..<line]))
    else { throw ReadFailure(path, "crashed", "broke its reader; the file is damaged, or not what it says") }
    if let failure = reply.failure { throw ReadFailure(path, failure.reason, failure.text) }
    return (reply, bytes[(line + 1)...])
  }

  /// A reader's process: the file as descriptor 3, its partner as 4, the file's name for an environment, and a pipe back.
  private struct Child {
    enum End { case done, crashed, tooSlow }

    private let process: pid_t
    private let pipe: Int32

    init?(file: Int32, partner: Int32, label: String, _ words: [String]) {
      var ends: [Int32] = [-1, -1]
      guard Glibc.pipe(&ends) == 0 else { return nil }
      for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
      var actions = posix_spawn_file_actions_t()
      posix_spawn_file_actions_init(&actions)
      defer { posix_spawn_file_actions_destroy(&actions) }
      // Duplicates high above, so that none of the four lies in another's way.
      let high = [file, partner, ends[1]].map { $0 < 0 ? -1 : fcntl($0, F_DUPFD_CLOEXEC, 10) }
      defer { for descriptor in high where descriptor >= 0 { close(descriptor) } }
      posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
      posix_spawn_file_actions_adddup2(&actions, high[2], STDOUT_FILENO)
      posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
      posix_spawn_file_actions_adddup2(&actions, high[0], VolumeServer.file)
      if high[1] >= 0 { posix_spawn_file_actions_adddup2(&actions, high[1], VolumeServer.partner) }
      var arguments = (["cinecor"] + words).map { strdup($0) } + [nil]
      defer { for argument in arguments { free(argument) } }
      // Arguments are everybody's to see, and names of files can be names of people.
      var environment = [strdup("\(VolumeServer.label)=\(label)"), nil]
      defer { free(environment[0]) }
      var id: pid_t = 0
      let status = posix_spawn(&id, "/proc/self/exe", &actions, nil, &arguments, &environment)
      close(ends[1])
      guard status == 0 else {
        close(ends[0])
        return nil
      }
      (process, pipe) = (id, ends[0])
    }

    /// All that it writes, until it ends, is too slow or writes too much.
    func finish(seconds: Int, most: Int) -> ([UInt8], End) {
      var (bytes, isLate) = ([UInt8](), false)
      var chunk = [UInt8](repeating: 0, count: 1 << 16)
      let deadline = Progress.now() + Double(seconds)
      while true {
        var poller = pollfd(fd: pipe, events: Int16(POLLIN), revents: 0)
        let left = deadline - Progress.now()
        isLate = left <= 0 || bytes.count > most
        if isLate { break }
        if poll(&poller, 1, Int32(left * 1000) + 1) < 0, errno == EINTR { continue }
        guard poller.revents != 0 else { continue }
        let n = read(pipe, &chunk, chunk.count)
        if n < 0, errno == EINTR { continue }
        guard n > 0 else { break }
        bytes += chunk[..<n]
      }
      if isLate { kill(process, SIGKILL) }
      close(pipe)
      var status: Int32 = 0
      while waitpid(process, &status, 0) < 0, errno == EINTR {}
      return (bytes, isLate ? .tooSlow : status == 0 ? .done : .crashed)
    }
  }
}

/// A file that could not be read.
struct ReadFailure: Error {
  let file: UnreadableFile

  init(_ path: String, _ reason: String, _ text: String) {
    file = UnreadableFile(path: path, reason: reason, text: text)
  }
}
