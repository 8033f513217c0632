import Cine

/// What one file says of itself, as plain values: this is what crosses from the reader to the rest.
public struct DicomHeader: Hashable, Sendable, Codable {
  /// Only a label; nothing is opened by it.
  public var path: FilePath = ""
  public var transferSyntax = ""
  public var sopClassUID = ""
  public var sopInstanceUID = ""
  public var studyUID = ""
  public var seriesUID = ""
  public var patientName = ""
  public var patientID = ""
  /// (0010,0040), (0010,1010), (0010,1020) and (0010,1030), as written; metres and kg where the file is right.
  public var patientSex = ""
  public var patientAge = ""
  public var patientSize: Double?
  public var patientWeight: Double?
  /// As written, valid or not.
  public var studyDate = ""
  public var studyDescription = ""
  public var seriesDescription = ""
  public var protocolName = ""
  public var modality = ""
  /// (0008,0008): "ORIGINAL\PRIMARY\M".
  public var imageType = ""
  public var manufacturer = ""
  public var seriesNumber: Int?
  public var instanceNumber: Int?
  /// (0008,0022) and (0008,0032), as written.
  public var acquisitionDate = ""
  public var acquisitionTime = ""
  /// (0018,0024)
  public var sequenceName = ""
  public var traits = PictureTraits()
  public var temporalPosition: Int?
  /// (0020,1041) as written: no rule believes it.
  public var sliceLocation: Double?
  /// mm
  public var sliceThickness: Double?
  /// ms since the R wave (0018,1060).
  public var triggerTime: Double?
  /// R-R interval, ms: Nominal Interval (0018,1062).
  public var nominalInterval: Double?
  /// Beats a minute (0018,1088).
  public var heartRate: Double?
  /// (0018,1090)
  public var cardiacImages: Int?
  /// ms between frames (0018,1063).
  public var frameTime: Double?
  /// ms (0018,0080)
  public var repetitionTime: Double?
  public var geometry: Geometry?
  public var rows = 0
  public var columns = 0
  public var frames = 1
  public var samples = 1
  /// (0028,0006) is 1: colour planes one after the other.
  public var isPlanar = false
  public var photometric = ""
  public var bitsAllocated = 0
  public var bitsStored = 0
  public var highBit = 0
  public var signed = false
  /// Floating point of 32 or 64 bits (PS3.3 C.7.6.24 and C.7.6.25), not integers.
  public var isFloat = false
  public var slope = 1.0
  public var intercept = 0.0
  public var windowCenter: Double?
  public var windowWidth: Double?
  /// Elements, group before element, whose decimal comma was read as a point.
  public var commaNumbers: [Int] = []
  /// Elements whose number could not be read and is missing.
  public var unreadNumbers: [Int] = []
  /// One a frame where the file has frames of its own geometry and time (enhanced MR, PS3.3 A.36); else empty.
  public var perFrame: [DicomFrame] = []

  public init() {}

  /// MONOCHROME1: the lowest value is white.
  public var inverted: Bool { photometric == "MONOCHROME1" }
}

/// What one frame of an enhanced image says of itself.
public struct DicomFrame: Hashable, Sendable, Codable {
  public var geometry: Geometry?
  /// ms since the R wave: Nominal Cardiac Trigger Delay Time (0020,9153).
  public var triggerTime: Double?
  /// R-R Interval Time Nominal (0020,9251), ms.
  public var nominalInterval: Double?
  /// Temporal Position Index (0020,9128).
  public var temporalPosition: Int?
  public var stackID = ""
  /// Frame Type (0008,9007).
  public var imageType = ""
  public var traits = PictureTraits()
  public var slope: Double?
  public var intercept: Double?

  public init() {}
}

extension DicomHeader {
  /// Largest decoded image that is believed: 4 GiB.
  static let limit = 4 << 30

  /// Checks every size before any decoder sees the file, and again where a header comes from another process.
  public func validate() throws(DicomError) {
    guard (1...65_535).contains(rows), (1...65_535).contains(columns) else {
      throw .impossibleSize("\(rows) rows, \(columns) columns")
    }
    guard (1...1_000_000).contains(frames) else { throw .impossibleSize("\(frames) frames") }
    guard samples == 1 || samples == 3 || samples == 4 else { throw .impossibleSize("\(samples) samples a pixel") }
    guard (isFloat ? [32, 64] : [1, 8, 16, 32]).contains(bitsAllocated), (1...bitsAllocated).contains(bitsStored),
      (bitsStored - 1..<bitsAllocated).contains(highBit), bitsAllocated > 1 || samples == 1
    else { throw .impossibleSize("\(bitsStored) bits in \(bitsAllocated)") }
    // No product below can overflow 64 bits after these checks: 2^16 · 2^16 · 4 · 8 · 2^20 = 2^57.
    guard rows * columns * samples * bytesPerSample * frames <= Self.limit else {
      throw .impossibleSize("\(frames) frames of \(rows)×\(columns): more than 4 GiB of pixels")
    }
  }

  /// Image Type (0008,0008) of a Siemens picture that holds all slices of a volume.
  public var isMosaic: Bool { imageType.split(separator: "\\").contains("MOSAIC") }

  /// Bytes of one decoded sample; single bits are unpacked to a byte each.
  var bytesPerSample: Int { max(1, bitsAllocated / 8) }
  /// Bytes of one decoded frame.
  var frameBytes: Int { rows * columns * samples * bytesPerSample }
}
