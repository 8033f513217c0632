import Cine
import FoundationEssentials
import Networks
import Preparation
import Tensor
import TestSupport
import Testing
import Training

@testable import Learning

/// Small towers on clips that a formula made.
@Suite struct PretrainingTests {
  private static let recipe: PreparationRecipe = {
    var r = PublishedRecipe()
    (r.frames, r.pixels, r.shortSide) = (8, 64, 72)
    return .published(r)
  }()
  private static let words = ["no scar", "lv dilated", "rv dilated", "normal heart", "thick wall", "no effusion here"]

  private static func clips(_ study: Int) -> [GreyClip] {
    (0..<1 + study % 3).map { k in
      GreyClip(
        view: k == 0 ? .shortAxis : .fourChamber,
        values: (0..<8 * 64 * 64).map { UInt8(truncatingIfNeeded: $0 &* (study + 3) &* 31 &+ k &* 17 &+ $0 >> 6) })
    }
  }

  private let folder: ScratchFolder
  init() throws { folder = try ScratchFolder() }

  private func set(budget: Int = 1 << 30, name: String = "clips") throws -> TrainingSet {
    let studies = (0..<7).map { i in
      TrainingStudy(patient: "p\(i / 2)", sentences: (0..<2 + i % 2).map { Self.words[(i + $0) % 6] })
    }
    let cache = ClipCache(
      folder: folder.path + "/" + name, count: 7, clipSize: 8 * 64 * 64, budget: budget, source: Self.clips)
    try cache.fill(threads: 2) { _, _ in }
    return TrainingSet(studies: studies, clips: cache)
  }

  private func towers() throws -> TwoTowers {
    var text = BERTConfiguration()
    (text.vocabulary, text.width, text.layers, text.heads, text.hidden, text.positions) = (200, 16, 1, 2, 32, 16)
    (text.projection, text.pooling) = (tinyConfiguration.projection, .mean)
    return try TwoTowers(video: tinyConfiguration, text: text)
  }

  private func run(
    _ name: String, threads: Int = 1, stopAt: Set<Int> = [], steps: Int = 6, frozen: Int = 0, accumulate: Int = 1
  ) throws -> Parameters {
    let (set, towers) = (try set(name: name + "-clips"), try towers())
    var schedule = ContrastiveSchedule()
    (schedule.steps, schedule.warmUp, schedule.frozenBlocks, schedule.accumulate) = (steps, 2, frozen, accumulate)
    var plan = ContrastiveSampler.Plan()
    plan.batch = 3
    (plan.augmentation.phase, plan.augmentation.warp) = (0.1, 0.05)
    let sampler = ContrastiveSampler(set, studies: Array(0..<7), plan, recipe: Self.recipe, seed: 5, threads: threads) {
      sentence in [2] + sentence.utf8.map { Int($0) } + [3]
    }
    let start = Initialiser.weights(towers.layout, seed: 3)
    while true {
      let run = try RunFolder(folder.path + "/" + name)
      let trainer = ContrastiveTrainer(towers, schedule, threads: threads)
      var at = 0
      let made = try Pretraining(trainer, sampler, run, interval: 1e9).run(
        start, fresh: frozen > 0 ? ["text_proj"] : ["video_proj", "text_proj"], began: { at = $0 },
        report: { at = $0.step },
        isStopped: { stopAt.contains(at) })
      guard let made else { continue }
      let lines = Metrics.lines(Array(try Data(contentsOf: URL(filePath: run.path + "/metrics.jsonl"))))
      #expect(lines.map(\.step) == Array(1...steps), "\(name)")
      return made
    }
  }

