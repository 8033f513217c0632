import Cine

/// Why a DICOM file could not be read. Cases are facts; the sentence is made here and nowhere else.
public enum DicomError: Error, Hashable, Sendable, Codable {
  /// No medical image at all: skipped and counted, not an error to the user.
  case notDicom
  /// DICOM without an image: a directory, a report, a plan. Skipped likewise.
  case noPixels
  case cannotOpen(String)
  case truncated
  case tooDeep
  case unsupportedTransferSyntax(String)
  case unsupportedPixels(String)
  /// All slices of a volume in one picture.
  case mosaic
  case impossibleSize(String)
  case unreadable(String)
  case noDictionary

  /// Stable code for JSON.
  public var code: String {
    switch self {
    case .notDicom: "not_medical"
    case .noPixels: "no_pixels"
    case .cannotOpen: "cannot_open"
    case .truncated: "truncated"
    case .tooDeep: "too_deep"
    case .unsupportedTransferSyntax: "unsupported_transfer_syntax"
    case .unsupportedPixels: "unsupported_pixels"
    case .mosaic: "mosaic"
    case .impossibleSize: "impossible_size"
    case .unreadable: "unreadable"
    case .noDictionary: "no_dictionary"
    }
  }

  /// What is wrong and what to do, to be read after the file's name.
  public var text: String {
    switch self {
    case .notDicom: "is no medical image"
    case .noPixels: "holds no image"
    case .cannotOpen(let why): "could not be opened: \(why)"
    case .truncated: "ends too early: part of it is missing; copy it again from its source"
    case .tooDeep: "nests sequences more than \(DicomLayout.nestingLimit) deep; the file is damaged"
    case .unsupportedTransferSyntax(let uid):
      "is compressed in a way that is not supported (\(uid)); convert it to an uncompressed transfer syntax"
    case .unsupportedPixels(let what): "has pixels of a kind that is not supported (\(what)); convert it to integers"
    case .mosaic:
      "is a mosaic of slices, which is no cine and was left out; export it as single slices"
    case .impossibleSize(let what): "gives an impossible image size (\(what)); the file is damaged"
    case .unreadable(let why): "could not be read (\(why)); the file may be damaged"
    case .noDictionary:
      "cannot be read, because DCMTK's data dictionary is missing; install libdcmtk17 or set DCMDICTPATH"
    }
  }

  /// True where the file is simply no image, which is no error to the user.
  public var isSkipped: Bool { self == .notDicom || self == .noPixels }

  public func unreadable(_ path: FilePath) -> UnreadableFile { UnreadableFile(path: path, reason: code, text: text) }
}
