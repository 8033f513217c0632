import Cine
import DicomFiles
import Volumes

/// What one file holds, whatever it is: a row of `cinecor inspect`.
public struct FileInspection: Hashable, Sendable {
  public enum Status: String, Sendable, CaseIterable {
    case ok
    case noPixels = "no_pixels"
    /// It ends before its own lengths say.
    case incomplete
    case refused
    case notMedical = "not_medical"

    /// In words, for people.
    public var name: String { rawValue.split(separator: "_").joined(separator: " ") }
  }

  public let path: FilePath
  public internal(set) var status = Status.ok
  /// Nil where all is well; with pixels that are well it says why they are of no use.
  public internal(set) var reason: UnreadableFile?
  /// DICOM only.
  public internal(set) var transferSyntax: String?
  /// Nil where the file was refused before its sizes were believed, or where the pictures of one file differ in them.
  public internal(set) var rows: Int?
  public internal(set) var columns: Int?
  public internal(set) var frames: Int?
  public internal(set) var samples: Int?
  public internal(set) var bitsAllocated: Int?
  /// SHA-256 of the decoded numbers of all frames in the file's own order, as stored: native byte order, before any
  /// rescale. Nil unless `ok`.
  public internal(set) var pixelSum: String?

  /// An image that cannot be read or used, as against something that is none.
  public var isBroken: Bool { status == .incomplete || status == .refused || (reason.map { !Self.skips($0) } ?? false) }

  private static func skips(_ file: UnreadableFile) -> Bool {
    file.reason == "not_medical" || file.reason == "no_pixels"
  }

  /// The same, with what the scan for studies had to say of the file: it may want more of it than its pixels.
  public func refused(by scan: UnreadableFile?) -> FileInspection {
    guard let scan, !isBroken else { return self }
    var row = self
    row.reason = scan
    return row
  }

  init(path: FilePath) { self.path = path }

  init(_ file: UnreadableFile) {
    path = file.path
    reason = file
    status =
      switch file.reason {
      case "not_medical": .notMedical
      case "no_pixels": .noPixels
      case "truncated": .incomplete
      default: .refused
      }
  }
}

extension FileReader {
  /// Decodes everything, or without `hashes` all that can be broken without its head showing it. `label` is the file's
  /// name; nothing is opened by it.
  static func inspect(descriptor: Int32, label: FilePath, partner: Int32?, hashes: Bool = true) -> FileInspection {
    var row = FileInspection(path: label)
    do throws(DicomError) {
      let file = try DicomFile(unchecked: descriptor, path: label)
      let h = file.header
      (row.transferSyntax, row.rows, row.columns, row.frames) = (h.transferSyntax, h.rows, h.columns, h.frames)
      (row.samples, row.bitsAllocated) = (h.samples, h.bitsAllocated)
      try file.check()
      if hashes { row.pixelSum = try file.pixelSum() } else { try file.checkPixels() }
      return row
    } catch {
      guard error == .notDicom else { return row.refused(error.unreadable(label)) }
    }
    do throws(VolumeError) {
      let made = try VolumeFile.summary(descriptor: descriptor, partner: partner, hashes: hashes)
      (row.rows, row.columns, row.frames) = (made.rows, made.columns, made.frames)
      (row.samples, row.bitsAllocated, row.pixelSum) = (made.samples, made.bitsAllocated, made.pixelSum)
      return row
    } catch {
      return row.refused(error.unreadable(label))
    }
  }
}

extension FileInspection {
  /// The same with what is known of it, and why there is no more.
  fileprivate func refused(_ file: UnreadableFile) -> FileInspection {
    let refusal = FileInspection(file)
    var row = self
    (row.status, row.reason) = (refusal.status, refusal.reason)
    return row
  }
}
