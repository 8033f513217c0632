import Cine
import Glibc

/// One DICOM file. The reader's boundary: an open descriptor comes in, plain values go out, so that it can run in a
/// process of its own. `path` is only a label.
public struct DicomFile: Sendable {
  public let header: DicomHeader
  let layout: DicomLayout

  /// Whether a file that begins so may be DICOM.
  public static func isLikely(_ head: [UInt8]) -> Bool { DicomLayout.isLikely(head) }

  /// Reads the header. `descriptor` stays the caller's, must be a regular file and be open as long as frames are read.
  public init(descriptor: Int32, path: FilePath) throws(DicomError) {
    try self.init(unchecked: descriptor, path: path)
    try check()
  }

  /// The same where the header can be believed, though its pixels may be cut short or not decodable: see `check`.
  public init(unchecked descriptor: Int32, path: FilePath) throws(DicomError) {
    layout = try DicomLayout(descriptor: descriptor)
    var set = try layout.dataSet()
    guard layout.pixels != nil else {
      // Nothing at all behind the preamble: a copy that hardly began.
      throw Self.withoutPixels(set, isTruncated: layout.isTruncated || layout.headerEnd == layout.start)
    }
    var h = Self.header(&set)
    h.path = path
    h.transferSyntax = layout.transferSyntax
    h.isFloat = layout.pixels?.isFloat ?? false
    try h.validate()
    header = h
  }

  /// Fails where the pixels are not all there, or compressed in a way that is not supported.
  public func check() throws(DicomError) {
    if layout.isTruncated { throw .truncated }
    let syntax = header.transferSyntax
    guard Self.syntaxes.contains(syntax) else { throw .unsupportedTransferSyntax(syntax) }
    if let length = layout.pixels?.length, length < layoutBytes { throw .truncated }
  }

  /// What can be decoded: uncompressed (implicit, explicit, big endian, deflated), RLE, JPEG, JPEG-LS, JPEG 2000.
  private static let syntaxes = Set(
    ["1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2", DicomLayout.deflated, RunLength.transferSyntax]
  )
  .union(Jpeg.transferSyntaxes).union(JpegLs.transferSyntaxes).union(Jpeg2000.transferSyntaxes)

  /// Kinds of objects (0008,0060) that never have an image.
  private static let imageless: Set<String> = [
    "RTPLAN", "RTSTRUCT", "RTRECORD", "SR", "KO", "PR", "REG", "DOC", "ECG", "HD", "AU", "PLAN", "FID",
  ]

  /// Without pixels a whole file is no image; one that breaks off was meant to be one unless it says otherwise.
  private static func withoutPixels(_ set: borrowing DataSet, isTruncated: Bool) -> DicomError {
    isTruncated && !imageless.contains(set.text(0x0008, 0x0060) ?? "") ? .truncated : .noPixels
  }

