import Catalog
import Cine
import Dispatch
import Viewer
import Workup

/// Which studies were read and marked, what was measured on them and what they were taken for, kept by their hashes and never by a name. Written by a queue of its own, so that
/// no key waits for the disk.
final class KeptFlags: Sendable {
  private let queue = DispatchQueue(label: "flags")
  private let catalog: @Sendable () -> Catalog
  private let complaint: Complaint

  /// `catalog` is asked from the queue.
  init(_ complaint: Complaint, catalog: @escaping @Sendable () -> Catalog) {
    (self.complaint, self.catalog) = (complaint, catalog)
  }

  /// What is known of them, by their `id`; those of which nothing is known are left out.
  func load(
    _ studies: [Study], _ found: @escaping @Sendable (Message) -> Void
  ) {
    queue.async { [self] in
      let catalog = catalog()
      let known = studies.map { ($0.id, catalog.flags(study: $0.hash)) }.filter { $0.1 != StudyFlags() }
      found(.flags(Dictionary(known) { first, _ in first }))
      func kept<Value: Decodable>(_ kind: ResultKind) -> [String: Value] {
        let all = studies.compactMap { study in
          catalog.value(Value.self, kind: kind, content: study.hash, model: "").map { (study.id, $0) }
        }
        return Dictionary(all) { first, _ in first }
      }
      found(.measures(kept(.measures)))
      found(.impressions(kept(.impression)))
    }
  }

  func read(_ hash: String) {
    queue.async { [self] in
      complaint.hear { () throws(CatalogError) in try catalog().setRead(study: hash) }
    }
  }

  func mark(_ hash: String, _ marked: Bool) {
    queue.async { [self] in
      complaint.hear { () throws(CatalogError) in try catalog().setMarked(marked, study: hash) }
    }
  }

  func keep(_ hash: String, _ measures: [KeptMeasure]) {
    queue.async { [self] in
      complaint.hear { () throws(CatalogError) in
        try catalog().store(measures, kind: .measures, content: hash, model: "")
      }
    }
  }

  func keep(_ hash: String, _ impression: Impression) {
    queue.async { [self] in
      complaint.hear { () throws(CatalogError) in
        try catalog().store(impression, kind: .impression, content: hash, model: "")
      }
    }
  }

  /// Waits for what is left to be written, but not for a catalogue that does not answer.
  func close() {
    let done = DispatchSemaphore(value: 0)
    queue.async { done.signal() }
    _ = done.wait(timeout: .now() + 0.5)
  }
}
