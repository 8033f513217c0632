import Cine
import DicomFiles
import Glibc

/// What the asking side itself has to say of a file: codes and sentences as in `DicomError`.
extension Refusal {
  static let crashed = Refusal(
    isSkipped: false, reason: "crashed", text: "broke its reader, which was stopped; the file is damaged")
  static let tooSlow = Refusal(
    isSkipped: false, reason: "too_slow",
    text: "takes too long to read; the file is damaged, or what it lies on does not answer")
  static let tooLarge = Refusal(
    isSkipped: false, reason: "too_large", text: "has more pixels than can be shown; the file may be damaged")
  static let changed = Refusal(
    isSkipped: false, reason: "unreadable", text: "changed since it was first read; open it again")
  static let noWorker = Refusal(
    isSkipped: false, reason: "no_worker",
    text: "was not read, because no reading process could be started; see 'cinecor doctor'")
}

/// Of archives.
extension Refusal {
  static let notMedical = Refusal(.notDicom as DicomError)
  static let encryptedArchive = Refusal(
    isSkipped: false, reason: "encrypted_archive", text: "is encrypted: unpack it first")
  static let archiveTooLarge = Refusal(
    isSkipped: false, reason: "archive_too_large",
    text: "holds more than is unpacked in memory (\(ArchiveContents.Limit.total >> 30) GiB, "
      + "\(ArchiveContents.Limit.members) files), or grows beyond belief: unpack it first")
  static let damagedMember = Refusal(
    isSkipped: false, reason: "damaged_archive", text: "is damaged within its archive; copy that again from its source")

  static func damagedArchive(_ why: String) -> Refusal {
    Refusal(
      isSkipped: false, reason: "damaged_archive",
      text: "is an archive that could not be read whole (\(why)); copy it again from its source, or unpack it first")
  }

  static func unsupportedArchive(_ what: String) -> Refusal {
    Refusal(isSkipped: false, reason: "unsupported_archive", text: "is \(what), which is not opened: unpack it first")
  }

  static func holdsArchives(_ first: String, _ count: Int) -> Refusal {
    let which = first.isEmpty ? "" : count == 1 ? " (\(first))" : " (\(count), of which \(first) is the first)"
    return Refusal(isSkipped: false, reason: "nested_archive", text: "holds archives\(which): unpack it first")
  }
}

/// What is not there, or no file.
extension Refusal {
  static func cannotOpen(_ code: Int32) -> Refusal {
    Refusal(.cannotOpen(strerror(code).map { String(cString: $0) } ?? "error \(code)") as DicomError)
  }

  /// DataLad's and git-annex's files are links into `.git/annex/objects`, or small files that name what belongs there;
  /// Git LFS has the latter.
  static func notFetched(by commands: String) -> Refusal {
    Refusal(isSkipped: false, reason: "not_fetched", text: "has no content here: it was not fetched; use \(commands)")
  }
  static let notFetchedByAnnex = notFetched(by: "'datalad get' or 'git annex get'")

  /// A link that cannot be followed because of its target; nil where that is not why.
  static func link(to target: FilePath, _ code: Int32) -> Refusal? {
    switch code {
    case ENOENT, ENOTDIR:
      if target.bytes.firstRange(of: "annex/objects/".utf8) != nil { return notFetchedByAnnex }
      return Refusal(
        isSkipped: false, reason: "broken_link",
        text: "is a link to \(target), which is not there; copy that too, or mend the link")
    case ELOOP:
      return Refusal(isSkipped: false, reason: "broken_link", text: "is a link that leads back to itself; mend it")
    default: return nil
    }
  }

  /// Something named that is neither file nor folder.
  static func noFile(_ kind: mode_t) -> Refusal {
    let what = kind == S_IFIFO ? "a pipe" : kind == S_IFSOCK ? "a socket" : "a device"
    return Refusal(
      isSkipped: false, reason: "no_file", text: "is \(what) and no file; save what comes from it in a file first")
  }
}
