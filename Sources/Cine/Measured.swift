/// What the contours of a study measure. Research only, never for diagnosis.
public struct Measured: Hashable, Sendable, Codable {
  /// Nil without a short-axis stack in which a ventricle was found.
  public var curve: VolumeCurve?
  /// By Simpson's rule, with its 90 % interval; nil where `quality` gives no number.
  public var lvef: EjectionFraction?
  public var measurements: [Measurement]
  /// Each from a measurement beyond its limit; gravest first.
  public var findings: [MeasuredFinding]
  public var quality: Quality

  public init(
    curve: VolumeCurve?, lvef: EjectionFraction?, measurements: [Measurement], findings: [MeasuredFinding],
    quality: Quality
  ) {
    (self.curve, self.lvef, self.measurements) = (curve, lvef, measurements)
    (self.findings, self.quality) = (findings, quality)
  }
}

/// Volumes of a short-axis stack over one beat.
public struct VolumeCurve: Hashable, Sendable, Codable {
  /// [moments] of the stack's longest slice, ml.
  public var left: [Double]
  public var right: [Double]
  public var muscle: [Double]
  /// The moments of the largest and of the smallest left cavity.
  public var endDiastole: Int
  public var endSystole: Int

  public init(left: [Double], right: [Double], muscle: [Double], endDiastole: Int, endSystole: Int) {
    (self.left, self.right, self.muscle) = (left, right, muscle)
    (self.endDiastole, self.endSystole) = (endDiastole, endSystole)
  }
}

/// One quantity.
public struct Measurement: Hashable, Sendable, Codable {
  /// A stable name: `lv_edv_index`, `lvef`, `wall_thickness_max`.
  public var name: String
  public var value: Double
  /// `%`, `ml`, `ml/m²`, `g`, `g/m²`, `mm`, `cm²`.
  public var unit: String
  /// The 90 % interval, where one was calibrated.
  public var low: Double?
  public var high: Double?
  /// What is normal, where the table of limits says so for this person.
  public var limit: Limit?
  /// What it was divided by: `body surface`.
  public var indexedBy: String?
  /// The frame that shows it best.
  public var frame: FramePlace?

  public init(
    name: String, value: Double, unit: String, low: Double? = nil, high: Double? = nil, limit: Limit? = nil,
    indexedBy: String? = nil, frame: FramePlace? = nil
  ) {
    (self.name, self.value, self.unit, self.low, self.high) = (name, value, unit, low, high)
    (self.limit, self.indexedBy, self.frame) = (limit, indexedBy, frame)
  }

  /// A normal range, of which either side may be open.
  public struct Limit: Hashable, Sendable, Codable {
    public var low: Double?
    public var high: Double?
    /// The publication.
    public var source: String

    public init(low: Double?, high: Double?, source: String) {
      (self.low, self.high, self.source) = (low, high, source)
    }
  }
}

/// What a measurement beyond its limit means.
public struct MeasuredFinding: Hashable, Sendable, Codable {
  /// As the model package spells conditions, or a name of its own.
  public var condition: String
  /// The number, the limit and whose limit it is: "LVEDV index 132 ml/m², above 109: Zhan 2024".
  public var why: String
  /// Name of the measurement.
  public var measurement: String
  /// How far beyond the limit, in widths of the normal range: what findings are ordered by.
  public var excess: Double
  public var frame: FramePlace?

  public init(condition: String, why: String, measurement: String, excess: Double, frame: FramePlace?) {
    (self.condition, self.why, self.measurement) = (condition, why, measurement)
    (self.excess, self.frame) = (excess, frame)
  }
}

/// One picture of a study.
public struct FramePlace: Hashable, Sendable, Codable {
  public var seriesInstanceUID: String
  /// From 0, in the order of the series.
  public var slice: Int
  public var phase: Int

  public init(seriesInstanceUID: String, slice: Int, phase: Int) {
    (self.seriesInstanceUID, self.slice, self.phase) = (seriesInstanceUID, slice, phase)
  }
}

/// One judgement of a study: may its numbers be believed.
public struct Quality: Hashable, Sendable, Codable {
  public enum Grade: String, Hashable, Sendable, Codable {
    case green
    /// Numbers, with reasons to doubt them.
    case amber
    /// No number.
    case none
  }

  public var grade: Grade
  /// Empty where green.
  public var reasons: [AnalysisWarning]

  public init(grade: Grade, reasons: [AnalysisWarning]) { (self.grade, self.reasons) = (grade, reasons) }
}
