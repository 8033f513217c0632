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
