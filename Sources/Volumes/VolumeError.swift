import Cine

/// Why an HDF5 or NIfTI file could not be read. Cases are facts; the sentence is made here and nowhere else.
public enum VolumeError: Error, Hashable, Sendable {
  /// Neither HDF5 nor NIfTI.
  case notVolume
  /// A container without any cine: skipped, not an error to the user.
  case noFrames
  case cannotOpen(String)
  case truncated
  case impossibleSize(String)
  /// It may be whole, but needs more memory than this process has.
  case tooLarge(bytes: Int)
  case unsupported(String)
  case unreadable(String)
  /// HDF5: numbers packed by a filter that is not there, "32001 (Blosc)".
  case filter(String)
  /// HDF5: written by a later version of the format, which is named.
  case newerHDF5(String)
  /// HDF5: what lies elsewhere, as the rest of a sentence.
  case link(String)
  /// HDF5: one or more parts, none of which could be read.
  case nothingRead(UnreadPart, others: Int)

  /// Stable code for JSON.
  public var code: String {
    switch self {
    case .filter: "unsupported_filter"
    case .newerHDF5: "unsupported_version"
    case .link: "link_not_followed"
    case .nothingRead(let part, _): part.reason
    case .notVolume: "not_medical"
    case .noFrames: "no_pixels"
    case .cannotOpen: "cannot_open"
    case .truncated: "truncated"
    case .impossibleSize: "impossible_size"
    case .tooLarge: "too_large"
    case .unsupported: "unsupported_pixels"
    case .unreadable: "unreadable"
    }
  }

  /// What is wrong and what to do, to be read after the file's name.
  public var text: String {
    switch self {
    case .notVolume: "is no medical image"
    case .noFrames: "holds no pictures"
    case .cannotOpen(let why): "could not be opened: \(why)"
    case .truncated: "ends too early: part of it is missing; copy it again from its source"
    case .impossibleSize(let what): "gives an impossible size (\(what)); the file is damaged"
    case .tooLarge(let bytes):
      "needs \(bytes >> 20) MB for its numbers, more than a file of its size may take; store it uncompressed"
    case .unsupported(let what):
      "holds \(what), which is not supported; convert it to numbers over x, y, slice and time"
    case .unreadable(let why): "could not be read (\(why)); the file may be damaged"
    case .filter(let name):
      "is packed by filter \(name), which is not there; write it again with gzip (h5repack -f GZIP=4)"
    case .newerHDF5(let what):
      "is written by a later HDF5 (\(what)) than the library here reads; write it again without libver='latest', or as "
        + "libver=('earliest', 'v110')"
    case .link(let what): "\(what), which is not followed; copy what it names into this file (h5copy)"
    case .nothingRead(let part, let others):
      "holds \(part.name), which \(part.text)\(others > 0 ? " (so do \(others) more of its parts)" : "")"
    }
  }

  /// True where the file is simply no image, which is no error to the user.
  public var isSkipped: Bool { self == .notVolume || self == .noFrames }

  public func unreadable(_ path: FilePath) -> UnreadableFile { UnreadableFile(path: path, reason: code, text: text) }
}
