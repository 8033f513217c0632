import CSandbox
import Glibc

@testable import DicomFiles
@testable import Intake
@testable import Volumes

/// Files through a reading process, as the viewer reads them: every one gets a typed answer, and the asking side and the
/// files after it are none the worse.
final class ForeignFiles {
  private let request: Request
  private let guide: ([UInt8]) -> Void
  private let pool: WorkerPool
  private let file = namelessFile()
  private var asked = 0
  /// How often a library broke.
  private var crashes = 0

  /// `guide` is what of the reader is our own: it runs here, so that libFuzzer learns which inputs lead further.
  init(_ request: Request, guide: @escaping ([UInt8]) -> Void) {
    self.request = request
    self.guide = guide
    guard let program = getenv("CINECOR_FUZZ_WORKER").map({ String(cString: $0) }), file >= 0 else {
      finding("CINECOR_FUZZ_WORKER must be the path of the program")
    }
    pool = WorkerPool(WorkerProgram(path: program, arguments: [WorkerProgram.argument]), size: 1)
  }

  func run(_ bytes: [UInt8]) {
    guide(bytes)
    let answer = ask(bytes)
    if case .failure(let refusal) = answer {
      if refusal.reason == "no_worker" { finding("no reading process could be started") }
      if refusal.reason.isEmpty || refusal.text.isEmpty { finding("a refusal without a reason") }
      if ["crashed", "too_slow"].contains(refusal.reason) {
        crashes += 1
        say("a library broke (\(refusal.reason)) over \(bytes.count) bytes: \(crashes) of \(asked)")
      }
    }
    asked += 1
    if asked % 100 == 1, case .failure(let refusal) = ask(Self.good, .facts) {
      finding("a whole file was not read: \(refusal.text)")
    }
  }

  private func ask(_ bytes: [UInt8], _ other: Request? = nil) -> Result<Reply, Refusal> {
    guard ftruncate(file, 0) == 0, pwrite(file, bytes, bytes.count, 0) == bytes.count else {
      finding("no room for a file")
    }
    return pool.ask("/proc/self/fd/\(file)", other ?? request)
  }

  /// Into as little memory as shows what happens when it is full.
  static let unpack = Request.unpack(memory: csandbox_memory(1 << 20), size: 1 << 20)

  /// Two by two pixels, without preamble.
  private static let good: [UInt8] = {
    func us(_ element: UInt8, _ value: UInt8) -> [UInt8] {
      [0x28, 0, element, 0] + Array("US".utf8) + [2, 0, value, 0]
    }
    let description = us(2, 1) + us(0x10, 2) + us(0x11, 2) + [0x28, 0, 0, 1] + Array("US".utf8) + [2, 0, 8, 0]
    return [8, 0, 0x60, 0] + Array("CS".utf8) + [2, 0] + Array("MR".utf8) + description
      + [0xE0, 0x7F, 0x10, 0] + Array("OB".utf8) + [0, 0, 4, 0, 0, 0, 1, 2, 3, 4]
  }()

  static func dicomLayout(_ bytes: [UInt8]) {
    let file = namelessFile()
    defer { close(file) }
    guard pwrite(file, bytes, bytes.count, 0) == bytes.count else { finding("no room for a file") }
    guard let layout = try? DicomLayout(descriptor: file) else { return }
    let parts = [layout.start, layout.headerEnd, layout.end]
    if parts != parts.sorted() || layout.end > layout.source.count { finding("parts out of order: \(parts)") }
    if let length = layout.pixels?.length, length < 0 { finding("pixels of negative length") }
  }

  static func niftiHeader(_ bytes: [UInt8]) {
    guard NIfTIHeader.isNIfTI(bytes), let header = try? NIfTIHeader(bytes) else { return }
    if header.size.count != 4 || header.size.contains(where: { $0 < 1 }) || header.offset < 0 {
      finding("a size of \(header.size) at \(header.offset)")
    }
  }
}
