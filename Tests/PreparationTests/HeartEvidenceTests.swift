import Cine
import Intake
import Preparation
import TestSupport
import Testing

/// Holds both sides of every limit: what is no heart gets no number, and no true heart loses its own.
@Suite struct HeartEvidenceTests {
  private func evidence(_ study: LoadedStudy) -> HeartEvidence {
    BeatRecipe().prepare(ClipChoice(study.study).clips(of: study)).evidence
  }

  @Test(arguments: NoHeart.all.map(\.name))
  func whatIsNoHeartIsDoubted(_ name: String) throws {
    let kind = try #require(NoHeart.all.first { $0.name == name })
    let found = evidence(kind.study(1))
    #expect(found.doubt != nil, "\(name): \(found)")
  }

  /// Without a stack there is no ring to look for: noise and flicker are told all the same.
  @Test(arguments: ["pure noise", "flicker", "slow flicker", "breathing", "diffusion", "a bar that passes"])
  func aLongAxisThatDoesNotBeatIsDoubted(_ name: String) throws {
    let kind = try #require(NoHeart.all.first { $0.name == name })
    #expect(evidence(kind.study(3, view: .fourChamber)).doubt != nil)
  }

  @Test func aRingThatContractsIsNotDoubted() {
    for (squeeze, frames, spacing) in [(8.0, 20, 1.4), (3, 25, 1.4), (12, 12, 2.2), (8, 8, 1.4), (5, 40, 1)] {
      var heart = RingHeart()
      (heart.squeeze, heart.frames, heart.spacing, heart.size) = (squeeze, frames, spacing, Int(280 / spacing))
      let found = evidence(heart.study)
      #expect(found.doubt == nil, "\(found)")
      #expect(found.ring.map { $0.contrast > 0.5 && $0.emptying > 0.1 } ?? false)
    }
  }

  /// Files of end-diastole and end-systole alone: whatever they show, no beat can be seen in them.
  @Test(arguments: [1, 2, 5])
  func aFewPhasesAreNoCine(_ frames: Int) {
    var heart = RingHeart()
    heart.frames = frames
    let clips = (0..<heart.slices).map { (ClipChoice.Item(series: 0, slice: $0, view: .shortAxis), heart.clip($0)) }
    #expect(BeatRecipe().prepare(clips).evidence.doubt == .fewPhases(frames))
    #expect(BeatRecipe().prepare(clips).notices.contains(.heartNotFound))
  }

  @Test func phasesThatLastLongerThanABeatAreNoHeartbeat() {
    let heart = RingHeart()
    let slow = heart.study(
      (0..<3).map { i in
        let c = heart.clip(i)
        return CineClip(
          frames: c.frames, rows: c.rows, columns: c.columns, pixels: c.pixels, geometry: c.geometry,
          times: c.times.map { $0 * 8 }, heartbeat: c.heartbeat * 8)
      })
    #expect(evidence(slow).doubt == .longerThanABeat(7200))
  }

  @Test(.enabled(if: SharedFolder.path("data/sunnybrook") != nil))
  func realHeartsAreNotDoubted() throws {
    var all: [(FilePath, HeartEvidence)] = []
    for name in ["sunnybrook", "nifti/i2.nii.gz"] {
      let path = try #require(SharedFolder.path("data/\(name)"))
      for study in StudyFolder([path], pool: TestWorkers.pool).studies {
        all.append((study.path, evidence(CineLoader(TestWorkers.pool).load(study).study)))
      }
    }
    #expect(all.count == 3)
    for (path, found) in all {
      #expect(found.doubt == nil, "\(path): \(found)")
      // Not by a hair.
      #expect(found.regularity ?? 0 > 0.8 && found.compactness ?? 0 > 0.4 && found.sharedMotion < 0.5, "\(found)")
      let ring = try #require(found.ring)
      #expect(ring.contrast > 0.5 && ring.steadiness > 0.7 && ring.emptying > 0.2, "\(ring)")
    }
  }

  /// A pig's long axes, taken for one view each: no stack to be judged.
  @Test(.enabled(if: SharedFolder.path("data/swine-long-axis") != nil))
  func aHeartOfLongAxesAloneIsNotDoubted() throws {
    let path = try #require(SharedFolder.path("data/swine-long-axis"))
    let study = try #require(StudyFolder([path], pool: TestWorkers.pool).studies.first)
    let loaded = CineLoader(TestWorkers.pool).load(study).study
    for (i, clip) in loaded.series[0].clips.enumerated() {
      let found = BeatRecipe().prepare([(ClipChoice.Item(series: 0, slice: i, view: .fourChamber), clip)]).evidence
      #expect(found.doubt == nil, "\(found)")
      #expect(found.ring == nil && found.hasRing == nil)
    }
  }

  @Test(.enabled(if: SharedFolder.path("data/hdf5") != nil))
  func realCropsWithoutSpacingAreNotDoubted() throws {
    let path = try #require(SharedFolder.path("data/hdf5/grey_gzip"))
    let study = try #require(StudyFolder([path], pool: TestWorkers.pool).studies.first)
    let found = evidence(CineLoader(TestWorkers.pool).load(study).study)
    #expect(found.doubt == nil, "\(found)")
  }
}
