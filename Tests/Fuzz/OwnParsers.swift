import CHDF5
import Cine
import Tensor
import Terminal

@testable import Contours
@testable import DicomFiles
@testable import Intake
@testable import Networks

/// Parsers that Cinecor wrote itself. They may refuse what they like, but never trap, and what they give is sound.
enum OwnParsers {
  static func safetensors(_ bytes: [UInt8]) {
    guard let file = try? Safetensors(bytes) else { return }
    weights(file)
  }

  static func torch(_ bytes: [UInt8]) {
    guard let file = try? TorchFile(bytes) else { return }
    weights(file)
  }

  private static func weights(_ file: some TensorFile) {
    for name in file.names {
      guard let shape = file.shape(of: name) else { finding("\(name) is listed and not there") }
      // What is large is left alone: only its reading is of interest.
      guard let count = shape.count(upTo: 1 << 20), let tensor = file.tensor(name) else { continue }
      if tensor.values.count != count { finding("\(name) has \(tensor.values.count) of \(count) numbers") }
    }
  }

  static func shards(_ bytes: [UInt8]) {
    guard let index = try? ShardIndex(bytes) else { return }
    for file in index.files where file.isEmpty || file.hasPrefix("/") || file.split(separator: "/").contains("..") {
      finding("\(file) leads out of its folder")
    }
  }

  /// The first byte says how the pixels are compressed; the second, where a fragment ends.
  static func codestream(_ bytes: [UInt8]) {
    guard bytes.count > 2 else { return }
    let stream = Array(bytes.dropFirst(2))
    var header = DicomHeader()
    (header.rows, header.columns, header.bitsAllocated) = (16, 16, 8)
    let syntaxes = Jpeg.transferSyntaxes.union(Jpeg2000.transferSyntaxes).union([RunLength.transferSyntax]).sorted()
    header.transferSyntax = syntaxes[Int(bytes[0]) % syntaxes.count]
    let cut = min(Int(bytes[1]), stream.count)
    var reader = FragmentReader(ByteSource(stream), [0..<cut, cut..<stream.count])
    var whole = FragmentReader(stream)
    if Codestream.end(&reader, header) != Codestream.end(&whole, header) { finding("fragments change where it ends") }
    _ = JpegHead(stream)
    if let made = try? RunLength.decode(stream, header), made.count != 256 { finding("\(made.count) pixels of 256") }
  }

  /// The seal is made to fit, so that what lies behind it is reached.
  static func contours(_ bytes: [UInt8]) {
    guard let clips = ContourCoding.decode(ContourCoding.seal(ContourCoding.magic + [ContourCoding.version] + bytes))
    else { return }
    for clip in clips where clip.labels.count != clip.frames * clip.placement.size * clip.placement.size {
      finding("\(clip.labels.count) labels of \(clip.frames) squares of \(clip.placement.size)")
    }
    if ContourCoding.decode(ContourCoding.encode(clips)) != clips { finding("what was decoded is encoded otherwise") }
  }

  static func lzf(_ bytes: [UInt8]) {
    guard bytes.count >= 2 else { return }
    let capacity = Int(bytes[0]) | Int(bytes[1]) << 8
    var out = [UInt8](repeating: 0xA5, count: capacity + 16)
    let made = bytes.dropFirst(2).withUnsafeBufferPointer { chdf5_lzf($0.baseAddress, $0.count, &out, capacity) }
    if made > capacity { finding("\(made) bytes made, room for \(capacity)") }
    if out[capacity...].contains(where: { $0 != 0xA5 }) { finding("bytes behind the room were written") }
  }

  /// The first byte says what was asked.
  static func message(_ bytes: [UInt8]) {
    _ = Question.head(Array(bytes.prefix(Question.size)))
    guard bytes.count > Answer.headSize else { return }
    let request: Request = [.facts, .frames(0..<2), .inspect, .unpack(memory: -1, size: 1 << 20)][Int(bytes[0]) % 4]
    // The length is set right, so that the rest is reached.
    var bytes = Array(bytes.dropFirst())
    let length = UInt64(bytes.count - Answer.headSize).littleEndian
    bytes[8..<16] = ArraySlice(withUnsafeBytes(of: length) { Array($0) })
    guard let answer = read(bytes, to: request) else { return }
    // What was believed comes back the same.
    if read(answer.bytes(sequence: 1), to: request) != answer { finding("an answer changed on its way") }
  }

  private static func read(_ bytes: [UInt8], to request: Request) -> Answer? {
    bytes.withUnsafeBytes { raw in
      guard raw.count >= Answer.headSize else { return nil }
      let head = UnsafeRawBufferPointer(rebasing: raw[..<Answer.headSize])
      let body = UnsafeRawBufferPointer(rebasing: raw[Answer.headSize...])
      guard let known = try? Answer.head(head, expected: request), known.length == body.count else { return nil }
      return try? Answer.body(body, known.kind, to: request, path: "/a")
    }
  }

  static func text(_ bytes: [UInt8]) {
    let safe = SafeText(String(decoding: bytes, as: UTF8.self)).text
    for s in safe.unicodeScalars {
      switch s.value {
      case 0..<0x20, 0x7F..<0xA0, 0x61C, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF, 0xE000...0xF8FF:
        finding("U+\(String(s.value, radix: 16)) came through")
      default: break
      }
    }
    for character in safe where character.unicodeScalars.count > 10 { finding("more marks than a cell holds") }
    for columns in [0, 1, 7] where TextWidth.of(TextWidth.fit(safe, columns)) > columns {
      finding("wider than \(columns)")
    }
  }
}

extension OwnParsers {
  /// Terminals' bytes. The first says what kind of terminal; where they are torn apart makes no difference, and in the end
  /// every sequence is over.
  static func keys(_ bytes: [UInt8]) {
    guard let kind = bytes.first else { return }
    let odd = KeySequences([Array("\u{1}@\r".utf8): .function(1), [0x1B, 0x41]: .up, [0x0B]: .up])
    var whole = InputParser(utf8: kind & 1 == 0, keys: kind & 2 == 0 ? KeySequences() : odd)
    if kind & 4 != 0 { whole.expectAnswers(at: 0, patience: 6) }
    var torn = whole
    let events = whole.take(bytes.dropFirst(), at: 1)
    var again: [InputEvent] = []
    for byte in bytes.dropFirst() { again += torn.take([byte], at: 1) }
    if events != again || whole != torn { finding("torn apart it is something else") }
    for event in events {
      if case .key(.character(let c)) = event, c.unicodeScalars.contains(where: { $0.value < 32 }) {
        finding("a control character came as text")
      }
    }
    var rounds = 0
    while let deadline = whole.deadline {
      _ = whole.rest(at: deadline)
      rounds += 1
      if rounds > 100 { finding("a sequence without end") }
    }
    if whole.take([0x71], at: 1e6).last != .key(.character("q")) { finding("the keyboard is dead") }
  }
}

extension [Int] {
  /// Their product; nil where it is more than `most`.
  fileprivate func count(upTo most: Int) -> Int? {
    var product = 1
    for n in self {
      let next = product.multipliedReportingOverflow(by: n)
      guard !next.overflow, (0...most).contains(next.partialValue) else { return nil }
      product = next.partialValue
    }
    return product
  }
}
