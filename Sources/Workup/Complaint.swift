import Catalog
import Synchronization

/// What went wrong with the catalogue, said once however often it does.
public final class Complaint: Sendable {
  private let say: @Sendable (String) -> Void
  private let wasSaid = Mutex(false)

  public init(_ say: @escaping @Sendable (String) -> Void) { self.say = say }

  public func hear(_ work: () throws(CatalogError) -> Void) {
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
