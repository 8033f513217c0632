import Cine
import Findings
import Learning
import Phantom
import Plain
import Preparation
import Synchronization
import Tensor

/// From a site's pairs, from phantoms, or from both to a package.
struct TowerTraining {
  private let options: TrainOptions
  private let site: SiteStudies?
  private let pairsSHA256: String?
  /// To learn from, and where there is no site, to calibrate heads on.
  private let training: PhantomStudies
  private let validation: PhantomStudies

  init(_ options: TrainOptions) throws(Failure) {
    self.options = options
    let recipe = PreparationRecipe.beat(DefaultModel.recipe)
    training = PhantomStudies(count: options.phantoms, seed: options.seed, recipe: recipe)
    let held = max(100, min(DefaultModel.validationStudies, options.phantoms / 2))
    validation = PhantomStudies(
      count: options.pairs == nil ? held : 0, seed: options.seed &+ PhantomStudies.validationOffset, recipe: recipe)
    guard let file = options.pairs else {
      (site, pairsSHA256) = (nil, nil)
      return
    }
    guard let bytes = Files.contents(file) else {
      throw Failure(code: .someUnreadable, text: "\(file) could not be opened: check its name and permissions")
    }
    let table: PairTable
    do throws(LearningError) {
      table = try PairTable(bytes)
    } catch {
      throw Failure(code: .someUnreadable, text: "\(file) \(error.text)")
    }
    site = try SiteStudies(file, table)
    pairsSHA256 = SHA256.hex(of: bytes)
  }

  func run() throws(Failure) -> ExitCode {
    let studies =
      (site?.studies ?? []) + phantoms(training, "synthetic reports") + phantoms(validation, "held-out reports")
    let own = site?.studies.count ?? 0
    // Phantoms of a site's training are there to learn from alone.
    let held =
      site == nil
      ? Set(training.count..<studies.count)
      : TrainingSet.held(share: options.held, of: studies, seed: options.seed, exempt: own..<studies.count)
    let start = try options.start(studies.indices.filter { !held.contains($0) }.flatMap { studies[$0].sentences })
    let sampling = try options.sampling(start)
    let schedule = try options.schedule(start, studies: studies.count - held.count, batch: sampling.batch)
    do throws(LearningError) {
      let folder = try RunFolder(options.run)
      if folder.holdsUnfinished, !options.resumes {
        throw .run(
          "\(options.run) holds a training that was stopped: --resume goes on with it; remove the folder to begin anew")
      }
      try folder.configure(
        TrainingConfiguration(
          .init(pairsSHA256: pairsSHA256, phantoms: studies.count - own, studies), start, schedule, sampling,
          held: site == nil ? 0 : options.held, seed: options.seed))
      let set = TrainingSet(studies: studies, clips: try clips(folder, start.recipe, studies.count))
      try folder.record(set.clips)
      let learned = site == nil ? Array(0..<training.count) : try usable(set, except: held)
      let sampler = ContrastiveSampler(
        set, studies: learned, sampling, recipe: start.recipe, seed: options.seed, threads: options.threads,
        encode: start.encode)
      let trainer = ContrastiveTrainer(start.network, schedule, threads: options.threads)
      guard
        let weights = try train(
          Pretraining(trainer, sampler, folder, interval: options.interval), start, schedule.steps)
      else {
        Interruption.obey()
        return .allWell
      }
      let towers = TrainedTowers(start, weights, threads: options.threads)
      try write(try package(towers, set, learned, held, own), towers)
      folder.tidy()
    } catch {
      if case .notWritten = error { throw Failure(code: .outputFailed, text: error.text) }
      throw Failure(code: .usage, text: error.text)
    }
    return site?.isIncomplete == true ? .someUnreadable : .allWell
  }

  // MARK: Data

  private func phantoms(_ phantoms: PhantomStudies, _ label: String) -> [TrainingStudy] {
    guard phantoms.count > 0 else { return [] }
    let progress = Progress(label, total: phantoms.count)
    let made = Mutex<[TrainingStudy?]>(Array(repeating: nil, count: phantoms.count))
    let done = Mutex(0)
    Lanes.run(phantoms.count, threads: options.threads) { k, _ in
      let one = phantoms.study(k)
      made.withLock { $0[k] = one }
      done.withLock {
        $0 += 1
        progress.update($0)
      }
    }
    return made.withLock { $0.compactMap { $0 } }
  }

