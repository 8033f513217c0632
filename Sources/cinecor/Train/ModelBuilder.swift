import Cine
import Findings
import Networks
import Phantom
import Preparation
import Synchronization
import Tensor
import Training

/// Makes the default model: contrastive pretraining on phantoms, then, with both towers frozen, heads, calibration, a
/// report index and what is needed to tell strangers.
struct ModelBuilder {
  let training: Int
  let validation: Int
  let steps: Int
  let seed: UInt64
  let threads: Int

  /// Trained towers and the vocabulary that they know.
  struct Towers {
    let network: TwoTowers
    let weights: Parameters
    let vocabulary: [String]
    let tokenizer: WordPiece
  }

  func makeStudies(_ count: Int, _ label: String, seed: UInt64) -> [TrainingStudy] {
    PhantomData.make(
      count: count, seed: seed, recipe: DefaultModel.recipe, threads: threads,
      progress: Progress(label, total: count))
  }

  static func network(_ vocabulary: [String]) throws(Failure) -> (TwoTowers, WordPiece) {
    guard let tokenizer = WordPiece(pieces: vocabulary) else {
      throw Failure(code: .modelUnavailable, text: "the vocabulary lacks its special pieces")
    }
    do throws(ConfigurationError) {
      return (
        try TwoTowers(video: DefaultModel.video, text: DefaultModel.text(vocabulary: vocabulary.count)), tokenizer
      )
    } catch {
      throw Failure(code: .modelUnavailable, text: error.text)
    }
  }

  /// Contrastive pretraining of both towers.
  func pretrain(_ studies: [TrainingStudy]) throws(Failure) -> Towers {
    let vocabulary = WordPiece.vocabulary(for: studies.flatMap(\.report))
    let (network, tokenizer) = try Self.network(vocabulary)
    var schedule = DefaultModel.schedule
    schedule.steps = steps
    let batches = ContrastiveBatches(
      studies: studies, sentences: studies.map { $0.report.map { tokenizer.encode($0, limit: 64) } },
      side: DefaultModel.recipe.pixels, size: schedule.batch, seed: seed)
    let progress = Progress("pretraining", total: steps)
    var (loss, accuracy): (Float, Float) = (3, 0)
    let weights = ContrastiveTrainer(network, schedule, threads: threads).run(
      from: Initialiser.weights(network.layout, seed: seed), batch: batches.batch
    ) { report in
      loss += 0.02 * (report.loss - loss)
      accuracy += 0.02 * (report.accuracy - accuracy)
      progress.update(
        report.step + 1, "loss \(Progress.short(Double(loss)))  own report first \(Int(accuracy * 100)) %")
      return true
    }
    guard let weights else { throw Failure(code: .modelUnavailable, text: "training was stopped") }
    return Towers(network: network, weights: weights, vocabulary: vocabulary, tokenizer: tokenizer)
  }

  /// Everything after pretraining; the towers do not change any more.
  func finish(_ towers: Towers, _ studies: [TrainingStudy], _ held: [TrainingStudy], to folder: String) throws(Failure)
    -> ModelPackage
  {
    let all = studies + held
    let embeddings = embed(towers, all)
    let views = embeddings.map { StudyViews(width: DefaultModel.video.projection, values: $0.flatMap { $0 }) }
    // Of the held-out studies two fifths stop the heads, the rest calibrates them.
    let stopping = studies.count..<studies.count + held.count * 2 / 5
    let calibrating = stopping.upperBound..<all.count
    let heads = try fitHeads(all, views, training: Array(studies.indices), stopping: Array(stopping))
    let labels = Dictionary(uniqueKeysWithValues: heads.map { ($0.name, $0) })

    var conditions: [ModelManifest.ConditionLabel] = []
    var weights = towers.weights.tensors
    for name in Phantom.conditions {
      guard let head = labels[name] else { continue }
      let logits = calibrating.compactMap { head.logit(views[$0]) }
      let truth = calibrating.filter { views[$0].count > 0 }.map { all[$0].truth.conditions[name] == true }
      guard logits.count == truth.count, truth.contains(true) else { continue }
      let calibration = PlattCalibration.fit(logits: logits, labels: truth)
      let threshold = Threshold.mark(scores: logits.map(calibration.probability), labels: truth)
      conditions.append(.init(name: name, threshold: threshold, calibration: calibration))
      weights.merge(head.parameters.tensors) { $1 }
    }
    guard let lvefHead = labels["lvef"] else {
      throw Failure(code: .modelUnavailable, text: "no LVEF head could be trained: too few studies")
    }
    weights.merge(lvefHead.parameters.tensors) { $1 }
    let seen = calibrating.filter { views[$0].count > 0 }
    let lvef = LVEFCalibration.fit(
      logits: seen.compactMap { lvefHead.logit(views[$0]) }, truths: seen.map { all[$0].truth.lvef })

    var contents = ModelContents(weights: weights)
    contents.vocabulary = towers.vocabulary
    contents.reports = reportIndex(towers, studies)
    func clips(_ i: Int) -> [Familiarity.Clip] { zip(all[i].clips, embeddings[i]).map { ($0.item.view, $1) } }
    contents.familiarity = Familiarity.fit(training: studies.indices.map(clips), heldOut: seen.map(clips))
    let manifest = ModelManifest(
      name: "cinecor-phantom", version: "1", video: DefaultModel.video,
      text: DefaultModel.text(vocabulary: towers.vocabulary.count), recipe: .beat(DefaultModel.recipe),
      conditions: conditions, lvef: lvef,
      training: .init(
        trainedOn: "\(studies.count) synthetic hearts", synthetic: true, seed: seed, studies: studies.count,
        statement: "Every heart in training, calibration and measurement was synthetic; no patient was ever seen."),
      licence: "Apache-2.0")
    let draft = try write(contents, manifest, folder)
    return try measured(draft, contents, manifest, folder)
  }

