import CDicom
import Cine
import Glibc

/// One open DICOM file. The boundary of the reader: an open descriptor comes in, plain values go out, so that it can run
/// in a process of its own.
struct DicomFile: ~Copyable {
  private let handle: OpaquePointer

  /// `descriptor` stays the caller's and must be seekable.
  init(descriptor: Int32) throws(DicomError) {
    guard cdicom_dictionary_loaded() != 0 else { throw .noDictionary }
    guard Self.looksLikeDicom(descriptor) else { throw .notDicom }
    var handle: OpaquePointer?
    var message = [CChar](repeating: 0, count: 256)
    let status = cdicom_open(descriptor, &handle, &message, message.count)
    guard status == CDICOM_OK, let handle else { throw Self.error(status, message, "") }
    self.handle = handle
  }

  deinit { cdicom_close(handle) }

  /// The prefix "DICM" (PS3.10 section 7.1), or, without a preamble, a first element of group 0002 or 0008.
  private static func looksLikeDicom(_ descriptor: Int32) -> Bool {
    var head = [UInt8](repeating: 0, count: 132)
    let n = pread(descriptor, &head, head.count, 0)
    if n == 132, head[128...131].elementsEqual("DICM".utf8) { return true }
    guard n >= 16 else { return false }
    let little = UInt16(head[0]) | UInt16(head[1]) << 8
    let big = UInt16(head[1]) | UInt16(head[0]) << 8
    let isText = { (b: UInt8) in (65...90).contains(b) }
    guard little == 2 || little == 8 || big == 8 else { return false }
    let explicit = isText(head[4]) && isText(head[5])
    let length = UInt32(head[4]) | UInt32(head[5]) << 8 | UInt32(head[6]) << 16 | UInt32(head[7]) << 24
    return explicit || (little == 8 && length < 4096 && head[2] < 0x80 && head[3] == 0)
  }

