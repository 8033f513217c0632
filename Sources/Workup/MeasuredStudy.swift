import Cine
import Contours

/// From contours to what they measure.
enum MeasuredStudy {
  /// Raised whenever the same contours come to measure something else.
  static let revision = 1

  /// All that `measured` depends on beside contours and pictures: what it asks of the study itself belongs in here, since
  /// results are kept under it.
  static func key(_ study: Study) -> String { "\(revision)" }

  static func measured(_ study: Study, _ contours: StudyContours) -> Measured {
    let curve = contours.volumes.map { v in
      VolumeCurve(
        left: v.left, right: v.right, muscle: v.muscle, endDiastole: v.endDiastole, endSystole: v.endSystole)
    }
    // No interval was calibrated, and a number without one is not shown.
    return Measured(
      curve: curve, lvef: nil, measurements: [], findings: [], quality: Quality(grade: .green, reasons: []))
  }
}