  /// Measures the package as written and writes it again with what was found.
  private func measured(
    _ draft: ModelPackage, _ contents: ModelContents, _ manifest: ModelManifest, _ folder: String
  ) throws(Failure) -> ModelPackage {
    let evaluation = PhantomEvaluation(draft, count: 300, threads: threads)
    var manifest = manifest
    var performance = ModelManifest.Performance(studies: evaluation.count)
    performance.lvefMeanAbsoluteError = evaluation.lvef?.meanAbsoluteError
    performance.lvefCorrelation = evaluation.lvef?.correlation
    performance.meanAUC = evaluation.meanAUC
    performance.retrievalHits = evaluation.retrieval?.hits
    performance.retrievalTimesChance = evaluation.retrieval?.timesChance
    manifest.performance = performance
    for row in evaluation.rows {
      guard let i = manifest.conditions.firstIndex(where: { $0.name == row.condition }) else { continue }
      manifest.conditions[i].auc = row.auc
      manifest.conditions[i].aucLow = row.low
      manifest.conditions[i].aucHigh = row.high
      manifest.conditions[i].positives = row.roc.positives
      manifest.conditions[i].count = row.roc.count
    }
    try Output.write(evaluation.text)
    return try write(contents, manifest, folder)
  }

  private func write(_ contents: ModelContents, _ manifest: ModelManifest, _ folder: String) throws(Failure)
    -> ModelPackage
  {
    do throws(ModelPackageError) {
      return try contents.write(manifest, to: folder)
    } catch {
      throw Failure(code: .outputFailed, text: error.text)
    }
  }

  /// Clip embeddings of every study.
  private func embed(_ towers: Towers, _ studies: [TrainingStudy]) -> [[[Float]]] {
    let results = Mutex<[[[Float]]]>(Array(repeating: [], count: studies.count))
    let progress = Progress("embedding", total: studies.count)
    let done = Mutex(0)
    let width = DefaultModel.video.projection
    Lanes.run(studies.count, threads: threads) { k, _ in
      let arena = Arena()
      let made = studies[k].clips.compactMap { clip -> [Float]? in
        arena.reset()
        return towers.weights.values.withUnsafeBufferPointer { p in
          PreparedClip.input(clip.grey).withUnsafeBufferPointer { x -> [Float]? in
            guard let p = p.baseAddress, let x = x.baseAddress else { return nil }
            let trace = towers.network.video.forward(p, clip: x, clipChannels: 1, keep: false, arena: arena)
            return trace.map { Array(UnsafeBufferPointer(start: $0.embedding, count: width)) }
          }
        }
      }
      results.withLock { $0[k] = made }
      done.withLock {
        $0 += 1
        progress.update($0)
      }
    }
    return results.withLock { $0 }
  }

  private func fitHeads(
    _ all: [TrainingStudy], _ views: [StudyViews], training: [Int], stopping: [Int]
  ) throws(Failure) -> [TrainedHead] {
    var tasks = [HeadTask.lvef(all.map { Float($0.truth.lvef) })]
    for name in Phantom.conditions {
      tasks.append(
        HeadTask(name: name, kind: .condition, targets: all.map { $0.truth.conditions[name] == true ? 1 : 0 }))
    }
    let progress = Progress("heads", total: tasks.count)
    let done = Mutex(0)
    var schedule = HeadSchedule()
    schedule.seed = seed
    let heads = HeadTrainer.train(
      tasks, studies: views, training: training, validation: stopping, schedule: schedule, threads: threads,
      finished: { _, _ in
        done.withLock {
          $0 += 1
          progress.update($0)
        }
      })
    guard let heads else { throw Failure(code: .modelUnavailable, text: "training was stopped") }
    return heads
  }

  /// Sentences of the first studies' reports, each once.
  private func reportIndex(_ towers: Towers, _ studies: [TrainingStudy]) -> ReportIndex {
    var seen: Set<String> = []
    let sentences = studies.prefix(400).flatMap(\.report).filter { seen.insert($0).inserted }
    let arena = Arena()
    let width = DefaultModel.video.projection
    let embeddings = towers.weights.values.withUnsafeBufferPointer { p in
      sentences.map { sentence -> [Float] in
        guard let p = p.baseAddress else { return [] }
        arena.reset()
        let trace = towers.network.text.forward(p, ids: towers.tokenizer.encode(sentence, limit: 64), arena: arena)
        return Array(UnsafeBufferPointer(start: trace.embedding, count: width))
      }
    }
    return ReportIndex(sentences: sentences, embeddings: embeddings)
  }
}
