/// What the model makes of a study. Every number in it is for research only, never for diagnosis.
public struct Analysis: Hashable, Sendable, Codable {
  public var lvef: EjectionFraction?
  /// Other numbers that the model estimates, in its own order; nil where it has no heads for any.
  public var quantities: [QuantityEstimate]?
  /// Ranked, most probable first.
  public var findings: [Finding]
  /// Report sentences nearest to the study, nearest first.
  public var sentences: [ReportSentence]
  /// The clips that the model saw, and how much each weighed in the LVEF estimate.
  public var views: [ViewWeight]
  public var warnings: [AnalysisWarning]
  /// Why there is no result, which is among the warnings too; nil where there is one.
  public var refusal: WhyNot?
  /// The study's embedding: the mean of its clips' embeddings, unit length.
  public var embedding: [Float]

  public init(
    lvef: EjectionFraction?, findings: [Finding], sentences: [ReportSentence], views: [ViewWeight],
    warnings: [AnalysisWarning], refusal: WhyNot? = nil, embedding: [Float]
  ) {
    self.lvef = lvef
    self.findings = findings
    self.sentences = sentences
    self.views = views
    self.warnings = warnings
    self.refusal = refusal
    self.embedding = embedding
  }
}

/// Left ventricular ejection fraction with the interval that held 90 % of held-out errors, in percent.
public struct EjectionFraction: Hashable, Sendable, Codable {
  public var percent: Double
  public var low: Double
  public var high: Double

  public init(percent: Double, low: Double, high: Double) {
    self.percent = percent
    self.low = low
    self.high = high
  }
}

/// A number that a learned head estimates, with the interval that held most of its held-out errors.
public struct QuantityEstimate: Hashable, Sendable, Codable {
  public var name: String
  /// Empty where the labels had none.
  public var unit: String
  public var value: Double
  public var low: Double
  public var high: Double

  public init(name: String, unit: String, value: Double, low: Double, high: Double) {
    (self.name, self.unit, self.value, self.low, self.high) = (name, unit, value, low, high)
  }
}

/// One condition with its calibrated probability, and how far this label can be trusted.
public struct Finding: Hashable, Sendable, Codable {
  public var condition: String
  public var probability: Double
  public var threshold: Double
  public var positive: Bool
  /// Area under the ROC curve where it was measured (never seen in training), with its 95 % interval.
  public var auc: Double?
  public var aucLow: Double?
  public var aucHigh: Double?

  public init(
    condition: String, probability: Double, threshold: Double, positive: Bool, auc: Double?, aucLow: Double?,
    aucHigh: Double?
  ) {
    self.condition = condition
    self.probability = probability
    self.threshold = threshold
    self.positive = positive
    self.auc = auc
    self.aucLow = aucLow
    self.aucHigh = aucHigh
  }
}

/// A sentence of the report corpus and its cosine similarity to the study.
public struct ReportSentence: Hashable, Sendable, Codable {
  public var text: String
  public var similarity: Double

  public init(text: String, similarity: Double) {
    self.text = text
    self.similarity = similarity
  }
}

/// One clip that the model saw: its view, its slice (from 0, in the order of the series) and its attention weight.
public struct ViewWeight: Hashable, Sendable, Codable {
  public var view: View
  public var seriesInstanceUID: String
  public var slice: Int
  public var weight: Double

  public init(view: View, seriesInstanceUID: String, slice: Int, weight: Double) {
    self.view = view
    self.seriesInstanceUID = seriesInstanceUID
    self.slice = slice
    self.weight = weight
  }
}

/// A reason for caution, as a stable code and a sentence.
public struct AnalysisWarning: Hashable, Sendable, Codable {
  public var code: String
  public var text: String

  public init(code: String, text: String) {
    self.code = code
    self.text = text
  }
}
