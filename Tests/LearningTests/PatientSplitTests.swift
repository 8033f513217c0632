import Testing
import Training

@testable import Learning

@Suite struct PatientSplitTests {
  /// Draws in 0..<n.
  private struct Draws {
    var state: UInt64

    mutating func below(_ n: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % n
    }
  }

  /// Up to 30 patients, of whom some carry both classes, in rare and common conditions.
  private func patients(_ draws: inout Draws) -> PatientSplit.Classes {
    let (count, rare) = (4 + draws.below(27), 2 + draws.below(10))
    var classes: PatientSplit.Classes = [:]
    for p in 0..<count {
      classes["patient \(p)"] = draws.below(rare) == 0 ? [1] : draws.below(6) == 0 ? [0, 1] : [0]
    }
    return classes
  }

  @Test func noFoldHoldsAllWhoCarryAClass() {
    var draws = Draws(state: 5)
    for seed in 0..<500 {
      let classes = patients(&draws)
      let split = PatientSplit(classes, folds: 2 + draws.below(6), seed: UInt64(seed), name: "a")
      #expect(Set(split.folds.keys) == Set(classes.keys))
      #expect(split.folds.values.allSatisfy { (0..<split.count).contains($0) })
      for c in [0, 1] {
        let carriers = classes.filter { $0.value.contains(c) }.keys
        guard carriers.count >= 2 else { continue }
        let folds = carriers.map { split.folds[$0] }
        #expect(Set(folds).count > 1, "seed \(seed) class \(c): \(classes)")
      }
    }
  }

  @Test func classesAreSpreadEvenly() {
    var classes: PatientSplit.Classes = [:]
    for p in 0..<100 { classes["\(p)"] = p < 17 ? [1] : [0] }
    let split = PatientSplit(classes, folds: 5, seed: 1, name: "a")
    for f in 0..<5 {
      let own = split.folds.filter { $0.value == f }.keys
      #expect((16...24).contains(own.count) && (3...4).contains(own.count { classes[$0] == [1] }))
    }
  }

  @Test func theSeedAndTheNameDecide() {
    let classes = Dictionary(uniqueKeysWithValues: (0..<20).map { ("\($0)", Set([$0 % 2])) })
    func split(_ seed: UInt64, _ name: String) -> PatientSplit {
      PatientSplit(classes, folds: 5, seed: seed, name: name)
    }
    #expect(split(1, "a") == split(1, "a"))
    #expect(split(1, "a") != split(2, "a") && split(1, "a") != split(1, "b"))
    #expect(PatientSplit(["x": [0], "y": [1]], folds: 5, seed: 1, name: "a").count == 2)
  }

  @Test func sharesHoldEachClassAndOneAnother() {
    var classes: PatientSplit.Classes = [:]
    for p in 0..<200 { classes["\(p)"] = p < 20 ? [1] : p < 22 ? [0, 1] : [0] }
    func share(_ x: Double) -> Set<String> { PatientSplit.share(x, of: classes, seed: 3, name: "a") }
    var last: Set<String> = []
    for x in [0.001, 0.01, 0.05, 0.1, 0.5, 1] {
      let chosen = share(x)
      let expected = (x * 22).rounded(.up) + (x * 180).rounded(.up)
      #expect(chosen.count <= Int(expected) && chosen.count >= Int(expected) - 2)
      for c in [0, 1] { #expect(chosen.contains { classes[$0]?.contains(c) == true }) }
      #expect(last.isSubset(of: chosen))
      last = chosen
    }
    #expect(last.count == 200)
  }
}
