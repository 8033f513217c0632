import Cine
import Preparation
import TestSupport
import Testing
import Workup

@Suite struct StudyFingerprintTests {
  @Test func theFingerprintHoldsAllThatTheModelSeesAndNothingElse() {
    var heart = RingHeart()
    heart.slices = 2
    let clips = ClipChoice(heart.study.study).clips(of: heart.study)
    let study = heart.study.study
    let base = StudyFingerprint.of(study, clips)
    #expect(base == StudyFingerprint.of(study, clips) && base.count == 64)
    let c = clips[0].clip
    var pixels = c.pixels
    pixels[12345] += 1
    var geometry = c.geometry
    geometry?.rowSpacing = 1.5
    let others = [
      CineClip(
        frames: c.frames, rows: c.rows, columns: c.columns, pixels: pixels, geometry: c.geometry, times: c.times,
        heartbeat: c.heartbeat),
      CineClip(
        frames: c.frames, rows: c.rows, columns: c.columns, pixels: c.pixels, geometry: geometry, times: c.times,
        heartbeat: c.heartbeat),
      CineClip(
        frames: c.frames, rows: c.rows, columns: c.columns, pixels: c.pixels, geometry: c.geometry,
        times: c.times.map { $0 + 1 }, heartbeat: c.heartbeat),
    ]
    var other = study
    other.series[0].modality = "CT"
    let all = Set(
      others.map { StudyFingerprint.of(study, [(item: clips[0].item, clip: $0)] + clips.dropFirst()) } + [
        base, StudyFingerprint.of(other, clips),
      ])
    #expect(all.count == 5)
  }

  @Test func filesAreTheSameWhereNothingAboutThemChanged() {
    var heart = RingHeart()
    (heart.slices, heart.frames, heart.size) = (2, 6, 40)
    var study = heart.study.study
    for s in 0..<2 { for p in 0..<6 { study.series[0].slices[s].phases[p].path = FilePath("/data/\(s)-\(p)") } }
    let still = FileState(device: 1, inode: 2, size: 3, modified: 4, changed: 5)
    func key(_ study: Study, _ state: (FilePath) -> FileState?) -> String? {
      let slices = ClipChoice(study).items.map { ($0, study.series[$0.series].slices[$0.slice]) }
      return StudyFingerprint.ofFiles(study, slices, state: state)
    }
    let base = key(study) { _ in still }
    #expect(base != nil && base == key(study) { _ in still })
    #expect(key(study) { $0 == "/data/0-3" ? nil : still } == nil)
    var all: Set<String?> = [base]
    for field in [\FileState.device, \.inode, \.size, \.modified, \.changed] {
      var other = still
      other[keyPath: field] += 1
      all.insert(key(study) { $0 == "/data/0-3" ? other : still })
    }
    // Another order of the phases, another name, another time, another view.
    for change in 0..<4 {
      var other = study
      switch change {
      case 0: other.series[0].slices[0].phases.swapAt(1, 2)
      case 1: other.series[0].slices[0].phases[0].path = "/data/x"
      case 2: other.series[0].slices[0].phases[0].time = nil
      default: other.series[0].view = .fourChamber
      }
      all.insert(key(other) { _ in still })
    }
    #expect(all.count == 10)
  }

  /// Of two studies without a clip one can be a single phase, and the other a cine of another view.
  @Test func studiesWithoutClipsAreToldApart() {
    var heart = RingHeart()
    (heart.slices, heart.size) = (3, 40)
    let cine = heart.study((0..<3).map { heart.clip($0) }, view: .unknown).study
    var single = cine
    for i in 0..<3 { single.series[0].slices[i].phases.removeLast(heart.frames - 1) }
    var other = cine
    other.series[0].modality = "CT"
    let all = [cine, single, other]
    #expect(Set(all.map { StudyFingerprint.of($0, []) }).count == 3)
    #expect(Set(all.map { StudyFingerprint.ofFiles($0, []) { _ in nil } }).count == 3)
  }
}