  private static func header(_ set: inout DataSet) -> DicomHeader {
    var h = DicomHeader()
    h.sopClassUID = set.text(0x0008, 0x0016) ?? ""
    h.sopInstanceUID = set.text(0x0008, 0x0018) ?? ""
    h.studyUID = set.text(0x0020, 0x000D) ?? ""
    h.seriesUID = set.text(0x0020, 0x000E) ?? ""
    h.patientName = set.text(0x0010, 0x0010) ?? ""
    h.patientID = set.text(0x0010, 0x0020) ?? ""
    h.patientSex = set.text(0x0010, 0x0040) ?? ""
    h.patientAge = set.text(0x0010, 0x1010) ?? ""
    h.patientSize = set.numbers(0x0010, 0x1020).first
    h.patientWeight = set.numbers(0x0010, 0x1030).first
    h.studyDate = set.text(0x0008, 0x0020) ?? ""
    h.studyDescription = set.text(0x0008, 0x1030) ?? ""
    h.seriesDescription = set.text(0x0008, 0x103E) ?? ""
    h.protocolName = set.text(0x0018, 0x1030) ?? ""
    h.modality = set.text(0x0008, 0x0060) ?? ""
    h.imageType = set.text(0x0008, 0x0008) ?? ""
    h.manufacturer = set.text(0x0008, 0x0070) ?? ""
    h.seriesNumber = set.integer(0x0020, 0x0011)
    h.instanceNumber = set.integer(0x0020, 0x0013)
    h.acquisitionDate = set.text(0x0008, 0x0022) ?? ""
    h.acquisitionTime = set.time(0x0008, 0x0032) ?? ""
    h.sequenceName = set.text(0x0018, 0x0024) ?? ""
    h.traits = traits(&set)
    h.temporalPosition = set.integer(0x0020, 0x0100)
    h.sliceLocation = set.numbers(0x0020, 0x1041).first
    h.sliceThickness = set.numbers(0x0018, 0x0050).first
    h.triggerTime = set.numbers(0x0018, 0x1060).first
    h.nominalInterval = set.numbers(0x0018, 0x1062).first
    h.heartRate = set.numbers(0x0018, 0x1088).first
    h.cardiacImages = set.integer(0x0018, 0x1090)
    h.frameTime = set.numbers(0x0018, 0x1063).first
    h.repetitionTime = set.numbers(0x0018, 0x0080).first
    pixelDescription(&set, &h)
    h.slope = set.numbers(0x0028, 0x1053).first ?? 1
    h.intercept = set.numbers(0x0028, 0x1052).first ?? 0
    h.windowCenter = set.numbers(0x0028, 0x1050).first
    h.windowWidth = set.numbers(0x0028, 0x1051).first
    h.geometry = geometry(
      position: set.numbers(0x0020, 0x0032), orientation: set.numbers(0x0020, 0x0037),
      spacing: set.numbers(0x0028, 0x0030))
    let items = set.frameItems
    // Some classic single-frame files carry an item with nothing in it.
    if items > 0, items == h.frames { h.perFrame = (0..<items).map { frame(&set, $0) } }
    h.commaNumbers = set.commas.sorted()
    h.unreadNumbers = set.unread.sorted()
    return h
  }

  /// Image Pixel Module (PS3.3 C.7.6.3).
  private static func pixelDescription(_ set: inout DataSet, _ h: inout DicomHeader) {
    h.rows = set.integer(0x0028, 0x0010) ?? 0
    h.columns = set.integer(0x0028, 0x0011) ?? 0
    // Some writers mean one frame by none.
    let frames = (set.text(0x0028, 0x0008) ?? "").filter { $0 != " " }
    h.frames = frames.isEmpty || frames == "0" ? 1 : Double(frames).flatMap { Int(exactly: $0) } ?? 0
    h.samples = set.integer(0x0028, 0x0002) ?? 1
    h.isPlanar = set.integer(0x0028, 0x0006) == 1
    h.photometric = set.text(0x0028, 0x0004) ?? ""
    h.bitsAllocated = set.integer(0x0028, 0x0100) ?? 0
    h.bitsStored = set.integer(0x0028, 0x0101) ?? h.bitsAllocated
    // A highest bit that cannot be is left to the one that all files have.
    let highest = set.integer(0x0028, 0x0102) ?? -1
    h.highBit = highest >= h.bitsStored - 1 && highest < h.bitsAllocated ? highest : h.bitsStored - 1
    h.signed = set.integer(0x0028, 0x0103) == 1
  }

  /// Functional groups of an enhanced MR image (PS3.3 C.7.6.16, C.8.13.5).
  private static func frame(_ set: inout DataSet, _ i: Int) -> DicomFrame {
    typealias Tag = (UInt16, UInt16)
    let (measures, content, cardiac, values): (Tag, Tag, Tag, Tag) =
      ((0x0028, 0x9110), (0x0020, 0x9111), (0x0018, 0x9118), (0x0028, 0x9145))
    var f = DicomFrame()
    f.geometry = geometry(
      position: set.frameNumbers(i, (0x0020, 0x9113), 0x0020, 0x0032),
      orientation: set.frameNumbers(i, (0x0020, 0x9116), 0x0020, 0x0037),
      spacing: set.frameNumbers(i, measures, 0x0028, 0x0030))
    f.triggerTime = set.frameNumbers(i, cardiac, 0x0020, 0x9153).first
    f.nominalInterval = set.frameNumbers(i, cardiac, 0x0020, 0x9251).first
    f.temporalPosition = set.frameInteger(i, content, 0x0020, 0x9128)
    f.traits = frameTraits(&set, i)
    f.stackID = set.frameText(i, content, 0x0020, 0x9056) ?? ""
    f.imageType = set.frameText(i, (0x0018, 0x9226), 0x0008, 0x9007) ?? ""
    f.slope = set.frameNumbers(i, values, 0x0028, 0x1053).first
    f.intercept = set.frameNumbers(i, values, 0x0028, 0x1052).first
    return f
  }

