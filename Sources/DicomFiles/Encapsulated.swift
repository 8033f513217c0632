/// Pixels in fragments (PS3.5 section A.4): which fragments are whose, so that any frame can be read alone.
struct Encapsulated {
  private let source: ByteSource
  private let header: DicomHeader
  /// Where the fragments lie in the file.
  private let parts: [Range<Int>]
  /// Offsets of the frames as each table gives them, counted from the first fragment's item tag.
  private let tables: [[Int]]

  init(_ layout: DicomLayout, _ header: DicomHeader) throws(DicomError) {
    guard let place = layout.pixels else { throw .noPixels }
    guard place.offset <= layout.end else { throw .truncated }
    (source, self.header) = (layout.source, header)
    var items = Self.items(layout.source, place.offset..<layout.end)
    // The first item is the Basic Offset Table, empty or not; some writers leave it out.
    let table = items.first.flatMap { layout.source.bytes($0.lowerBound, min($0.count, 4 * header.frames)) } ?? []
    var basic: [Int] = []
    if !Codestream.begins(Array(table.prefix(8)), header) {
      if !items.isEmpty { items.removeFirst() }
      basic = Self.integers(table, width: 4)
    }
    parts = items
    // Extended Offset Table (PS3.3 C.7.6.3.1.8): eight bytes each, in an element of its own.
    let extended = layout.extendedOffsets.flatMap {
      layout.source.bytes($0.lowerBound, min($0.count, 8 * header.frames))
    }
    tables = [basic, Self.integers(extended ?? [], width: 8)]
    guard parts.count >= header.frames else { throw .truncated }
  }

  /// Each frame's bytes; frames as they are counted from 0.
  func streams(_ frames: Range<Int>) throws(DicomError) -> [[UInt8]] {
    var all: [[UInt8]] = []
    for own in try fragments(frames) {
      var stream: [UInt8] = []
      stream.reserveCapacity(own.reduce(0) { $0 + parts[$1].count })
      for part in own {
        guard let bytes = source.bytes(parts[part].lowerBound, parts[part].count) else { throw .truncated }
        stream += bytes
      }
      all.append(stream)
    }
    return all
  }

  /// The fragments of each frame: the only frame has all of them, a table says, each of many has one, or the pictures
  /// themselves tell. A table that cannot be right is passed over.
  private func fragments(_ frames: Range<Int>) throws(DicomError) -> [Range<Int>] {
    if header.frames == 1 { return frames.map { _ in 0..<parts.count } }
    for table in tables {
      if let all = fragments(by: table) { return Array(all[frames]) }
    }
    if parts.count == header.frames { return frames.map { $0..<$0 + 1 } }
    return try fragmentsOfPictures(frames)
  }

  /// Nil where an offset leads to no fragment with which a picture can begin, or two to the same.
  private func fragments(by table: [Int]) -> [Range<Int>]? {
    guard table.count == header.frames, let origin = parts.first?.lowerBound else { return nil }
    let place = Dictionary(parts.enumerated().map { ($1.lowerBound - origin, $0) }) { first, _ in first }
    let starts = table.compactMap { place[$0] }
    guard starts.count == table.count, Set(starts).count == starts.count, starts.contains(0),
      starts.allSatisfy(begins)
    else { return nil }
    // Frames may lie in any order.
    let sorted = starts.sorted()
    let ends = Dictionary(zip(sorted, sorted.dropFirst() + [parts.count])) { first, _ in first }
    return starts.map { $0..<(ends[$0] ?? parts.count) }
  }

  private func begins(_ part: Int) -> Bool {
    Codestream.begins(source.bytes(parts[part].lowerBound, min(8, parts[part].count)) ?? [], header)
  }

  /// Coded data hold no first marker, so that a fragment amid a picture hardly ever looks like another's first; where one
  /// does, the pictures are followed to their ends.
  private func fragmentsOfPictures(_ frames: Range<Int>) throws(DicomError) -> [Range<Int>] {
    let starts = parts.indices.filter(begins)
    if starts.count == header.frames, starts.first == 0 {
      return Array(zip(starts, starts.dropFirst() + [parts.count]).map { $0..<$1 }[frames])
    }
    var all: [Range<Int>] = []
    var first = 0
    while all.count < frames.upperBound {
      guard first < parts.count else { throw .truncated }
      var reader = FragmentReader(source, parts, from: first)
      switch Codestream.end(&reader, header) {
      case .whole: all.append(first..<reader.part + 1)
      case .cut: throw .truncated
      case .damaged: throw .unreadable("its fragments do not tell their frames")
      }
      first = reader.part + 1
    }
    guard frames.upperBound < header.frames || first == parts.count else {
      throw .unreadable("its fragments do not tell their frames")
    }
    return Array(all[frames])
  }

  /// Where the items lie.
  private static func items(_ source: ByteSource, _ place: Range<Int>) -> [Range<Int>] {
    var source = source
    var (at, found) = (place.lowerBound, [Range<Int>]())
    while at + 8 <= place.upperBound, source.uint32(at, bigEndian: false) == 0xE000_FFFE,
      let length = source.uint32(at + 4, bigEndian: false), Int(length) <= place.upperBound - at - 8
    {
      found.append(at + 8..<at + 8 + Int(length))
      at += 8 + Int(length)
    }
    return found
  }

  /// Little endian; what no file is long enough for is left out.
  private static func integers(_ bytes: [UInt8], width: Int) -> [Int] {
    stride(from: 0, through: bytes.count - width, by: width).compactMap { at in
      Int(exactly: bytes[at..<at + width].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
    }
  }
}
