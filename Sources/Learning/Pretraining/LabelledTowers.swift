import Findings
import Networks
import Tensor
import Training

/// Heads, calibration, report index and what is needed to tell strangers, for towers whose studies' labels are all known.
extension TrainedTowers {
  /// Reports of so many studies are searched.
  private static let indexedStudies = 400

  /// The first `training` studies of the set are learned from; of the others two fifths stop the heads, the rest
  /// calibrates them. `conditions` are in the package's order.
  public func package(
    _ set: TrainingSet, training: Int, conditions names: [String], seed: UInt64, embedding: Progress,
    fitting: @escaping Progress
  ) throws(LearningError) -> Made {
    let embeddings = embed(set, progress: embedding)
    let width = start.network.video.configuration.projection
    let views = embeddings.map { StudyViews(width: width, values: $0.flatMap(\.embedding)) }
    let (all, held) = (set.studies, set.studies.count - training)
    let stopping = training..<training + held * 2 / 5
    let calibrating = stopping.upperBound..<all.count
    let heads = fit(
      all, views, names, training: Array(0..<training), stopping: Array(stopping), seed: seed, progress: fitting)
    let labels = Dictionary(uniqueKeysWithValues: heads.map { ($0.name, $0) })

    var conditions: [ModelManifest.ConditionLabel] = []
    var contents = contents()
    for name in names {
      guard let head = labels[name] else { continue }
      let logits = calibrating.compactMap { head.logit(views[$0]) }
      let truth = calibrating.filter { views[$0].count > 0 }.map { all[$0].labels[name] == 1 }
      guard logits.count == truth.count, truth.contains(true) else { continue }
      let calibration = PlattCalibration.fit(logits: logits, labels: truth)
      let threshold = Threshold.mark(scores: logits.map(calibration.probability), labels: truth)
      conditions.append(.init(name: name, threshold: threshold, calibration: calibration))
      contents.weights.merge(head.parameters.tensors) { $1 }
    }
    guard let lvefHead = labels[ModelManifest.lvefHead] else {
      throw .run("no LVEF head could be trained: too few studies")
    }
    contents.weights.merge(lvefHead.parameters.tensors) { $1 }
    let seen = calibrating.filter { views[$0].count > 0 && all[$0].labels[ModelManifest.lvefHead] != nil }
    let lvef = LVEFCalibration.fit(
      logits: seen.compactMap { lvefHead.logit(views[$0]) },
      truths: seen.compactMap { all[$0].labels[ModelManifest.lvefHead] })

    contents.reports = index(all.prefix(min(training, Self.indexedStudies)))
    contents.familiarity = Familiarity.fit(
      training: Array(embeddings[..<training]), heldOut: seen.map { embeddings[$0] })
    let manifest = ModelManifest(
      name: "cinecor-phantom", version: "1", video: start.network.video.configuration,
      text: start.network.text.configuration, recipe: start.recipe, conditions: conditions, lvef: lvef,
      training: .init(
        trainedOn: "\(training) synthetic hearts", synthetic: true, seed: seed, studies: training,
        statement: "Every heart in training, calibration and measurement was synthetic; no patient was ever seen."),
      licence: "Apache-2.0")
    return (manifest, contents)
  }

  private func fit(
    _ all: [TrainingStudy], _ views: [StudyViews], _ names: [String], training: [Int], stopping: [Int], seed: UInt64,
    progress: @escaping Progress
  ) -> [TrainedHead] {
    var tasks = [HeadTask.lvef(all.map { $0.labels[ModelManifest.lvefHead].map { Float($0) } })]
    for name in names {
      tasks.append(HeadTask(name: name, kind: .condition, targets: all.map { $0.labels[name].map { Float($0) } }))
    }
    var schedule = HeadSchedule()
    schedule.seed = seed
    let counter = Counter(tasks.count, progress)
    return HeadTrainer.train(
      tasks, studies: views, training: training, validation: stopping, schedule: schedule, threads: threads,
      finished: { _, _ in counter.step() }) ?? []
  }
}
