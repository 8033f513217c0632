import CDicom

/// Where a DICOM file's parts lie, found without recursion and without believing any length: every parser after it gets
/// bytes whose nesting and lengths were checked (PS3.5 section 7, PS3.10 section 7).
struct DicomLayout {
  /// Deepest nesting of sequences that is followed.
  static let nestingLimit = 64

  /// Elements of group 7FE0 that hold pixels.
  private static let pixels: Set<UInt16> = [0x0008, 0x0009, 0x0010]

  struct Pixels {
    /// Offset of the first byte of the value, or of the first item of encapsulated fragments.
    var offset: Int
    /// Bytes of the value; nil where it is encapsulated.
    var length: Int?
    var isWords: Bool
    /// Float Pixel Data (7FE0,0008) or Double Float Pixel Data (7FE0,0009).
    var isFloat: Bool
  }

  /// Transfer Syntax UID as written, or the uncompressed one that the data set turned out to have.
  private(set) var transferSyntax = ""
  /// The same, but as the data set's elements are encoded: a compressed syntax has explicit little-endian elements.
  private(set) var encoding = Encoding.explicitLittle
  /// First byte of the data set.
  private(set) var start = 0
  /// The byte after its last element before the pixels.
  private(set) var headerEnd = 0
  private(set) var pixels: Pixels?
  /// Where the value of Extended Offset Table (7FE0,0001) lies.
  private(set) var extendedOffsets: Range<Int>?
  /// The byte after the last whole element.
  private(set) var end = 0
  /// True where an element says that it goes on beyond the file's end.
  private(set) var isTruncated = false
  /// The file itself, or what it inflates to.
  private(set) var source: ByteSource

  enum Encoding: String {
    case implicitLittle = "1.2.840.10008.1.2"
    case explicitLittle = "1.2.840.10008.1.2.1"
    case explicitBig = "1.2.840.10008.1.2.2"
  }
  static let deflated = "1.2.840.10008.1.2.1.99"

  init(descriptor: Int32) throws(DicomError) {
    source = try ByteSource(descriptor: descriptor)
    guard var offset = Self.firstElement(&source) else { throw .notDicom }
    let written = metaInformation(&offset)
    start = offset
    transferSyntax = written ?? ""
    if transferSyntax == Self.deflated { try inflate() }
    encoding = guess()
    if transferSyntax.isEmpty { transferSyntax = encoding.rawValue }
    try walk()
  }

  /// Whether a file that begins so may be DICOM.
  static func isLikely(_ head: [UInt8]) -> Bool {
    var source = ByteSource(head)
    return firstElement(&source) != nil
  }

  /// Behind the preamble, if there is one; nil where this is no DICOM.
  private static func firstElement(_ source: inout ByteSource) -> Int? {
    let hasPrefix = source.bytes(128, 4).map { $0.elementsEqual("DICM".utf8) } ?? false
    return hasPrefix ? 132 : startsLikeDataSet(&source) ? 0 : nil
  }

  /// Without a preamble: a first element of group 0002 or 0008 of believable shape.
  private static func startsLikeDataSet(_ source: inout ByteSource) -> Bool {
    guard let little = source.uint16(0, bigEndian: false), let big = source.uint16(0, bigEndian: true),
      let length = source.uint32(4, bigEndian: false), let element = source.uint16(2, bigEndian: false)
    else { return false }
    if isVR(source.bytes(4, 2) ?? []) { return little == 2 || little == 8 || big == 8 }
    return little == 8 && element < 0x1200 && length < 4096 && Int(length) <= source.count - 8
  }

  private static func isVR(_ bytes: [UInt8]) -> Bool { bytes.count == 2 && bytes.allSatisfy { (65...90).contains($0) } }

