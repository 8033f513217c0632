import Testing

@testable import Phantom

@Suite struct VolumeTests {
  /// Simpson's rule over the labels of a stack, ml by phase.
  static func counted(_ renderer: Renderer, _ wanted: (Tissue) -> Bool) -> [Double] {
    let stack = renderer.scan.planes.filter { $0.view == .shortAxis }
    return renderer.states.indices.map { phase in
      stack.reduce(0) { sum, plane in
        let pixel = plane.geometry.rowSpacing * plane.geometry.columnSpacing
        return sum + Double(renderer.labels(plane, phase: phase).filter(wanted).count) * pixel * renderer.scan.spacing
          / 1000
      }
    }
  }

  @Test func ejectionFractionIsTheRatioOfVolumes() {
    for seed in UInt64(0)..<40 {
      let t = Phantom.truth(PhantomRequest(seed: seed))
      #expect(abs(t.lvef - 100 * (t.edv - t.esv) / t.edv) < 1e-9)
      #expect(abs(t.strokeVolume - (t.edv - t.esv)) < 1e-9)
    }
  }

  @Test(arguments: 0..<10) func countedPixelsAgree(seed: UInt64) {
    let model = PhantomModel(PhantomRequest(seed: seed, scan: .demonstration))
    let curve = Self.counted(model.renderer(), \.isLeftCavity)
    let (edv, esv) = (curve.max() ?? 0, curve.min() ?? 0)
    let t = model.truth
    #expect(abs(100 * (edv - esv) / edv - t.lvef) < 6, "counted \(100 * (edv - esv) / edv), truth \(t.lvef)")
    #expect(abs(edv - t.edv) < 0.1 * t.edv + 4, "counted \(edv), truth \(t.edv)")
  }

  @Test func askedEjectionFractionIsMet() {
    for seed in UInt64(0)..<6 {
      for asked in [15.0, 30, 45, 60, 72] {
        let t = Phantom.truth(PhantomRequest(seed: seed, conditions: [], lvef: asked))
        #expect(abs(t.lvef - asked) < 5)
      }
      for condition in [Condition.ischemic, .hcm, .pulmonaryHypertension, .nonCompaction] {
        let t = Phantom.truth(PhantomRequest(seed: seed, conditions: [condition.rawValue], lvef: 40))
        #expect(abs(t.lvef - 40) < 5, "\(condition)")
      }
    }
  }

  @Test func muscleKeepsItsVolume() {
    let model = PhantomModel(PhantomRequest(seed: 2, conditions: [], scan: .demonstration))
    let curve = Self.counted(model.renderer()) { $0 == .leftWall }
    let (most, least) = (curve.max() ?? 0, curve.min() ?? 0)
    #expect(least > 60)
    #expect(most / least < 1.2)
  }

  @Test func beatHasSystoleDiastoleAndKick() {
    let model = PhantomModel(PhantomRequest(seed: 9, conditions: []))
    let ventricles = Ventricles(model.anatomy)
    let curve = (0..<100).map { ventricles.leftVolume(at: Double($0) / 100, squeeze: model.anatomy.squeeze) }
    let smallest = curve.indices.min { curve[$0] < curve[$1] } ?? 0
    #expect((28...45).contains(smallest))
    #expect(curve[0] == curve.max())
    // Atrial kick: what is left to fill late.
    #expect(curve[99] - curve[80] > 0.05 * (curve[0] - curve[smallest]))
  }
}
