import Cine
import Testing

@testable import Phantom

@Suite struct PhantomTests {
  @Test func sameSeedSameBytes() {
    let request = PhantomRequest(seed: 11, scan: .training)
    let (a, b) = (Phantom.make(request), Phantom.make(request))
    #expect(a.study == b.study)
    #expect(a.report == b.report)
    #expect(a.truth == b.truth)
    #expect(Phantom.make(PhantomRequest(seed: 12, scan: .training)).study != a.study)
    #expect(Phantom.truth(request) == a.truth)
    #expect(Phantom.report(request) == a.report)
  }

  @Test func sameBytesSideBySide() async {
    let alone = Phantom.make(PhantomRequest(seed: 5, scan: .training)).study
    let together = await withTaskGroup(of: LoadedStudy.self, returning: [LoadedStudy].self) { group in
      for _ in 0..<3 { group.addTask { Phantom.make(PhantomRequest(seed: 5, scan: .training)).study } }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(together.allSatisfy { $0 == alone })
  }

  @Test func sameHeartInEveryPlan() {
    for seed in [UInt64(3), 4] {
      let full = PhantomModel(PhantomRequest(seed: seed, scan: .full))
      let training = PhantomModel(PhantomRequest(seed: seed, scan: .training))
      #expect(full.truth == training.truth)
      #expect(full.report == training.report)
      let (a, b) = (full.renderer(), training.renderer())
      #expect(a.look.signals == b.look.signals)
      // Of the stack the outermost slices dropped, then every second: the same planes.
      let stack = a.scan.planes.filter { $0.view == .shortAxis }
      let kept = b.scan.planes.filter { $0.view == .shortAxis }
      #expect(kept.map(\.index) == stride(from: 1, to: stack.count - 1, by: 2).map { stack[$0].index })
      for plane in kept {
        let twin = stack.first { $0.index == plane.index }
        let distance = twin.map { $0.geometry.positionAlongNormal - plane.geometry.positionAlongNormal }
        #expect(distance.map { abs($0) < 1e-6 } == true)
      }
    }
  }

  @Test func studyIsWellFormed() {
    for scan in [ScanPlan.full, .training] {
      let made = Phantom.make(PhantomRequest(seed: 77, scan: scan)).study
      #expect(
        made.study.series.map(\.view).sorted { $0.rawValue < $1.rawValue } == [
          .twoChamber, .threeChamber, .fourChamber, .shortAxis,
        ])
      for loaded in made.series {
        #expect(loaded.series.slices.count == loaded.clips.count)
        for (slice, clip) in zip(loaded.series.slices, loaded.clips) {
          #expect(slice.phases.count == clip.frames && slice.geometry == clip.geometry)
          #expect(slice.phases.compactMap(\.time?.value) == clip.times)
          #expect(zip(clip.times, clip.times.dropFirst()).allSatisfy { $0 < $1 })
          #expect((clip.times.last ?? .infinity) < clip.heartbeat)
          #expect(clip.pixels.allSatisfy { $0 >= 0 && $0 <= 4095 && $0 == $0.rounded() })
          #expect((clip.pixels.max() ?? 0) > 100)
        }
      }
      let stack = made.series.first { $0.series.view == .shortAxis }
      #expect(scan == .full ? (9...13).contains(stack?.clips.count ?? 0) : (4...6).contains(stack?.clips.count ?? 0))
    }
  }

  @Test func unknownConditionsArePassedOver() {
    let truth = Phantom.truth(PhantomRequest(seed: 1, conditions: ["No.Such.Thing"]))
    #expect(truth == Phantom.truth(PhantomRequest(seed: 1, conditions: [])))
  }
}
