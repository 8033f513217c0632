import Cine

/// What may be asked of one file.
public enum Request: Hashable, Sendable {
  /// What it is and says of itself.
  case facts
  /// Pixels of some frames (from 0), rescaled.
  case frames(Range<Int>)
  /// What it is, and the hash of its decoded pixels.
  case inspect
  /// The same without the hash, and without decoding what its head shows to be all there.
  case check
  /// Of an archive: its files, into memory that both sides share.
  case unpack(memory: Int32, size: Int)
}

/// A request as it crosses to the worker: 32 bytes, then the label, with the open file attached to the first byte.
struct Question: Hashable, Sendable {
  static let size = 32

  /// Comes back with the answer.
  var sequence: UInt32
  var request: Request
  /// Bytes of memory that the worker may use for it.
  var memory: UInt64
  /// Seconds of processor time.
  var seconds: UInt32
  /// The file's name, where a format takes something from it; nothing is opened by it.
  var label: FilePath

  var bytes: [UInt8] {
    var out = WireWriter()
    out.raw(sequence)
    switch request {
    case .check: [4, 0, 0].forEach { out.raw(UInt32($0)) }
    case .inspect: [3, 0, 0].forEach { out.raw(UInt32($0)) }
    case .unpack(_, let size): [5, 0, size].forEach { out.raw(UInt32(clamping: $0)) }
    case .facts: [1, 0, 0].forEach { out.raw(UInt32($0)) }
    case .frames(let range): [2, range.lowerBound, range.upperBound].forEach { out.raw(UInt32(clamping: $0)) }
    }
    out.raw(memory)
    out.raw(seconds)
    // The label's length ends the fixed part.
    out.raw(UInt32(clamping: label.bytes.count))
    return out.bytes + label.bytes
  }

  /// The fixed part, and how many bytes of label follow. Nil for what no caller of ours sends.
  static func head(_ bytes: [UInt8]) -> (question: Question, label: Int)? {
    guard bytes.count == size else { return nil }
    return bytes.withUnsafeBytes { raw in
      var wire = WireReader(raw)
      return try? question(&wire)
    }
  }

  private static func question(_ wire: inout WireReader) throws(WireError) -> (Question, Int) {
    let sequence = try wire.raw(UInt32.self)
    let (kind, lower) = (try wire.raw(UInt32.self), Int(try wire.raw(UInt32.self)))
    let upper = Int(try wire.raw(UInt32.self))
    let (memory, seconds) = (try wire.raw(UInt64.self), try wire.raw(UInt32.self))
    let label = Int(try wire.raw(UInt32.self))
    guard label <= WireLimit.text, lower <= upper else { throw .outOfRange }
    let request: Request
    switch kind {
    case 1: request = .facts
    case 2: request = .frames(lower..<upper)
    case 3: request = .inspect
    case 4: request = .check
    // The memory came with the question; whose number it has is for the receiver to say.
    case 5: request = .unpack(memory: -1, size: upper)
    default: throw .outOfRange
    }
    return (Question(sequence: sequence, request: request, memory: memory, seconds: seconds, label: ""), label)
  }
}
