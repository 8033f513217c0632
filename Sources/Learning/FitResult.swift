import Findings
import Networks
import Tensor
import Training

/// Fitted heads, and how well each did on patients that it never saw.
public struct FitResult: Sendable {
  /// What was read of studies while they were held out, beside the truth: logits of a condition, values of a number.
  struct Held {
    /// Indices of the cohort, and the fold that each was held out in.
    let studies: [Int]
    let folds: [Int]
    let truths: [Double]
    let read: [Double]
    var labels: [Bool] { truths.map { $0 > 0.5 } }
  }

  public struct Head: Sendable {
    public enum Outcome: Sendable {
      case condition(ModelManifest.ConditionLabel)
      case lvef(LVEFCalibration, Agreement)
      case quantity(ModelManifest.QuantityLabel)
    }

    public let name: String
    public let unit: String
    /// Studies and patients whose label is known.
    public let studies: Int
    public let patients: Int
    public let outcome: Outcome
    /// Where measured numbers are weighed too: AUC, or mean absolute error, without them.
    public let alone: Double?
    let weights: [String: Tensor]

    /// Nil where it could not be measured.
    init?(_ cohort: Cohort, column c: Int, _ head: TrainedHead, _ scale: Scale, _ held: Held?, _ plan: HeadFitter.Plan)
    {
      guard let held else { return nil }
      let column = cohort.columns[c]
      let known = cohort.known(column)
      (name, unit, studies) = (column.name, column.unit, known.count)
      patients = Set(known.map { cohort.patients[$0] }).count
      weights = head.parameters.tensors
      if column.isCondition {
        let calibration = PlattCalibration.fit(logits: held.read, labels: held.labels)
        let odds = held.read.map { MeasuredInputs.logOdds(calibration.probability($0)) }
        let stacked = Self.stacked(cohort, held, own: odds, isCondition: true)
        let scores = stacked.map { $0.read.map(MeasuredInputs.probability) } ?? held.read.map(calibration.probability)
        let threshold = Threshold.mark(scores: scores, labels: held.labels, falseMarks: plan.falseMarks)
        let area = ROC(labels: held.labels, scores: stacked?.read ?? held.read).map(GivenArea.init)
        alone = stacked == nil ? nil : FitResult.measure(column, held)
        var label = ModelManifest.ConditionLabel(
          name: name, threshold: threshold, calibration: calibration, auc: area?.auc, aucLow: area?.low,
          aucHigh: area?.high, positives: held.labels.count { $0 }, count: held.labels.count)
        label.measured = stacked?.inputs
        outcome = .condition(label)
        return
      }
      let stacked = column.isLVEF ? nil : Self.stacked(cohort, held, own: held.read, isCondition: false)
      let read = stacked?.read ?? held.read
      guard let agreement = Agreement(truths: held.truths, predictions: read) else { return nil }
      alone = stacked == nil ? nil : FitResult.measure(column, held)
      let interval = ConformalInterval(zip(held.truths, read).map { $0 - $1 })
      if column.isLVEF {
        outcome = .lvef(
          LVEFCalibration(slope: 1, intercept: 0, interval: interval, count: agreement.count), agreement)
      } else {
        var label = ModelManifest.QuantityLabel(
          name: name, unit: unit, slope: scale.slope, intercept: scale.intercept, interval: interval,
          count: agreement.count, meanAbsoluteError: agreement.meanAbsoluteError, correlation: agreement.correlation)
        label.measured = stacked?.inputs
        outcome = .quantity(label)
      }
    }

    /// What measured numbers add, by all studies, and what each study is read as by those of the other folds.
    private static func stacked(
      _ cohort: Cohort, _ held: Held, own: [Double], isCondition: Bool
    ) -> (inputs: MeasuredInputs, read: [Double])? {
      guard let measured = cohort.measured else { return nil }
      let stacking = Stacking(
        own: own, truths: held.truths, measured: held.studies.map { measured[$0] }, isCondition: isCondition)
      guard let inputs = stacking.fit(Array(held.studies.indices)), let read = stacking.heldOut(held.folds) else {
        return nil
      }
      return (inputs, read)
    }
  }

  /// One point of the few-label curve for every column.
  public struct FewRow: Sendable {
    public struct Cell: Sendable {
      /// From whom a head learned, over the folds on average.
      public let patients: Double
      /// AUC of a condition, mean absolute error of a number; nil where a fold got no head.
      public let value: Double?
    }
    public let share: Double
    public let cells: [Cell]
  }

  /// With clips and a row of labels.
  public let studies: Int
  public let patients: Int
  public let plan: HeadFitter.Plan
  /// In the order of the columns.
  public let heads: [Head]
  public let few: [FewRow]

  /// AUC, or mean absolute error.
  static func measure(_ column: LabelTable.Column, _ held: Held?) -> Double? {
    guard let held else { return nil }
    return column.isCondition
      ? ROC(labels: held.labels, scores: held.read).map { GivenArea($0).auc }
      : Agreement(truths: held.truths, predictions: held.read)?.meanAbsoluteError
  }
}

extension FitResult {
  /// The package's heads replaced by these. `folder` is where the package was loaded from; `synthetic` says that all
  /// studies are phantoms.
  public func package(
    over base: ModelPackage, in folder: String, synthetic: Bool
  ) throws(ModelPackageError) -> (manifest: ModelManifest, contents: ModelContents) {
    var contents = try ModelContents(towersOf: base, in: folder)
    for head in heads { contents.weights.merge(head.weights) { $1 } }
    var manifest = base.manifest
    manifest.name = "\(base.encoder.name)-fitted"
    (manifest.conditions, manifest.quantities, manifest.lvef) = ([], nil, nil)
    var performance = ModelManifest.Performance(studies: studies)
    for head in heads {
      switch head.outcome {
      case .condition(let label): manifest.conditions.append(label)
      case .quantity(let label): manifest.quantities = (manifest.quantities ?? []) + [label]
      case .lvef(let calibration, let agreement):
        manifest.lvef = calibration
        performance.lvefMeanAbsoluteError = agreement.meanAbsoluteError
        performance.lvefCorrelation = agreement.correlation
      }
    }
    let counted = manifest.conditions.filter { ($0.positives ?? 0) >= 10 }.compactMap(\.auc)
    performance.meanAUC = counted.isEmpty ? nil : counted.reduce(0, +) / Double(counted.count)
    manifest.performance = performance
    let what = synthetic ? "\(studies) synthetic hearts" : "\(studies) studies of the user's (\(patients) patients)"
    manifest.training = .init(
      trainedOn: "\(what) over an encoder that learned from \(base.encoder.trainedOn)", synthetic: synthetic,
      seed: plan.seed, studies: studies,
      statement:
        "Heads were fitted to labels of \(what) and measured by cross-validation over patients; the encoder did "
        + "not change.")
    manifest.training.fit = .init(
      studies: studies, patients: patients, folds: plan.folds, falseMarks: plan.falseMarks, encoder: base.encoder)
    return (manifest, contents)
  }
}
