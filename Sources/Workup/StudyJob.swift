import Catalog
import Cine

/// One kind of work on a study: what it reads, what it makes of that, and how this is kept.
protocol StudyJob: Sendable {
  associatedtype Made

  /// In the order in which `make` wants them.
  func wanted(_ study: Study) -> [WantedClip]
  /// What was made of these pictures before, by the same package and the same program.
  func kept(_ study: Study, content: String, in catalog: Catalog) -> Made?
  /// `clips` may lack some of those wanted. Nil once cancelled.
  func make(
    _ study: Study, _ clips: [ReadClip], threads: Int, progress: @Sendable (_ done: Int, _ total: Int) -> Void,
    isCancelled: @Sendable () -> Bool
  ) -> Made?
  func keep(_ made: Made, of study: Study, content: String, in catalog: Catalog) throws(CatalogError)
}
