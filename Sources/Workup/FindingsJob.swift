import Catalog
import Cine
import Findings
import Preparation

/// What the model's heads and its sentences make of a study.
struct FindingsJob: StudyJob {
  let analyser: Analyser

  init(_ package: ModelPackage) { analyser = Analyser(package) }

  private var package: ModelPackage { analyser.package }
  var manifest: ModelManifest { package.manifest }

  func wanted(_ study: Study) -> [WantedClip] {
    ClipChoice(study).items.map { ($0, package.manifest.recipe.slice($0, of: study)) }
  }

  func kept(_ study: Study, content: String, in catalog: Catalog) -> Analysis? {
    catalog.value(kind: .findings, content: content, model: package.resultKey)
  }

  func make(
    _ study: Study, _ clips: [ReadClip], threads: Int, progress: @Sendable (_ done: Int, _ total: Int) -> Void,
    isCancelled: @Sendable () -> Bool
  ) -> Analysis? {
    try? analyser.analyse(study, clips: clips, threads: threads, progress: progress, isCancelled: isCancelled)
  }

  func keep(_ made: Analysis, of study: Study, content: String, in catalog: Catalog) throws(CatalogError) {
    try catalog.store(made, kind: .findings, content: content, model: package.resultKey)
  }
}
