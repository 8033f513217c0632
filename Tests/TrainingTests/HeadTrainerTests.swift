import Networks
import Plain
import Synchronization
import Tensor
import TestSupport
import Testing

@testable import Training

@Suite struct HeadTrainerTests {
  /// Studies of two to six random views; the mean of each view's first number is the truth behind every target.
  static let studies: [StudyViews] = {
    var draws = SplitMix(seed: 7)
    return (0..<240).map { _ in
      let n = 2 + Int(draws.next() % 5)
      let level = draws.unitFloat() - 0.5
      return StudyViews(
        width: 16, values: (0..<n * 16).map { ($0 % 16 == 0 ? level : 0.3 * (draws.unitFloat() - 0.5)) })
    }
  }()
  static let levels = studies.map { $0.values[0] }
  static let training = Array(0..<180)
  static let validation = Array(180..<240)

  static let tasks = [
    HeadTask.lvef(levels.map { 50 + 60 * $0 }),
    HeadTask(name: "rare", kind: .condition, targets: levels.map { $0 > 0.3 ? 1 : 0 }),
    HeadTask(
      name: "half unknown", kind: .condition,
      targets: levels.enumerated().map { $0 % 2 == 0 ? nil : $1 > 0 ? 1 : 0 }),
    HeadTask(name: "nobody", kind: .condition, targets: levels.map { _ in 0 }),
    HeadTask(name: "unknown", kind: .fraction(start: 0.5), targets: levels.map { _ in nil }),
  ]

  static func train(threads: Int, seed: UInt64 = 1, studies: [StudyViews] = studies) throws -> [TrainedHead] {
    var schedule = HeadSchedule()
    schedule.epochs = 60
    schedule.patience = 20
    schedule.seed = seed
    let heads = HeadTrainer.train(
      tasks, studies: studies, training: training, validation: validation, schedule: schedule, threads: threads)
    return try #require(heads)
  }

  /// Share of pairs of a positive and a negative that stand in the right order.
  static func areaUnderCurve(_ logits: [Float], _ positive: [Bool]) -> Double {
    let pairs = zip(logits, positive)
    let (yes, no) = (pairs.filter(\.1).map(\.0), pairs.filter { !$0.1 }.map(\.0))
    let right = yes.reduce(0) { sum, y in sum + no.count { $0 < y } }
    return Double(right) / Double(yes.count * no.count)
  }

  @Test func headsLearnWhatTheViewsHold() throws {
    let heads = try Self.train(threads: 2)
    #expect(heads.map(\.name) == ["lvef", "rare", "half unknown"])
    let truth = Self.validation.map { Self.levels[$0] }
    let errors = zip(heads[0].validationLogits, truth).map { abs(100 * $0 - (50 + 60 * $1)) }
    // The mean alone would err by 15 points.
    #expect(errors.reduce(0, +) / Float(errors.count) < 4)
    for (head, threshold) in [(heads[1], Float(0.3)), (heads[2], 0)] {
      let area = Self.areaUnderCurve(head.validationLogits, truth.map { $0 > threshold })
      #expect(area > 0.95, "\(head.name): \(area)")
    }
    for head in heads { #expect(head.epoch > 1 && head.validationLoss.isFinite) }
    for e in heads[1].parameters.layout.entries { #expect(e.name.hasPrefix("heads.rare.")) }
  }

  @Test func sameBytesFromASeedForAnyNumberOfThreads() throws {
    let one = try Self.train(threads: 1)
    let three = try Self.train(threads: 3)
    for (a, b) in zip(one, three) {
      #expect(a.parameters.values == b.parameters.values && a.validationLogits == b.validationLogits)
    }
    let other = try Self.train(threads: 2, seed: 2)
    #expect(other[0].parameters.values != one[0].parameters.values)
  }

  @Test func studiesWithoutViewsDoNoHarm() throws {
    var studies = Self.studies
    for i in [3, 200] { studies[i] = StudyViews(width: 16, values: []) }
    let heads = try Self.train(threads: 2, studies: studies)
    #expect(heads[0].validationLogits[20].isNaN)
    #expect(heads[0].validationLogits.filter(\.isNaN).count == 1)
    #expect(heads[0].parameters.values.allSatisfy { $0.isFinite })
  }

  @Test func trainingStopsWhenTold() {
    let asked = Atomic<Int>(0)
    let heads = HeadTrainer.train(
      Self.tasks, studies: Self.studies, training: Self.training, validation: Self.validation, schedule: HeadSchedule(),
      threads: 1, proceed: { asked.wrappingAdd(1, ordering: .relaxed).newValue < 5 })
    #expect(heads == nil)
    // Once refused, each of the two heads left asks once more.
    #expect(asked.load(ordering: .relaxed) == 7)
  }
}
