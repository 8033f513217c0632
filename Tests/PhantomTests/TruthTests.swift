import Testing

@testable import Phantom

@Suite struct TruthTests {
  static let drawn = (UInt64(0)..<400).map { Phantom.truth(PhantomRequest(seed: $0)) }

  @Test func labelsComeOftenEnoughAndNotTooOften() {
    for condition in Phantom.conditions {
      let share = Double(Self.drawn.filter { $0.conditions[condition] == true }.count) / 400
      #expect((0.025...0.36).contains(share), "\(condition) \(share)")
    }
    let normal = Double(Self.drawn.filter { $0.conditions["PureNormal"] == true }.count) / 400
    #expect((0.09...0.18).contains(normal))
  }

  @Test func everyLabelIsThere() {
    for truth in Self.drawn { #expect(Set(truth.conditions.keys) == Set(Phantom.conditions)) }
    #expect(Set(Phantom.conditions).count == Phantom.conditions.count)
  }

  @Test func ejectionFractionsAreBroad() {
    let sorted = Self.drawn.map(\.lvef).sorted()
    #expect(sorted[0] > 5 && sorted[0] < 18)
    #expect(sorted[399] > 73 && sorted[399] < 85)
    #expect(sorted[100] < 52)
  }

  @Test func labelsFollowMeasures() {
    for t in Self.drawn {
      #expect(t.conditions["Left.Ventricular.Dilation"] == (t.edv / t.bodySurface > Limit.leftVentricle))
      #expect(t.conditions["Right.Ventricular.Dilation"] == (t.rightEDV / t.bodySurface > Limit.rightVentricle))
      #expect(t.conditions["Large.Pericardial.Effusion"] == (t.effusion > Limit.largeEffusion))
      #expect(t.conditions["Aortic.dilation"] == (t.aorta > Limit.aorta))
      if t.conditions["PureNormal"] == true { #expect(t.present == ["PureNormal"] && t.lvef > 52) }
    }
  }

  /// Borderline hearts exist, but most are clear.
  @Test func mostAreClear() {
    let near = Self.drawn.filter { abs($0.edv / $0.bodySurface / Limit.leftVentricle - 1) < 0.05 }.count
    #expect(near > 0 && near < 60)
  }

  @Test func askedConditionsAreThere() {
    for condition in Phantom.conditions {
      for seed in UInt64(0)..<5 {
        let t = Phantom.truth(PhantomRequest(seed: seed, conditions: condition == "PureNormal" ? [] : [condition]))
        #expect(t.conditions[condition] == true, "\(condition) \(seed)")
      }
    }
  }
}
