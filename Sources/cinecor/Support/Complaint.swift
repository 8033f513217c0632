import Catalog
import Synchronization

/// What went wrong with the catalogue, said once however often it does.
final class Complaint: Sendable {
  private let say: @Sendable (String) -> Void
  private let wasSaid = Mutex(false)

  init(_ say: @escaping @Sendable (String) -> Void = { Output.complain($0) }) { self.say = say }

  func hear(_ work: () throws(CatalogError) -> Void) {
    do throws(CatalogError) {
      try work()
    } catch {
      let first = wasSaid.withLock { said in
        defer { said = true }
        return !said
      }
      if first { say(error.text) }
    }
  }
}