  private func clips(
    _ folder: RunFolder, _ recipe: PreparationRecipe, _ count: Int
  ) throws(LearningError) -> ClipCache {
    let (site, own) = (site, site?.studies.count ?? 0)
    let training = PhantomStudies(count: training.count, seed: training.seed, recipe: recipe, plan: training.plan)
    let validation = PhantomStudies(
      count: validation.count, seed: validation.seed, recipe: recipe, plan: validation.plan)
    let cache = ClipCache(
      folder: folder.clips, count: count, clipSize: recipe.frames * recipe.pixels * recipe.pixels,
      budget: options.budget
    ) { study in
      if study < own { return site?.clips(study, recipe) ?? [] }
      let k = study - own
      return k < training.count ? training.clips(k) : validation.clips(k - training.count)
    }
    let progress = Progress("clips of studies", total: count)
    try cache.fill(threads: options.threads) { done, _ in progress.update(done) }
    return cache
  }

  /// Studies that something can be learned from, in their order.
  private func usable(_ set: TrainingSet, except held: Set<Int>) throws(LearningError) -> [Int] {
    let own = site?.studies.count ?? 0
    for study in 0..<own where set.clips.views(study).isEmpty {
      let path = site?.path(study).text ?? ""
      Output.complain("\(path): left out: no beating heart was found in it ('cinecor triage' says why)")
    }
    let all = set.studies.indices.filter { !held.contains($0) && !set.clips.views($0).isEmpty }
    guard all.count > 1 else { throw .run("there are fewer than two studies to learn from") }
    return all
  }

  // MARK: Training

  private func train(
    _ pretraining: Pretraining, _ start: TowerStart, _ steps: Int
  ) throws(LearningError) -> Parameters? {
    let progress = Progress("pretraining", total: steps)
    var (loss, accuracy): (Float, Float) = (3, 0)
    Interruption.postpone()
    let weights = try pretraining.run(
      start.weights, fresh: start.fresh,
      began: { step in
        if step > 0 { Output.complain("goes on behind step \(step) of \(steps)") }
        progress.begin(at: step)
      },
      report: { told in
        loss += 0.02 * (told.loss - loss)
        accuracy += 0.02 * (told.accuracy - accuracy)
        progress.update(
          told.step, "loss \(Progress.short(Double(loss)))  own report first \(Int(accuracy * 100)) %")
      },
      isStopped: { Interruption.isAsked })
    if weights == nil {
      Output.complain("stopped; the same command with --resume goes on from \(options.run)")
    } else {
      Interruption.obey()
    }
    return weights
  }

  private func package(
    _ towers: TrainedTowers, _ set: TrainingSet, _ learned: [Int], _ held: Set<Int>, _ own: Int
  ) throws(LearningError) -> TrainedTowers.Made {
    let progress = Progress("embedding", total: set.studies.count)
    guard site != nil else {
      let heads = Progress("heads", total: 0)
      return try towers.package(
        set, training: training.count, conditions: Phantom.conditions, seed: options.seed,
        embedding: { done, _ in progress.update(done) }, fitting: { heads.update($0, of: $1) })
    }
    return towers.package(
      set, training: learned, held: held.sorted().filter { !set.clips.views($0).isEmpty },
      synthetic: learned.count { $0 >= own || site?.isSynthetic($0) == true }, name: options.name, seed: options.seed,
      progress: { done, _ in progress.update(done) })
  }

  private func write(_ made: TrainedTowers.Made, _ towers: TrainedTowers) throws(LearningError) {
    do throws(ModelPackageError) {
      var package = try made.contents.write(made.manifest, to: options.out)
      if site == nil { package = try measured(package, made) }
      try? Output.write("\n\(package.card)")
    } catch {
      throw .notWritten(file: options.out, reason: error.text)
    }
  }

  /// Measures the package as written on phantoms that training never saw, and writes it again with what was found.
  private func measured(
    _ draft: ModelPackage, _ made: TrainedTowers.Made
  ) throws(ModelPackageError) -> ModelPackage {
    let evaluation = PhantomEvaluation(draft, count: 300, threads: options.threads)
    var manifest = made.manifest
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
    try? Output.write(evaluation.text)
    return try made.contents.write(manifest, to: options.out)
  }
}