  @Test func aStoppedRunEndsAsAnUnbrokenOneAtAnyNumberOfThreads() throws {
    let whole = try run("whole")
    #expect(whole.values != Initialiser.weights(whole.layout, seed: 3).values)
    #expect(try run("often", threads: 3, stopAt: [1, 2, 4]).values == whole.values)
    #expect(try run("summed", accumulate: 2).values != whole.values)
    #expect(
      try run("summed twice", threads: 2, stopAt: [3], accumulate: 2).values == run("summed once", accumulate: 2).values
    )
  }

  @Test func frozenBlocksStayAndOthersLearnAsIfNothingWereFrozen() throws {
    let (made, towers) = (try run("frozen", steps: 1, frozen: 1), try towers())
    let start = Initialiser.weights(towers.layout, seed: 3)
    let frozen = towers.weights(belowBlock: 1)
    #expect(frozen > 0 && towers.weights(belowBlock: 0) == 0)
    #expect(Array(made.values[..<frozen]) == Array(start.values[..<frozen]))
    #expect(Array(made.values[frozen...]) != Array(start.values[frozen...]))
    // Gradients of what is not frozen are those of a whole pass.
    let samples = (0..<3).map { i in
      ContrastiveSample(
        clip: FormulaWeights.values("clip \(i)", [1, 8, 64, 64]), channels: 1, sentences: [[2, 9 + i, 3]], group: i)
    }
    let all = ContrastiveStep(towers, threads: 1).run(start.values, samples, scale: 10, negatives: .all).gradients
    let some = ContrastiveStep(towers, threads: 1, frozenBlocks: 1)
      .run(start.values, samples, scale: 10, negatives: .all).gradients
    #expect(Array(all[frozen...]) == Array(some[frozen...]) && some[..<frozen].allSatisfy { $0 == 0 })
    #expect(all[..<frozen].contains { $0 != 0 })
  }

  @Test func aCheckpointOfAnotherTrainingIsRefused() throws {
    _ = try run("one")
    let text = try String(contentsOfFile: folder.path + "/one/metrics.jsonl", encoding: .utf8)
    #expect(text.split(separator: "\n").count == 6)
    let damaged = folder.path + "/one/checkpoint.safetensors"
    try Data("nothing".utf8).write(to: URL(filePath: damaged))
    #expect(throws: LearningError.self) { try run("one") }
  }

  @Test func clipsAreDecodedOnceAndWhatDoesNotFitAnew() throws {
    let (whole, none) = (try set(name: "whole"), try set(budget: 40_000, name: "little"))
    for study in 0..<7 {
      #expect(whole.clips.views(study) == Self.clips(study).map(\.view))
      for k in whole.clips.views(study).indices {
        #expect(whole.clips.clip(study, k) == Self.clips(study)[k].values)
        #expect(none.clips.clip(study, k) == Self.clips(study)[k].values)
      }
      #expect(whole.clips.clip(study, 3) == nil)
    }
    #expect(whole.clips.sha256 == none.clips.sha256)
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/little")
    #expect(files.count == 1)
    // A file that was cut off is made again; one that is whole is not.
    let path = folder.path + "/whole/"
    try Data([1, 2, 3]).write(to: URL(filePath: path + "4.clips"))
    let again = ClipCache(folder: folder.path + "/whole", count: 7, clipSize: 8 * 64 * 64, budget: 1 << 30) { study in
      #expect(study == 4)
      return Self.clips(study)
    }
    try again.fill(threads: 1) { _, _ in }
    #expect(again.sha256 == whole.clips.sha256)
  }

  @Test func textsThatAreTrueOfAnotherStudyAreNoNegatives() throws {
    let set = try set()
    var plan = ContrastiveSampler.Plan()
    plan.batch = 7
    let sampler = ContrastiveSampler(set, studies: Array(0..<7), plan, recipe: Self.recipe, seed: 1, threads: 2) {
      Array($0.utf8).map { Int($0) }
    }
    var masked = 0
    for number in 0..<20 {
      let batch = sampler.batch(number)
      guard case .masked(let pairs) = batch.negatives else { throw LearningError.run("not masked") }
      let texts = batch.samples.map { sample in
        Set(sample.sentences.map { String(decoding: $0.map { UInt8($0) }, as: UTF8.self) })
      }
      // Whose study it is follows from no field: each is in a batch once, and its text within its report.
      for (j, text) in texts.enumerated() {
        #expect(!text.isEmpty && text.count <= 3 && !pairs[j * 7 + j])
        let matches = set.studies.count { Set($0.sentences).isSuperset(of: text) }
        #expect((0..<7).count { pairs[$0 * 7 + j] } == matches - 1)
        masked += matches - 1
      }
    }
    #expect(masked > 10)
  }

  @Test func patientsAreHeldOutWhole() {
    let studies = (0..<30).map { TrainingStudy(patient: "p\($0 / 3)", sentences: ["a b"]) }
    let held = TrainingSet.held(share: 0.3, of: studies, seed: 2, exempt: 24..<30)
    #expect(held.count == 6 && held.allSatisfy { $0 < 24 })
    let people = Set(held.map { studies[$0].patient })
    #expect(studies.indices.filter { people.contains(studies[$0].patient) }.allSatisfy(held.contains))
    #expect(TrainingSet.held(share: 0, of: studies, seed: 2).isEmpty)
  }
}