  private static func error(_ status: Int32, _ message: [CChar], _ syntax: String) -> DicomError {
    switch Int(status) {
    case Int(CDICOM_NOT_DICOM): .notDicom
    case Int(CDICOM_TRUNCATED): .truncated
    case Int(CDICOM_UNSUPPORTED): .unsupportedTransferSyntax(syntax)
    default: .unreadable(String(decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
    }
  }

  /// The element as text; nil where it is absent.
  private func text(_ group: UInt16, _ element: UInt16) -> String? {
    cdicom_text(handle, group, element).map { pointer in
      let raw = String(cString: pointer)
      // Values are padded to an even length (PS3.5 section 6.2).
      let end = raw.lastIndex { $0 != " " && $0 != "\0" }
      return end.map { String(raw[...$0]) } ?? ""
    }
  }

  private func numbers(_ group: UInt16, _ element: UInt16) -> [Double] {
    (text(group, element) ?? "").split(separator: "\\").compactMap { part in
      Double(part.filter { $0 != " " }).flatMap { $0.isFinite ? $0 : nil }
    }
  }

  private func integer(_ group: UInt16, _ element: UInt16) -> Int? {
    numbers(group, element).first.flatMap { Int(exactly: $0.rounded()) }
  }

  func header(path: String) throws(DicomError) -> DicomHeader {
    guard cdicom_has(handle, 0x7FE0, 0x0010) != 0 else { throw .noPixels }
    var h = DicomHeader()
    h.path = path
    h.transferSyntax = String(cString: cdicom_transfer_syntax(handle))
    h.sopInstanceUID = text(0x0008, 0x0018) ?? ""
    h.studyUID = text(0x0020, 0x000D) ?? ""
    h.seriesUID = text(0x0020, 0x000E) ?? ""
    h.patientName = text(0x0010, 0x0010) ?? ""
    h.patientID = text(0x0010, 0x0020) ?? ""
    h.studyDate = text(0x0008, 0x0020) ?? ""
    h.studyDescription = text(0x0008, 0x1030) ?? ""
    h.seriesDescription = text(0x0008, 0x103E) ?? ""
    h.protocolName = text(0x0018, 0x1030) ?? ""
    h.modality = text(0x0008, 0x0060) ?? ""
    h.seriesNumber = integer(0x0020, 0x0011)
    h.instanceNumber = integer(0x0020, 0x0013)
    h.acquisitionTime = text(0x0008, 0x0032) ?? ""
    h.temporalPosition = integer(0x0020, 0x0100)
    h.triggerTime = numbers(0x0018, 0x1060).first
    let interval = numbers(0x0018, 0x1062).first ?? 0
    let rate = numbers(0x0018, 0x1088).first ?? 0
    h.heartbeat = interval > 0 ? interval : rate > 0 ? 60_000 / rate : nil
    h.frameTime = numbers(0x0018, 0x1063).first
    h.rows = integer(0x0028, 0x0010) ?? 0
    h.columns = integer(0x0028, 0x0011) ?? 0
    h.frames = integer(0x0028, 0x0008) ?? 1
    h.samples = integer(0x0028, 0x0002) ?? 1
    h.bitsAllocated = integer(0x0028, 0x0100) ?? 0
    h.bitsStored = integer(0x0028, 0x0101) ?? h.bitsAllocated
    h.signed = integer(0x0028, 0x0103) == 1
    h.inverted = text(0x0028, 0x0004) == "MONOCHROME1"
    h.slope = numbers(0x0028, 0x1053).first ?? 1
    h.intercept = numbers(0x0028, 0x1052).first ?? 0
    h.geometry = geometry()
    try h.validate()
    return h
  }

  private func geometry() -> Geometry? {
    let position = numbers(0x0020, 0x0032)
    let orientation = numbers(0x0020, 0x0037)
    let spacing = numbers(0x0028, 0x0030)
    guard position.count == 3, orientation.count == 6, spacing.count == 2, spacing.allSatisfy({ $0 > 0 && $0 < 100 })
    else { return nil }
    let row = Vector3(orientation[0], orientation[1], orientation[2])
    let column = Vector3(orientation[3], orientation[4], orientation[5])
    guard abs(row.length - 1) < 0.05, abs(column.length - 1) < 0.05, abs(row.dot(column)) < 0.05 else { return nil }
    return Geometry(
      origin: Vector3(position[0], position[1], position[2]), alongRow: row.normalized,
      alongColumn: column.normalized, rowSpacing: spacing[0], columnSpacing: spacing[1])
  }

  /// All decoded bytes, native byte order. Short data is an error, never filled in.
  func pixelBytes(_ h: DicomHeader) throws(DicomError) -> [UInt8] {
    var bytes: UnsafePointer<UInt8>?
    var count = 0
    var message = [CChar](repeating: 0, count: 256)
    let status = cdicom_pixels(handle, &bytes, &count, &message, message.count)
    guard status == CDICOM_OK, let bytes else { throw Self.error(status, message, h.transferSyntax) }
    guard count >= h.pixelBytes else { throw .truncated }
    return Array(UnsafeBufferPointer(start: bytes, count: h.pixelBytes))
  }
}

/// Opens a path read-only and gives the descriptor to the body.
func withDescriptor<T>(_ path: String, _ body: (Int32) throws(DicomError) -> T) throws(DicomError) -> T {
  let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
  guard descriptor >= 0 else { throw .cannotOpen(strerror(errno).map { String(cString: $0) } ?? "error") }
  defer { close(descriptor) }
  var status = stat()
  guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { throw .notDicom }
  return try body(descriptor)
}

extension DicomHeader {
  /// Reads one file's header.
  public static func read(path: String) throws(DicomError) -> DicomHeader {
    try withDescriptor(path) { (fd) throws(DicomError) in try DicomFile(descriptor: fd).header(path: path) }
  }
}
