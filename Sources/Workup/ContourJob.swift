import Catalog
import Cine
import Contours
import Findings
import Preparation

/// The contours of a study and what they measure.
public struct ContourJob: StudyJob {
  public struct Made: Sendable {
    public let contours: StudyContours
    public let measured: Measured
  }

  private let contourer: Contourer
  private let measurer: StudyMeasurer
  private let key: String
  /// What is measured can change where contours do not.
  private let measuredKey: String

  public init(_ package: ContourPackage, _ limits: Limits) {
    contourer = package.contourer
    measurer = StudyMeasurer(limits, package.manifest.calibration ?? ContourCalibration())
    key = "\(package.sha256) \(Contourer.revision)"
    measuredKey = "\(key) \(StudyMeasurer.revision) \(limits.sha256)"
  }

  func wanted(_ study: Study) -> [WantedClip] {
    ContourChoice.items(study).map { ($0, study.series[$0.series].slices[$0.slice]) }
  }

  func kept(_ study: Study, content: String, in catalog: Catalog) -> Made? {
    guard let blob = catalog.blob(kind: .contours, content: content, model: key),
      let contours = ContourCoding.decode(blob).flatMap({ StudyContours($0, of: study) }),
      let measured = catalog.value(Measured.self, kind: .measured, content: content, model: measuredKey)
    else { return nil }
    return Made(contours: contours, measured: measured)
  }

  /// `clips` are those of `ContourChoice.items(study)`, in its order. Nil once cancelled.
  public func make(
    _ study: Study, _ clips: [ReadClip], threads: Int,
    progress: @Sendable (_ done: Int, _ total: Int) -> Void = { _, _ in },
    isCancelled: @Sendable () -> Bool = { false }
  ) -> Made? {
    let drawn = contourer.draw(clips, threads: threads, progress: progress, isCancelled: isCancelled)
    return drawn.map { Made(contours: $0, measured: measurer.measured(study, $0)) }
  }

  func keep(_ made: Made, of study: Study, content: String, in catalog: Catalog) throws(CatalogError) {
    try catalog.store(
      kind: .contours, blob: ContourCoding.encode(made.contours.drawn), content: content, model: key)
    try catalog.store(made.measured, kind: .measured, content: content, model: measuredKey)
  }
}