  /// Steps over group 0002, which is explicit little endian, and gives Transfer Syntax UID (0002,0010).
  private mutating func metaInformation(_ offset: inout Int) -> String? {
    var syntax: String?
    while source.uint16(offset, bigEndian: false) == 2, let element = source.uint16(offset + 2, bigEndian: false),
      let head = head(offset, .explicitLittle), head.length != .max
    {
      let (value, length) = (offset + head.size, Int(head.length))
      guard length <= source.count - value else { break }
      if element == 0x0010, let bytes = source.bytes(value, min(length, 64)) {
        syntax = String(decoding: bytes.filter { $0 > 32 && $0 < 127 }, as: UTF8.self)
      }
      offset = value + length
    }
    return syntax
  }

  private mutating func inflate() throws(DicomError) {
    guard let packed = source.bytes(start, source.count - start) else { throw .truncated }
    var out: UnsafeMutablePointer<UInt8>?
    var count = 0
    var message = Message()
    var isWhole: Int32 = 0
    let status = cdicom_inflate(
      packed, packed.count, DicomHeader.limit, &out, &count, &isWhole, &message.bytes, Message.size)
    defer { cdicom_free_bytes(out) }
    guard status == CDICOM_OK, let out else { throw message.error(status, transferSyntax) }
    source = ByteSource(Array(UnsafeBufferPointer(start: out, count: count)))
    start = 0
    isTruncated = isWhole == 0
  }

  /// By the first element: a VR of two capitals is explicit; a group number that is only small when read so tells the
  /// byte order. A file can be encoded otherwise than it says.
  private mutating func guess() -> Encoding {
    let explicit = Self.isVR(source.bytes(start + 4, 2) ?? [])
    let big = (source.uint16(start, bigEndian: false) ?? 0) > (source.uint16(start, bigEndian: true) ?? 0)
    return explicit ? (big ? .explicitBig : .explicitLittle) : .implicitLittle
  }

  private struct Head {
    var group: UInt16
    var element: UInt16
    var vr: (UInt8, UInt8)
    var length: UInt32
    /// Bytes before the value.
    var size: Int

    func isTag(_ g: UInt16, _ e: UInt16) -> Bool { group == g && element == e }
    func isVR(_ name: StaticString) -> Bool { vr.0 == name.utf8Start[0] && vr.1 == name.utf8Start[1] }
  }

  /// VRs with a 32-bit length after two reserved bytes (PS3.5 section 7.1.2).
  private static let long: Set<UInt16> = Set(
    ["OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV"].map { (name: String) in
      name.utf8.reduce(0) { $0 << 8 | UInt16($1) }
    })

  private mutating func head(_ at: Int, _ encoding: Encoding) -> Head? {
    let big = encoding == .explicitBig
    guard let group = source.uint16(at, bigEndian: big), let element = source.uint16(at + 2, bigEndian: big),
      let length = source.uint32(at + 4, bigEndian: big)
    else { return nil }
    var head = Head(group: group, element: element, vr: (0, 0), length: length, size: 8)
    // Items and delimiters have no VR (PS3.5 section 7.5).
    guard encoding != .implicitLittle, group != 0xFFFE, let a = source.byte(at + 4), let b = source.byte(at + 5) else {
      return head
    }
    guard (65...90).contains(a), (65...90).contains(b) else { return head }
    head.vr = (a, b)
    if Self.long.contains(UInt16(a) << 8 | UInt16(b)) {
      guard let long = source.uint32(at + 8, bigEndian: big) else { return nil }
      head.length = long
      head.size = 12
    } else {
      guard let short = source.uint16(at + 6, bigEndian: big) else { return nil }
      head.length = UInt32(short)
    }
    return head
  }

  /// What is open while walking: a sequence or an item, to a known end or to its delimiter.
  private struct Level {
    enum Kind { case sequence, item, fragments }
    var kind: Kind
    var end: Int?
    /// Contents of UN of undefined length are implicit little endian (PS3.5 section 6.2.2, note).
    var encoding: Encoding
  }

