import Cine

/// What one file says of itself, as plain values: this is what crosses from the reader to the rest.
public struct DicomHeader: Hashable, Sendable, Codable {
  public var path = ""
  public var transferSyntax = ""
  public var sopInstanceUID = ""
  public var studyUID = ""
  public var seriesUID = ""
  public var patientName = ""
  public var patientID = ""
  public var studyDate = ""
  public var studyDescription = ""
  public var seriesDescription = ""
  public var protocolName = ""
  public var modality = ""
  public var seriesNumber: Int?
  public var instanceNumber: Int?
  public var acquisitionTime = ""
  public var temporalPosition: Int?
  /// ms since the R wave (0018,1060).
  public var triggerTime: Double?
  /// R-R interval, ms: Nominal Interval (0018,1062), else from Heart Rate (0018,1088).
  public var heartbeat: Double?
  /// ms between frames (0018,1063).
  public var frameTime: Double?
  public var geometry: Geometry?
  public var rows = 0
  public var columns = 0
  public var frames = 1
  public var samples = 1
  public var bitsAllocated = 0
  public var bitsStored = 0
  public var signed = false
  public var inverted = false
  public var slope = 1.0
  public var intercept = 0.0

  public init() {}

  /// Bytes that decoded pixels take.
  var pixelBytes: Int { rows * columns * frames * samples * (bitsAllocated / 8) }
}

extension DicomHeader {
  /// Largest decoded image that is believed: 4 GiB.
  static let limit = 4 << 30

  /// Checks every size before any decoder sees the file (design: safety).
  func validate() throws(DicomError) {
    guard (1...65_535).contains(rows), (1...65_535).contains(columns) else {
      throw .impossibleSize("\(rows) rows, \(columns) columns")
    }
    guard (1...100_000).contains(frames) else { throw .impossibleSize("\(frames) frames") }
    guard samples == 1 || samples == 3 else { throw .impossibleSize("\(samples) samples a pixel") }
    guard [8, 16, 32].contains(bitsAllocated), (1...bitsAllocated).contains(bitsStored) else {
      throw .impossibleSize("\(bitsStored) bits in \(bitsAllocated)")
    }
    let (plane, o1) = (rows * columns).multipliedReportingOverflow(by: samples * bitsAllocated / 8)
    let (total, o2) = plane.multipliedReportingOverflow(by: frames)
    guard !o1, !o2, total <= Self.limit else { throw .impossibleSize("more than 4 GiB of pixels") }
  }
}
