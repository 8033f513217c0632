import Cine
import Glibc

/// What one file holds, whatever it is: a row of `cinecor inspect`.
public struct DicomInspection: Hashable, Sendable {
  public enum Status: String, Sendable {
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

  /// Every file below some paths, in the order in which they are walked; what cannot even be opened is refused.
  public static func inspect(_ paths: [String], _ body: (DicomInspection, _ total: Int) -> Void) {
    let walk = FileWalk(paths)
    let total = walk.unreadable.count + walk.files.count
    for file in walk.unreadable { body(DicomInspection(unopened: file), total) }
    for path in walk.files {
      do throws(DicomError) {
        body(try withDescriptor(path) { (fd) throws(DicomError) in DicomInspection(descriptor: fd, path: path) }, total)
      } catch {
        body(DicomInspection(unopened: error.unreadable(path)), total)
      }
    }
  }

  private init(unopened file: UnreadableFile) {
    (path, status, reason, header, pixelSum) = (file.path, .refused, file, nil, nil)
  }
}
