import Foundation
import Glibc

@testable import Intake

/// libFuzzer's door: what it makes goes to the target that CINECOR_FUZZ_TARGET names. A trap is a finding.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  target(Array(UnsafeBufferPointer(start: start, count: count)))
  return 0
}

/// libFuzzer calls from one thread only.
nonisolated(unsafe) private let target: ([UInt8]) -> Void = {
  let name = getenv("CINECOR_FUZZ_TARGET").map { String(cString: $0) } ?? ""
  guard let found = Target(rawValue: name) else {
    finding("CINECOR_FUZZ_TARGET must be one of \(Target.allCases.map(\.rawValue).joined(separator: ", "))")
  }
  return found.body
}()

/// Ends the run; libFuzzer keeps the input.
func finding(_ text: String) -> Never {
  say("finding: \(text)")
  abort()
}

func say(_ text: String) {
  let line = Array((text + "\n").utf8)
  _ = write(STDERR_FILENO, line, line.count)
}

/// A file without a name; -1 where none can be made.
func namelessFile() -> Int32 {
  var name = (NSTemporaryDirectory() + "fuzz-XXXXXX").utf8CString.map { $0 }
  let file = mkstemp(&name)
  unlink(name)
  return file
}

/// What can be fuzzed. Foreign libraries run as they always do, in a reading process, where they may break: then the file
/// must be named and the next one read. Parsers of our own run here, where libFuzzer sees which way an input took.
enum Target: String, CaseIterable {
  case dicom, pixels, codestream, hdf5, nifti, archive, safetensors, torch, shards, lzf, contours, message, text, keys

  var body: ([UInt8]) -> Void {
    switch self {
    case .dicom: ForeignFiles(.facts, guide: ForeignFiles.dicomLayout).run
    case .pixels: ForeignFiles(.frames(0..<1), guide: ForeignFiles.dicomLayout).run
    case .codestream: OwnParsers.codestream
    case .hdf5: ForeignFiles(.inspect, guide: { _ in }).run
    case .nifti: ForeignFiles(.inspect, guide: ForeignFiles.niftiHeader).run
    case .archive: ForeignFiles(ForeignFiles.unpack, guide: { _ = ArchiveKind.of($0) }).run
    case .safetensors: OwnParsers.safetensors
    case .torch: OwnParsers.torch
    case .shards: OwnParsers.shards
    case .lzf: OwnParsers.lzf
    case .contours: OwnParsers.contours
    case .message: OwnParsers.message
    case .text: OwnParsers.text
    case .keys: OwnParsers.keys
    }
  }
}
