import Cine
import Findings
import FoundationEssentials
import Preparation
import Synchronization
import TestSupport
import Testing

@Suite struct AnalyserTests {
  private func analyser(_ change: (inout ModelManifest) -> Void = { _ in }) throws -> Analyser {
    let folder = try TinyPackage.Folder()
    var manifest = TinyPackage.manifest
    change(&manifest)
    return Analyser(try TinyPackage.contents().write(manifest, to: folder.path))
  }

  private func bytes(_ analysis: Analysis) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return try encoder.encode(analysis)
  }

  @Test func theSameBytesForAnyNumberOfThreads() throws {
    let analyser = try analyser()
    var heart = RingHeart()
    heart.slices = 12
    let study = heart.study
    let one = try analyser.analyse(study, threads: 1)
    for threads in [1, 2, 5] { #expect(try bytes(analyser.analyse(study, threads: threads)) == bytes(one)) }

    #expect(one.findings.map(\.probability) == one.findings.map(\.probability).sorted(by: >))
    #expect(one.findings.map(\.condition).sorted() == ["A", "B", "C"])
    #expect(one.findings.allSatisfy { $0.positive == ($0.probability >= $0.threshold) })
    #expect(one.findings.first { $0.condition == "A" }?.auc == 0.9)
    let similarity = one.sentences.map(\.similarity)
    #expect(similarity.count == 5 && similarity == similarity.sorted(by: >))
    #expect(one.views.map(\.slice) == [1, 3, 5, 7, 9])
    #expect(abs(one.views.reduce(0) { $0 + $1.weight } - 1) < 1e-5)
    let lvef = try #require(one.lvef)
    #expect(abs(lvef.percent - lvef.low - 8) < 1e-9 && abs(lvef.high - lvef.percent - 7) < 1e-9)
    #expect(abs(one.embedding.reduce(0) { $0 + $1 * $1 } - 1) < 1e-5)
    #expect(one.warnings.map(\.code) == ["synthetic_training", "missing_views"])
    #expect(one.warnings[0].text == "Trained on synthetic hearts; not validated on patients.")
    #expect(one.warnings[1].text.hasPrefix("Missing: 2 chamber, 3 chamber, 4 chamber."))
  }

  @Test func whatDoesNotBeatGetsNoNumber() throws {
    let analyser = try analyser()
    var still = RingHeart()
    (still.squeeze, still.slices) = (0, 4)
    let clips = still.study((0..<4).map { still.clip($0) })
    for study in [clips, still.study([])] {
      let made = try analyser.analyse(study, threads: 2)
      #expect(made.lvef == nil && made.findings.isEmpty && made.sentences.isEmpty && made.embedding.isEmpty)
    }
    #expect(try analyser.analyse(clips, threads: 1).warnings.contains { $0.code == "heart_not_found" })
    let empty = try analyser.analyse(still.study([]), threads: 1)
    #expect(empty.warnings.map(\.code) == ["synthetic_training", "no_cine"])
  }

  @Test func cautionsNameWhatIsWrong() throws {
    let analyser = try analyser { $0.training.synthetic = false }
    var heart = RingHeart()
    (heart.frames, heart.wander) = (9, 0)
    let clips = [0, 1].map { i in
      let c = heart.clip(i, geometry: .some(nil))
      return CineClip(
        frames: c.frames, rows: c.rows, columns: c.columns, pixels: c.pixels, geometry: nil, times: c.times,
        heartbeat: i == 0 ? 900 : 1200)
    }
    var loaded = heart.study(clips)
    var study = loaded.study
    for i in study.series[0].slices.indices { study.series[0].slices[i].phases[0].time = nil }
    loaded = LoadedStudy(
      study: study, series: [LoadedSeries(series: study.series[0], clips: loaded.series[0].clips)])
    let made = try analyser.analyse(loaded, threads: 1)
    // Of two slices every second is seen: one heartbeat, so nothing uneven.
    #expect(made.warnings.map(\.code) == ["missing_views", "few_slices", "few_phases", "no_scale", "no_timing"])
    // Without a scale there is no number.
    #expect(made.lvef == nil && made.findings.isEmpty && made.embedding.isEmpty)
    let both = [0, 1].map { (item: ClipChoice.Item(series: 0, slice: $0, view: .shortAxis), clip: clips[$0]) }
    let uneven = try analyser.analyse(study, clips: both, threads: 1)
    #expect(uneven.warnings.contains { $0.code == "uneven_rr" && $0.text.contains("900 to 1200 ms") })
  }

  @Test func itStopsWhenAskedTo() throws {
    let analyser = try analyser()
    let study = RingHeart().study
    #expect(throws: AnalysisError.cancelled) { try analyser.analyse(study, threads: 1, isCancelled: { true }) }
    // Half-way through the second clip.
    let asked = Mutex(0)
    #expect(throws: AnalysisError.cancelled) {
      try analyser.analyse(
        study, threads: 1,
        isCancelled: {
          asked.withLock {
            $0 += 1
            return $0 > 5
          }
        })
    }
    let seen = Mutex<[Int]>([])
    _ = try analyser.analyse(study, threads: 1, progress: { done, total in seen.withLock { $0 += [done, total] } })
    #expect(seen.withLock { $0 } == [1, 2, 2, 2])
  }

  @Test func whatAnotherScannerMadeGetsNoNumber() throws {
    let analyser = try analyser()
    let heart = RingHeart()
    let loaded = heart.study
    var study = loaded.study
    study.series[0].modality = "US"
    let made = try analyser.analyse(study, clips: ClipChoice(study).clips(of: loaded), threads: 1)
    #expect(made.lvef == nil && made.findings.isEmpty && made.embedding.isEmpty)
    #expect(made.refusal?.code == "not_mr" && made.refusal?.text.hasPrefix("These pictures are US, not MR") == true)
    #expect(try analyser.analyse(study, clips: [], threads: 1).refusal?.code == "not_mr")
    study.series[0].modality = "MR"
    #expect(try analyser.analyse(study, clips: ClipChoice(study).clips(of: loaded), threads: 1).lvef != nil)
  }

  @Test(arguments: [1, 2]) func aStackOfSinglePhasesIsNoCine(_ phases: Int) throws {
    var heart = RingHeart()
    heart.frames = phases
    let made = try analyser().analyse(heart.study, threads: 1)
    #expect(made.refusal?.code == "not_cine" && made.lvef == nil && made.findings.isEmpty)
    // Whatever its view is.
    let unknown = heart.study((0..<6).map { heart.clip($0) }, view: .unknown)
    #expect(try analyser().analyse(unknown, threads: 1).refusal?.code == "not_cine")
  }

  /// The reason is a warning, the status of the report, and stands alone.
  @Test(
    arguments: [
      ("pure noise", "no_regular_beat"), ("a picture repeated", "heart_not_found"), ("drift", "beat_scattered"),
      ("contrast that arrives", "no_ring"),
    ])
  func whatIsNoHeartGetsAReason(_ name: String, _ code: String) throws {
    let kind = try #require(NoHeart.all.first { $0.name == name })
    let study = kind.study(1)
    let made = try analyser().analyse(study, threads: 1)
    #expect(made.lvef == nil && made.findings.isEmpty && made.sentences.isEmpty && made.embedding.isEmpty)
    let refusal = try #require(made.refusal)
    #expect(refusal.code == code && refusal.text.hasSuffix(": there is no result."))
    #expect(made.warnings.contains(AnalysisWarning(code: refusal.code, text: refusal.text)))
    #expect(TriageReport.Entry(study: study.study, analysis: made).status.text == "no result: \(code)")
  }
}
