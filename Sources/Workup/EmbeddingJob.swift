import Catalog
import Cine
import Findings

/// What the model's encoder makes of a study's clips. Packages whose heads alone differ share it.
struct EmbeddingJob: StudyJob {
  let findings: FindingsJob

  private var package: ModelPackage { findings.analyser.package }

  func wanted(_ study: Study) -> [WantedClip] { findings.wanted(study) }

  func kept(_ study: Study, content: String, in catalog: Catalog) -> StudyEmbedding? {
    catalog.blob(kind: .embedding, content: content, model: package.embeddingKey)
      .flatMap { StudyEmbedding(bytes: $0, width: package.manifest.video.projection) }
  }

  func make(
    _ study: Study, _ clips: [ReadClip], threads: Int, progress: @Sendable (_ done: Int, _ total: Int) -> Void,
    isCancelled: @Sendable () -> Bool
  ) -> StudyEmbedding? {
    try? findings.analyser.embedding(
      study, clips: clips, threads: threads, progress: progress, isCancelled: isCancelled)
  }

  func keep(_ made: StudyEmbedding, of study: Study, content: String, in catalog: Catalog) throws(CatalogError) {
    try catalog.store(kind: .embedding, blob: made.bytes, content: content, model: package.embeddingKey)
  }
}
