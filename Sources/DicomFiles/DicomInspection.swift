import Cine

/// What one file holds, whatever it is: a row of `cinecor inspect`.
public struct DicomInspection: Hashable, Sendable {
  public enum Status: String, Sendable, CaseIterable {
    case ok
    case noPixels = "no_pixels"
    /// It ends before its own lengths say.
    case incomplete
    case refused
    case notMedical = "not_medical"
  }

  public let path: String
  public let status: Status
  /// Nil where all is well.
  public let reason: UnreadableFile?
  /// Nil where the file was refused before its header was believed.
  public let header: DicomHeader?
  /// SHA-256 of the decoded pixels of all frames, as stored: native byte order, before any rescale. Nil unless `ok`.
  public let pixelSum: String?

  /// `descriptor` stays the caller's; `path` is only a label.
  public init(descriptor: Int32, path: String) {
    self.path = path
    var header: DicomHeader?
    do throws(DicomError) {
      let file = try DicomFile(descriptor: descriptor, path: path)
      header = file.header
      pixelSum = SHA256.hex(of: try file.pixels())
      (status, reason) = (.ok, nil)
    } catch {
      pixelSum = nil
      reason = error.unreadable(path)
      status =
        switch error {
        case .notDicom: .notMedical
        case .noPixels: .noPixels
        case .truncated: .incomplete
        default: .refused
        }
    }
    self.header = header
  }

  /// A file that was refused before anything of it was read.
  public init(refused file: UnreadableFile) {
    self.init(path: file.path, status: .refused, reason: file, header: nil, pixelSum: nil)
  }

  public init(path: String, status: Status, reason: UnreadableFile?, header: DicomHeader?, pixelSum: String?) {
    (self.path, self.status, self.reason, self.header, self.pixelSum) = (path, status, reason, header, pixelSum)
  }
}
