import Catalog
import Cine
import Dispatch
import Synchronization
import Workup

/// Which studies were looked at, when and with which model: by hash, never by name. Written by a queue of its own, so that
/// no picture waits for the disk.
final class ReadingLog: Sendable {
  private struct State {
    var last: String?
    /// Nil until it is known which model there is, or that there is none.
    var model: String?
    var waiting: [String] = []
  }

  private let state = Mutex(State())
  private let queue = DispatchQueue(label: "reading log")
  private let catalog: @Sendable () -> Catalog
  private let complaint: Complaint

  /// `catalog` is asked from the queue.
  init(_ complaint: Complaint, catalog: @escaping @Sendable () -> Catalog) {
    self.catalog = catalog
    self.complaint = complaint
  }

  /// A study's pictures are on the screen; the same one again, slice after slice, is one reading.
  func opened(_ study: Study) {
    let hash = study.hash
    state.withLock { s in
      guard s.last != hash else { return }
      s.last = hash
      s.waiting.append(hash)
    }
    queue.async { self.write() }
  }

  /// Empty for none.
  func model(_ sha256: String) {
    state.withLock { $0.model = sha256 }
    queue.async { self.write() }
  }

  /// Writes what is left; a catalogue that does not answer is not waited for.
  func close() {
    state.withLock { $0.model = $0.model ?? "" }
    let done = DispatchSemaphore(value: 0)
    queue.async {
      self.write()
      done.signal()
    }
    _ = done.wait(timeout: .now() + 0.5)
  }

  private func write() {
    let (studies, model) = state.withLock { s -> ([String], String) in
      guard let model = s.model else { return ([], "") }
      defer { s.waiting = [] }
      return (s.waiting, model)
    }
    for study in studies {
      complaint.hear { () throws(CatalogError) in try catalog().logReading(study: study, model: model) }
    }
  }
}
