import Findings
import Networks
import Synchronization
import Tensor
import Training

/// Fits a head a column to embeddings that no longer change, and measures each on patients that it never saw: every fold's
/// studies are read by heads of the other folds. What is kept is a head that saw all of them. The same labels and seed
/// give the same bytes for any number of threads.
public struct HeadFitter: Sendable {
  public struct Plan: Hashable, Sendable {
    public var folds = 5
    /// The share of those without a condition that a threshold may mark.
    public var falseMarks = 0.05
    public var seed: UInt64 = 0
    /// Shares of the labelled patients to learn from, for the few-label curve.
    public var few: [Double] = []
    public var threads = 1
    public init() {}
  }

  let cohort: Cohort
  let plan: Plan

  /// Fails where fewer than two patients carry a class: none could then be held out.
  public init(_ cohort: Cohort, _ plan: Plan) throws(LearningError) {
    let refusals = cohort.refusals
    guard refusals.isEmpty else { throw .refused(refusals) }
    (self.cohort, self.plan) = (cohort, plan)
  }

  /// `progress` hears from several threads, one at a time.
  public func fit(progress: @Sendable (_ done: Int, _ total: Int) -> Void = { _, _ in }) -> FitResult {
    let jobs = cohort.columns.indices.flatMap(jobs)
    let outcomes = Mutex<[Outcome?]>(Array(repeating: nil, count: jobs.count))
    let done = Mutex(0)
    Lanes.run(jobs.count, threads: plan.threads) { k, _ in
      let outcome = run(jobs[k])
      outcomes.withLock { $0[k] = outcome }
      done.withLock {
        $0 += 1
        progress($0, jobs.count)
      }
    }
    let all = outcomes.withLock { $0 }
    let heads = cohort.columns.indices.compactMap { c -> FitResult.Head? in
      let final = jobs.indices.first { jobs[$0].column == c && jobs[$0].isFinal }
      guard let final, let head = all[final]?.head else { return nil }
      return FitResult.Head(
        cohort, column: c, head, Scale(cohort.columns[c], jobs[final].training), held(c, 1, jobs, all), plan)
    }
    let few = Set(plan.few).sorted().map { share in
      FitResult.FewRow(
        share: share,
        cells: cohort.columns.indices.map { c in
          let own = jobs.filter { $0.column == c && $0.share == share && !$0.isFinal }
          let patients = own.reduce(0) { $0 + Set($1.training.map { cohort.patients[$0] }).count }
          return .init(
            patients: Double(patients) / Double(max(own.count, 1)),
            value: FitResult.measure(cohort.columns[c], held(c, share, jobs, all)))
        })
    }
    return FitResult(
      studies: cohort.views.count, patients: cohort.patientCount, plan: plan, heads: heads, few: few)
  }

  // MARK: One head

  private struct Job {
    let column: Int
    /// Of the labelled patients outside of the fold.
    let share: Double
    /// Studies to learn from, and those that are then read.
    let training: [Int]
    let held: [Int]
    var isFinal: Bool { held.isEmpty }
  }

  private struct Outcome {
    let head: TrainedHead?
    /// One a held-out study; nil where no head came about.
    let read: [Double?]
  }

  private func split(_ c: Int) -> PatientSplit {
    let column = cohort.columns[c]
    return PatientSplit(
      cohort.classes(column, of: cohort.known(column)), folds: plan.folds, seed: plan.seed, name: column.name)
  }

  private func jobs(_ c: Int) -> [Job] {
    let column = cohort.columns[c]
    let known = cohort.known(column)
    let split = split(c)
    var jobs = [Job(column: c, share: 1, training: known, held: [])]
    for share in Set(plan.few + [1]).sorted(by: >) {
      for fold in 0..<split.count {
        let inside = { (i: Int) in split.folds[cohort.patients[i]] == fold }
        let outside = known.filter { !inside($0) }
        let chosen =
          share < 1
          ? PatientSplit.share(share, of: cohort.classes(column, of: outside), seed: plan.seed, name: column.name) : nil
        jobs.append(
          Job(
            column: c, share: share, training: outside.filter { chosen?.contains(cohort.patients[$0]) ?? true },
            held: known.filter(inside)))
      }
    }
    return jobs
  }

  private func run(_ job: Job) -> Outcome {
    let column = cohort.columns[job.column]
    let scale = Scale(column, job.training)
    let task = HeadTask(
      name: column.isLVEF ? ModelManifest.lvefHead : column.name, kind: scale.kind,
      targets: column.values.map { $0.map(scale.target) })
    let head = HeadTrainer.train(
      [task], studies: cohort.views, training: job.training, validation: [], schedule: schedule(job.training.count),
      threads: 1)?.first
    return Outcome(
      head: job.isFinal ? head : nil,
      read: job.held.map { i in head.flatMap { $0.logit(cohort.views[i]) }.map(scale.value) })
  }

  /// No study can be spared to stop by: so many steps, and the rate falls to a twentieth by then.
  func schedule(_ studies: Int) -> HeadSchedule {
    var schedule = HeadSchedule()
    schedule.seed = plan.seed
    let perEpoch = max(1, (studies + schedule.batch - 1) / schedule.batch)
    let epochs = min(Self.mostEpochs, Self.mostSteps / perEpoch)
    schedule.epochs = max(epochs, Self.fewestSteps / perEpoch, Self.fewestEpochs)
    schedule.patience = schedule.epochs
    return schedule
  }

  private static let (mostSteps, fewestSteps) = (1200, 400)
  private static let (mostEpochs, fewestEpochs) = (100, 8)

  /// Held-out studies with what was read of them, in their order; nil where a fold got no head.
  private func held(_ c: Int, _ share: Double, _ jobs: [Job], _ all: [Outcome?]) -> FitResult.Held? {
    var pairs: [(study: Int, read: Double)] = []
    for (job, outcome) in zip(jobs, all) where job.column == c && job.share == share && !job.isFinal {
      for (study, read) in zip(job.held, outcome?.read ?? []) {
        guard let read, read.isFinite else { return nil }
        pairs.append((study, read))
      }
    }
    pairs.sort { $0.study < $1.study }
    let values = cohort.columns[c].values
    let split = split(c)
    return FitResult.Held(
      studies: pairs.map(\.study), folds: pairs.map { split.folds[cohort.patients[$0.study]] ?? 0 },
      truths: pairs.compactMap { values[$0.study] }, read: pairs.map(\.read))
  }
}

/// Between a column's values and what a head learns.
struct Scale {
  let kind: HeadTask.Kind
  /// value = slope · logit + intercept
  let slope: Double
  let intercept: Double

  /// LVEF as published; other numbers by their mean and spread over the studies that are learned from, so that the head's
  /// loss, which is made for fractions, treats all of them alike.
  init(_ column: LabelTable.Column, _ training: [Int]) {
    if column.isCondition {
      (kind, slope, intercept) = (.condition, 1, 0)
    } else if column.isLVEF {
      (kind, slope, intercept) = (.fraction(start: 0.57), 100, 0)
    } else {
      let values = training.compactMap { column.values[$0] }
      let n = Double(max(values.count, 1))
      let mean = values.reduce(0, +) / n
      let spread = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / n).squareRoot()
      slope = max(spread, 1e-9 * max(abs(mean), 1)) / Self.spread
      (kind, intercept) = (.fraction(start: 0.5), mean - 0.5 * slope)
    }
  }

  /// The spread of LVEF as a fraction among people, about.
  private static let spread = 0.12

  func target(_ value: Double) -> Float { Float((value - intercept) / slope) }
  func value(_ logit: Double) -> Double { slope * logit + intercept }
}
