/// Why a message was not believed.
enum WireError: Error, Hashable, Sendable {
  case tooShort, tooLong, notText, notFinite, outOfRange
}

/// One list of fields serves for writing and for reading a value, so that the two cannot differ: a writer leaves the
/// value as it is, a reader fills it in. Numbers are little endian and of fixed width.
protocol Wire {
  /// A whole number of 64 bits.
  mutating func integer(_ value: inout Int) throws(WireError)
  /// A finite number.
  mutating func number(_ value: inout Double) throws(WireError)
  mutating func flag(_ value: inout Bool) throws(WireError)
  /// UTF-8 of at most `WireLimit.text` bytes; a writer cuts what is longer.
  mutating func text(_ value: inout String) throws(WireError)
  /// How many elements of at least `size` bytes follow: given by a writer, found and checked by a reader.
  mutating func count(_ value: Int, size: Int) throws(WireError) -> Int
}

enum WireLimit {
  /// Bytes of one text.
  static let text = 16_384
  /// Bytes of what a file says of itself.
  static let facts = 32 << 20
}

extension Wire {
  mutating func integer(_ value: inout Int, in range: ClosedRange<Int>) throws(WireError) {
    try integer(&value)
    guard range.contains(value) else { throw .outOfRange }
  }

  mutating func optional<T>(
    _ value: inout T?, _ empty: T, _ field: (inout Self, inout T) throws(WireError) -> Void
  ) throws(WireError) {
    var isThere = value != nil
    try flag(&isThere)
    guard isThere else {
      value = nil
      return
    }
    var inner = value ?? empty
    try field(&self, &inner)
    value = inner
  }

  mutating func optional(_ value: inout Double?) throws(WireError) {
    try optional(&value, 0) { (wire: inout Self, inner: inout Double) throws(WireError) in try wire.number(&inner) }
  }

  mutating func optional(_ value: inout Int?) throws(WireError) {
    try optional(&value, 0) { (wire: inout Self, inner: inout Int) throws(WireError) in try wire.integer(&inner) }
  }

  /// A stable code: small letters and underscores.
  mutating func code(_ value: inout String) throws(WireError) {
    try text(&value)
    guard !value.isEmpty, value.utf8.allSatisfy({ $0 == 95 || (97...122).contains($0) }) else { throw .outOfRange }
  }

  /// One of an enumeration's words.
  mutating func choice<T: RawRepresentable<String>>(_ value: inout T) throws(WireError) {
    var word = value.rawValue
    try text(&word)
    guard let known = T(rawValue: word) else { throw .outOfRange }
    value = known
  }

  /// `size`: the fewest bytes that an element takes, so that no count is believed that the bytes left cannot hold.
  mutating func list<T>(
    _ values: inout [T], _ empty: T, size: Int, _ field: (inout Self, inout T) throws(WireError) -> Void
  ) throws(WireError) {
    let n = try count(values.count, size: size)
    while values.count < n { values.append(empty) }
    for i in 0..<n { try field(&self, &values[i]) }
  }
}

/// Builds a message.
struct WireWriter: Wire {
  private(set) var bytes: [UInt8] = []

  mutating func raw<T: FixedWidthInteger>(_ value: T) {
    withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
  }
  mutating func integer(_ value: inout Int) { raw(Int64(value)) }
  mutating func number(_ value: inout Double) { raw((value.isFinite ? value : 0).bitPattern) }
  mutating func flag(_ value: inout Bool) { raw(UInt8(value ? 1 : 0)) }
  mutating func count(_ value: Int, size: Int) -> Int {
    raw(UInt32(clamping: value))
    return value
  }

  mutating func text(_ value: inout String) {
    var utf8 = value.utf8.prefix(WireLimit.text)
    // No cut within a character.
    while utf8.endIndex != value.utf8.endIndex, utf8.endIndex.samePosition(in: value.unicodeScalars) == nil {
      utf8 = utf8.dropLast()
    }
    raw(UInt32(utf8.count))
    bytes.append(contentsOf: utf8)
  }
}

/// Takes a message apart and believes none of it.
struct WireReader: Wire {
  private let bytes: UnsafeRawBufferPointer
  private(set) var position = 0

  /// The bytes must stay where they are as long as the reader is used.
  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  var left: Int { bytes.count - position }

  mutating func raw<T: FixedWidthInteger>(_ type: T.Type) throws(WireError) -> T {
    let width = MemoryLayout<T>.size
    guard width <= left else { throw .tooShort }
    defer { position += width }
    return T(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: T.self))
  }

  mutating func integer(_ value: inout Int) throws(WireError) { value = Int(try raw(Int64.self)) }

  mutating func number(_ value: inout Double) throws(WireError) {
    value = Double(bitPattern: try raw(UInt64.self))
    guard value.isFinite else { throw .notFinite }
  }

  mutating func flag(_ value: inout Bool) throws(WireError) {
    let byte = try raw(UInt8.self)
    guard byte <= 1 else { throw .outOfRange }
    value = byte == 1
  }

  mutating func count(_ value: Int, size: Int) throws(WireError) -> Int {
    let n = Int(try raw(UInt32.self))
    guard n <= left / max(size, 1) else { throw .tooShort }
    return n
  }

  mutating func text(_ value: inout String) throws(WireError) {
    let n = Int(try raw(UInt32.self))
    guard n <= WireLimit.text else { throw .tooLong }
    guard n <= left else { throw .tooShort }
    guard let text = String(validating: bytes[position..<position + n], as: UTF8.self) else { throw .notText }
    value = text
    position += n
  }

  /// Nothing may follow the last field.
  func end() throws(WireError) { if left > 0 { throw .tooLong } }
}
