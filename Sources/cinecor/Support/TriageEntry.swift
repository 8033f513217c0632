import Cine
import Findings
import Workup

extension TriageReport.Entry {
  /// What became of a study.
  init(_ study: Study, _ outcome: Engine.Outcome) {
    self.init(study: study, analysis: outcome.analysis, measured: outcome.measured, whyNot: outcome.whyNot)
  }
}