  private static func traits(_ set: inout DataSet) -> PictureTraits {
    var t = PictureTraits()
    t.complexComponent = set.text(0x0008, 0x9208) ?? ""
    // Where the block's elements came without a VR they are bytes, low one first: the number is below 256.
    t.rawDataType = set.privateText(0x0043, "GEMS_PARM_01", 0x2F).flatMap {
      $0.split(separator: "\\").first.flatMap { Int($0.filter { $0 != " " }) }
    }
    t.echoNumber = set.integer(0x0018, 0x0086)
    t.echoTime = set.numbers(0x0018, 0x0081).first
    t.inversionTime = set.numbers(0x0018, 0x0082).first
    t.bValue = set.numbers(0x0018, 0x9087).first
    t.coil = set.text(0x0018, 0x1250) ?? ""
    t.acquisitionNumber = set.integer(0x0020, 0x0012)
    t.acquisitionDateTime = set.time(0x0008, 0x002A) ?? ""
    return t
  }

  /// The same of a frame: MR Image Frame Type, Echo, Modifier, Diffusion, Velocity Encoding and Receive Coil (PS3.3
  /// C.8.13.5), Frame Content (C.7.6.16.2.2).
  private static func frameTraits(_ set: inout DataSet, _ i: Int) -> PictureTraits {
    var t = PictureTraits()
    t.complexComponent = set.frameText(i, (0x0018, 0x9226), 0x0008, 0x9208) ?? ""
    t.echoTime = set.frameNumbers(i, (0x0018, 0x9114), 0x0018, 0x9082).first
    t.inversionTime = set.frameNumbers(i, (0x0018, 0x9115), 0x0018, 0x9079).first
    t.bValue = set.frameNumbers(i, (0x0018, 0x9117), 0x0018, 0x9087).first
    t.velocityDirection = set.frameText(i, (0x0018, 0x9197), 0x0018, 0x9090) ?? ""
    t.coil = set.frameText(i, (0x0018, 0x9042), 0x0018, 0x1250) ?? ""
    t.acquisitionNumber = set.frameInteger(i, (0x0020, 0x9111), 0x0020, 0x9156)
    t.acquisitionDateTime = set.frameText(i, (0x0020, 0x9111), 0x0018, 0x9074) ?? ""
    return t
  }

  private static func geometry(position: [Double], orientation: [Double], spacing: [Double]) -> Geometry? {
    guard position.count == 3, orientation.count == 6, spacing.count == 2, spacing.allSatisfy({ $0 > 0 && $0 < 100 })
    else { return nil }
    let row = Vector3(orientation[0], orientation[1], orientation[2])
    let column = Vector3(orientation[3], orientation[4], orientation[5])
    guard abs(row.length - 1) < 0.05, abs(column.length - 1) < 0.05, abs(row.dot(column)) < 0.05 else { return nil }
    return Geometry(
      origin: Vector3(position[0], position[1], position[2]), alongRow: row.normalized,
      alongColumn: column.normalized, rowSpacing: spacing[0], columnSpacing: spacing[1])
  }
}

extension DicomHeader {
  /// Reads one file's header; see `DicomFile.init` for the descriptor.
  public static func read(descriptor: Int32, path: FilePath) throws(DicomError) -> DicomHeader {
    try DicomFile(descriptor: descriptor, path: path).header
  }
}