  private mutating func walk() throws(DicomError) {
    var levels: [Level] = []
    var at = start
    var inPixels = false
    end = start
    headerEnd = start
    while true {
      while let last = levels.last, let stop = last.end, at >= stop { levels.removeLast() }
      if levels.isEmpty {
        end = at
        if pixels == nil { headerEnd = at } else if inPixels { return }
        if at >= source.count { return }
      }
      let level = levels.last
      let encoding = level?.encoding ?? self.encoding
      let found = head(at, encoding)
      // What does not fit into the sequence around it was none: go on behind that.
      if let outer = levels.lastIndex(where: { $0.end != nil }), let stop = levels[outer].end,
        found.map({ $0.length != .max && Int($0.length) > stop - at - $0.size }) ?? true
      {
        levels.removeSubrange(outer...)
        at = stop
        continue
      }
      guard let head = found else {
        // All fragments are there, only the delimiter behind them is not.
        if at == source.count, inPixels, level?.kind == .fragments { end = at } else { isTruncated = true }
        return
      }
      // Padding after the last element: nothing that could be an element follows.
      if levels.isEmpty, head.isTag(0, 0), head.length == 0, pixels == nil { return }
      let value = at + head.size
      let undefined = head.length == .max
      let length = undefined ? 0 : Int(head.length)
      guard length <= source.count - value else {
        if levels.isEmpty, head.group == 0x7FE0, Self.pixels.contains(head.element) { setPixels(head, value) }
        isTruncated = true
        return
      }
      guard levels.count <= 2 * Self.nestingLimit else { throw .tooDeep }
      at = value
      switch (head.group, head.element) {
      case (0xFFFE, 0xE000) where level?.kind == .fragments: at += length
      case (0xFFFE, 0xE000):
        levels.append(Level(kind: .item, end: undefined ? nil : value + length, encoding: encoding))
      case (let group, _) where level?.kind == .fragments && group != 0xFFFE: return
      case (0xFFFE, 0xE00D), (0xFFFE, 0xE0DD): if !levels.isEmpty { levels.removeLast() }
      case (0x7FE0, let element) where levels.isEmpty && Self.pixels.contains(element):
        setPixels(head, value)
        inPixels = true
        if undefined { levels.append(Level(kind: .fragments, end: nil, encoding: encoding)) } else { at += length }
      case (0x7FE0, 0x0001) where levels.isEmpty && !undefined:
        extendedOffsets = value..<value + length
        at += length
      default:
        if undefined {
          let raw = head.isVR("OB") || head.isVR("OW") || head.isTag(0x7FE0, 0x0010)
          let inner = head.isVR("UN") ? Encoding.implicitLittle : encoding
          levels.append(Level(kind: raw ? .fragments : .sequence, end: nil, encoding: inner))
        } else if head.isVR("SQ") || startsItem(value, length, encoding) {
          levels.append(Level(kind: .sequence, end: value + length, encoding: encoding))
        } else {
          at += length
        }
      }
    }
  }

  private mutating func setPixels(_ head: Head, _ value: Int) {
    pixels = Pixels(
      offset: value, length: head.length == .max ? nil : Int(head.length), isWords: !head.isVR("OB"),
      isFloat: head.element != 0x0010)
  }

  /// Without VRs, a value that begins with an item's tag is a sequence.
  private mutating func startsItem(_ value: Int, _ length: Int, _ encoding: Encoding) -> Bool {
    guard encoding == .implicitLittle, length >= 8 else { return false }
    return source.uint16(value, bigEndian: false) == 0xFFFE && source.uint16(value + 2, bigEndian: false) == 0xE000
  }
}

/// Room for the shim's sentence.
struct Message {
  static let size = 256
  var bytes = [CChar](repeating: 0, count: size)

  var text: String { String(decoding: bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self) }

  func error(_ status: Int32, _ syntax: String) -> DicomError {
    switch Int(status) {
    case Int(CDICOM_TRUNCATED): .truncated
    case Int(CDICOM_UNSUPPORTED): .unsupportedTransferSyntax(syntax)
    default: .unreadable(text)
    }
  }
}
