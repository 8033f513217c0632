import CDicom

/// A parsed data set: values as text and numbers. Owns DCMTK's handle.
struct DataSet: ~Copyable {
  let handle: OpaquePointer
  /// Elements whose decimal comma, which DS forbids (PS3.5 section 6.2), was read as a point.
  private(set) var commas: Set<Int> = []
  /// Elements that hold something where a number belongs, and it is none.
  private(set) var unread: Set<Int> = []

  /// `bytes` are a data set (no preamble, no group 0002) whose nesting was checked.
  init(_ bytes: [UInt8], transferSyntax: String) throws(DicomError) {
    guard cdicom_dictionary_loaded() != 0 else { throw .noDictionary }
    var handle: OpaquePointer?
    var message = Message()
    let status = cdicom_open(bytes, bytes.count, transferSyntax, &handle, &message.bytes, Message.size)
    guard status == CDICOM_OK, let handle else { throw message.error(status, transferSyntax) }
    self.handle = handle
  }

  deinit { cdicom_close(handle) }

  /// The element as text without its padding (PS3.5 section 6.2); nil where it is absent.
  func text(_ group: UInt16, _ element: UInt16) -> String? { Self.string(cdicom_text(handle, group, element)) }

  /// An element of the block that a private creator reserves.
  func privateText(_ group: UInt16, _ creator: String, _ element: UInt8) -> String? {
    Self.string(cdicom_private_text(handle, group, creator, element))
  }

  /// All numbers of the element; what is no finite number is left out and noted.
  mutating func numbers(_ group: UInt16, _ element: UInt16) -> [Double] {
    numbers(text(group, element), group, element)
  }

  mutating func integer(_ group: UInt16, _ element: UInt16) -> Int? { Self.integer(numbers(group, element)) }

  /// A time or date and time; a decimal comma becomes a point, as in numbers.
  mutating func time(_ group: UInt16, _ element: UInt16) -> String? {
    text(group, element).map { pointed($0, group, element) }
  }

  /// Items of Per-frame Functional Groups; 0 in a classic image.
  var frameItems: Int { items((0x5200, 0x9230)) }

  func items(_ sequence: (UInt16, UInt16)) -> Int { Int(cdicom_items(handle, sequence.0, sequence.1)) }

  func itemText(_ sequence: (UInt16, UInt16), _ item: Int, _ group: UInt16, _ element: UInt16) -> String? {
    Self.string(cdicom_item_text(handle, sequence.0, sequence.1, UInt32(clamping: item), group, element))
  }

  /// A value of a frame's functional group, shared or its own (PS3.3 C.7.6.16).
  func frameText(_ frame: Int, _ sequence: (UInt16, UInt16), _ group: UInt16, _ element: UInt16) -> String? {
    Self.string(cdicom_frame_text(handle, UInt32(clamping: frame), sequence.0, sequence.1, group, element))
  }

  mutating func frameNumbers(_ frame: Int, _ sequence: (UInt16, UInt16), _ group: UInt16, _ element: UInt16) -> [Double]
  {
    numbers(frameText(frame, sequence, group, element), group, element)
  }

  mutating func frameInteger(_ frame: Int, _ sequence: (UInt16, UInt16), _ group: UInt16, _ element: UInt16) -> Int? {
    Self.integer(frameNumbers(frame, sequence, group, element))
  }

  private static func string(_ pointer: UnsafePointer<CChar>?) -> String? {
    guard let pointer else { return nil }
    // Bytes that no character set explains are shown as Latin-1 rather than lost.
    var raw = String(validatingCString: pointer) ?? latin1(pointer)
    // Escape sequences of a character set that could not be decoded must not reach a terminal.
    if raw.utf8.contains(27) { raw = String(raw.map { $0 == "\u{1B}" ? "\u{FFFD}" : $0 }) }
    let end = raw.lastIndex { $0 != " " }
    return end.map { String(raw[...$0]) } ?? ""
  }

  private static func latin1(_ pointer: UnsafePointer<CChar>) -> String {
    var text = ""
    var next = pointer
    while next.pointee != 0 {
      text.unicodeScalars.append(Unicode.Scalar(UInt8(bitPattern: next.pointee)))
      next += 1
    }
    return text
  }

  private mutating func numbers(_ text: String?, _ group: UInt16, _ element: UInt16) -> [Double] {
    (text ?? "").split(separator: "\\").compactMap { part in
      let digits = part.filter { $0 != " " }
      guard !digits.isEmpty else { return nil }
      if let number = Double(pointed(digits, group, element)), number.isFinite { return number }
      unread.insert(Int(group) << 16 | Int(element))
      return nil
    }
  }

  /// "1,8" as "1.8". More than one mark is no decimal number.
  private mutating func pointed(_ text: String, _ group: UInt16, _ element: UInt16) -> String {
    guard let comma = text.firstIndex(of: ","), text.count(where: { $0 == "," || $0 == "." }) == 1 else { return text }
    commas.insert(Int(group) << 16 | Int(element))
    return text[..<comma] + "." + text[text.index(after: comma)...]
  }

  private static func integer(_ numbers: [Double]) -> Int? { numbers.first.flatMap { Int(exactly: $0.rounded()) } }
}

extension DicomLayout {
  /// The elements before the pixels, parsed.
  func dataSet() throws(DicomError) -> DataSet {
    guard let bytes = source.bytes(start, headerEnd - start) else { throw .truncated }
    return try DataSet(bytes, transferSyntax: encoding.rawValue)
  }
}
