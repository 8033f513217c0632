import CDicom

/// A parsed data set: values as text and numbers. Owns DCMTK's handle.
struct DataSet: ~Copyable {
  let handle: OpaquePointer

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

  /// All numbers of the element; what is no finite number is left out.
  func numbers(_ group: UInt16, _ element: UInt16) -> [Double] { Self.numbers(text(group, element)) }

  func integer(_ group: UInt16, _ element: UInt16) -> Int? { Self.integer(numbers(group, element)) }

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

  func frameNumbers(_ frame: Int, _ sequence: (UInt16, UInt16), _ group: UInt16, _ element: UInt16) -> [Double] {
    Self.numbers(frameText(frame, sequence, group, element))
  }

  func frameInteger(_ frame: Int, _ sequence: (UInt16, UInt16), _ group: UInt16, _ element: UInt16) -> Int? {
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

  private static func numbers(_ text: String?) -> [Double] {
    (text ?? "").split(separator: "\\").compactMap { part in
      Double(part.filter { $0 != " " }).flatMap { $0.isFinite ? $0 : nil }
    }
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
