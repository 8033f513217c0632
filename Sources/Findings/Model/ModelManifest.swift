import Cine
import Networks
import Preparation

/// What a model package says about itself: `manifest.json`.
public struct ModelManifest: Hashable, Sendable, Codable {
  /// The only schema so far.
  public static let currentSchema = 1

  public var schema = currentSchema
  public var name: String
  public var version: String
  public var video: MViTConfiguration
  /// Nil for a package without a text tower: no sentences, no search.
  public var text: BERTConfiguration?
  public var recipe: PreparationRecipe
  /// One head each, under `heads.NAME.` in the weights.
  public var conditions: [ConditionLabel]
  /// Nil where there is no head `heads.lvef.`.
  public var lvef: LVEFCalibration?
  /// Other numbers that the model estimates, one head each, under `heads.NAME.`.
  public var quantities: [QuantityLabel]?
  public var performance: Performance?
  public var training: Training
  public var licence: String
  /// Every file of the package but the manifest.
  public var files: [File] = []

  public struct ConditionLabel: Hashable, Sendable, Codable {
    public var name: String
    /// Calibrated probability from which on the condition counts as found.
    public var threshold: Double
    public var calibration: PlattCalibration
    /// Measured on studies that training and calibration never saw, with the 95 % interval.
    public var auc: Double?
    public var aucLow: Double?
    public var aucHigh: Double?
    public var positives: Int?
    public var count: Int?
    /// Where the head was fitted to measured numbers too.
    public var measured: MeasuredInputs?

    public init(
      name: String, threshold: Double, calibration: PlattCalibration, auc: Double? = nil, aucLow: Double? = nil,
      aucHigh: Double? = nil, positives: Int? = nil, count: Int? = nil
    ) {
      self.name = name
      self.threshold = threshold
      self.calibration = calibration
      self.auc = auc
      self.aucLow = aucLow
      self.aucHigh = aucHigh
      self.positives = positives
      self.count = count
    }
  }

  /// A number with a unit: value = slope · logit + intercept, and what its interval adds to that.
  public struct QuantityLabel: Hashable, Sendable, Codable {
    public var name: String
    /// As the label's head had it: "g", "mm", or empty.
    public var unit: String
    public var slope: Double
    public var intercept: Double
    public var residualLow: Double
    public var residualHigh: Double
    public var coverage: Double
    /// Studies behind it, and how well it did on them while they were held out.
    public var count: Int
    public var meanAbsoluteError: Double?
    public var correlation: Double?
    /// Where the head was fitted to measured numbers too.
    public var measured: MeasuredInputs?

    public init(
      name: String, unit: String, slope: Double, intercept: Double, interval: ConformalInterval, count: Int,
      meanAbsoluteError: Double? = nil, correlation: Double? = nil
    ) {
      (self.name, self.unit, self.slope, self.intercept) = (name, unit, slope, intercept)
      (residualLow, residualHigh, coverage) = (interval.low, interval.high, interval.coverage)
      (self.count, self.meanAbsoluteError, self.correlation) = (count, meanAbsoluteError, correlation)
    }

    func estimate(_ logit: Double) -> QuantityEstimate { estimate(of: slope * logit + intercept) }

    func estimate(of value: Double) -> QuantityEstimate {
      QuantityEstimate(
        name: name, unit: unit, value: value, low: min(value + residualLow, value),
        high: max(value + residualHigh, value))
    }
  }

  /// Measured on studies that training and calibration never saw.
  public struct Performance: Hashable, Sendable, Codable {
    public var studies: Int
    /// Percent points; nil where there is no LVEF head.
    public var lvefMeanAbsoluteError: Double?
    public var lvefCorrelation: Double?
    /// Mean over conditions with ten or more positives.
    public var meanAUC: Double?
    /// Share of studies whose own report is among the nearest five of all, and how much that is above chance.
    public var retrievalHits: Double?
    public var retrievalTimesChance: Double?

    public init(studies: Int) { self.studies = studies }
  }

  /// Where and on what the weights were trained.
  public struct Training: Hashable, Sendable, Codable {
    /// In a few words: "3,000 synthetic hearts".
    public var trainedOn: String
    /// True where no patient was ever in it: every output then says so.
    public var synthetic: Bool
    public var seed: UInt64?
    public var studies: Int?
    /// A sentence for the card.
    public var statement: String
    /// Where only the heads were fitted, over an encoder of another package.
    public var fit: Fit?

    public init(trainedOn: String, synthetic: Bool, seed: UInt64? = nil, studies: Int? = nil, statement: String) {
      self.trainedOn = trainedOn
      self.synthetic = synthetic
      self.seed = seed
      self.studies = studies
      self.statement = statement
    }
  }

  /// Heads that were fitted to somebody's own labels, and measured by cross-validation.
  public struct Fit: Hashable, Sendable, Codable {
    public var studies: Int
    public var patients: Int
    public var folds: Int
    /// The share of those without a condition that its threshold was set to mark.
    public var falseMarks: Double
    public var encoder: Encoder

    /// The package whose encoder it is.
    public struct Encoder: Hashable, Sendable, Codable {
      public var name: String
      public var version: String
      public var sha256: String
      public var trainedOn: String
    }

    public init(studies: Int, patients: Int, folds: Int, falseMarks: Double, encoder: Encoder) {
      (self.studies, self.patients, self.folds) = (studies, patients, folds)
      (self.falseMarks, self.encoder) = (falseMarks, encoder)
    }
  }

  public struct File: Hashable, Sendable, Codable {
    public var name: String
    public var bytes: Int
    public var sha256: String
  }

  public init(
    name: String, version: String, video: MViTConfiguration, text: BERTConfiguration?, recipe: PreparationRecipe,
    conditions: [ConditionLabel], lvef: LVEFCalibration?, performance: Performance? = nil, training: Training,
    licence: String
  ) {
    self.name = name
    self.version = version
    self.video = video
    self.text = text
    self.recipe = recipe
    self.conditions = conditions
    self.lvef = lvef
    self.performance = performance
    self.training = training
    self.licence = licence
  }

  /// The name of the LVEF head, which no other head may have.
  public static let lvefHead = "lvef"

  var hasNoHeads: Bool { conditions.isEmpty && lvef == nil && quantities?.isEmpty != false }

  /// What in it cannot be, in words; nil where all is well.
  var contradiction: String? {
    if !recipe.isSound { return "its preparation recipe has impossible sizes" }
    if recipe.pixels != video.spatialSize || recipe.frames != video.temporalSize {
      return "its recipe and its video encoder differ in size"
    }
    if let text, text.projection != video.projection { return "its two towers end in different widths" }
    if conditions.count + (quantities?.count ?? 0) > 1000 { return "it has more than a thousand heads" }
    let quantities = quantities ?? []
    let names = conditions.map(\.name) + quantities.map(\.name)
    if names.contains(where: \.isEmpty) || Set(names + [Self.lvefHead]).count != names.count + 1 {
      return "a head has no name, or one that is taken"
    }
    let numbers = conditions.flatMap { [$0.threshold, $0.calibration.slope, $0.calibration.intercept] }
    let more =
      (lvef.map { [$0.slope, $0.intercept, $0.residualLow, $0.residualHigh] } ?? [])
      + quantities.flatMap { [$0.slope, $0.intercept, $0.residualLow, $0.residualHigh] }
    let inputs = (conditions.map(\.measured) + quantities.map(\.measured)).flatMap { $0?.numbers ?? [] }
    if !(numbers + more + inputs).allSatisfy(\.isFinite) { return "a calibration holds no numbers" }
    return nil
  }
}
