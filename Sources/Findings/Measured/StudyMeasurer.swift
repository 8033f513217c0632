import Cine
import Contours

/// From the contours of a study to all that is said of them: judged first, then measured.
public struct StudyMeasurer: Sendable {
  /// Raised whenever the same contours come to measure something else.
  public static let revision = 4

  let limits: Limits
  let calibration: ContourCalibration

  public init(_ limits: Limits, _ calibration: ContourCalibration) {
    (self.limits, self.calibration) = (limits, calibration)
  }

  public func measured(_ study: Study, _ contours: StudyContours) -> Measured {
    let foreign = Set((contours.stack + contours.long).map(\.item.series)).sorted()
      .compactMap { study.series.indices.contains($0) ? study.series[$0].modality : nil }
      .first { !["MR", ""].contains($0) }
    let quality = foreign.map { Judgement.withheld(Caution.notMR($0).warning) } ?? Judgement.quality(contours)
    guard quality.grade != .none else {
      return Measured(curve: nil, lvef: nil, measurements: [], findings: [], quality: quality)
    }
    var intervals: [String: Measurer.Interval] = [:]
    if let volumes = contours.volumes, let others = contours.others {
      for quantity in VolumeQuantity.allCases {
        intervals[quantity.rawValue] = calibration.interval(quantity, volumes, others).map {
          Measurer.Interval(low: $0.low, high: $0.high)
        }
      }
    }
    let result = Measurer(limits).measured(study, contours, intervals: intervals)
    let lvef = contours.volumes.flatMap { volumes in
      intervals["lvef"].map { EjectionFraction(percent: volumes.lvef, low: $0.low, high: $0.high) }
    }
    return Measured(
      curve: result.curve, lvef: lvef, measurements: result.measurements, findings: result.findings, quality: quality)
  }
}
