import Cine
import Glibc
import Intake

/// The files of some slices, as they are now: where the key is the same again, so is what was read from them.
struct FilesKey {
  let key: String
  /// False where one was written within the last moments: a clock of coarse steps could then hide another writing.
  let isSettled: Bool

  /// Nil where there is one that the system does not know.
  init?(_ study: Study, _ slices: [WantedClip]) {
    var latest = Int.min
    let key = StudyFingerprint.ofFiles(study, slices) { path in
      let state = FileState(path: path)
      latest = max(latest, state?.modified ?? 0, state?.changed ?? 0)
      return state
    }
    guard let key else { return nil }
    self.key = key
    isSettled = latest < (time(nil) - 2) * 1_000_000_000
  }
}
