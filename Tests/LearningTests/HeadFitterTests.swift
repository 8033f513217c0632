import Findings
import Testing
import Training

@testable import Learning

@Suite struct HeadFitterTests {
  /// Evenly spread numbers in -0.5..<0.5 that look drawn.
  private static func draw(_ i: Int, _ salt: UInt64) -> Float {
    var z = UInt64(i + 1) &* 0x9E37_79B9_7F4A_7C15 &+ salt &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return Float((z ^ (z >> 31)) >> 40) * 0x1p-24 - 0.5
  }

  /// Two studies a patient, of three views each; the first number of every view is the truth behind the labels.
  static let cohort: Cohort = {
    let levels = (0..<120).map { draw($0, 1) }
    let views = levels.enumerated().map { n, level in
      StudyViews(width: 16, values: (0..<48).map { $0 % 16 == 0 ? level : 0.3 * draw(n * 48 + $0, 2) })
    }
    return Cohort(
      views: views, patients: levels.indices.map { "p\($0 / 2)" },
      columns: [
        .init(name: "thick", values: levels.enumerated().map { $0 % 3 == 2 ? nil : $1 > 0.2 ? 1 : 0 }),
        .init(name: "lvef", unit: "%", values: levels.map { Double(50 + 60 * $0) }),
        .init(name: "mass", unit: "g", values: levels.enumerated().map { $0 % 4 == 0 ? nil : Double(130 + 100 * $1) }),
      ])
  }()

  private func fit(
    _ cohort: Cohort = cohort, threads: Int = 2, seed: UInt64 = 1, few: [Double] = []
  ) throws -> FitResult {
    var plan = HeadFitter.Plan()
    (plan.threads, plan.seed, plan.few) = (threads, seed, few)
    return try HeadFitter(cohort, plan).fit()
  }

  @Test func headsLearnAndAreMeasuredHeldOut() throws {
    let result = try fit(few: [0.05, 1])
    #expect(result.studies == 120 && result.patients == 60)
    #expect(result.heads.map(\.name) == ["thick", "lvef", "mass"] && result.heads.map(\.studies) == [80, 120, 90])
    guard case .condition(let thick) = result.heads[0].outcome,
      case .lvef(let lvef, let agreement) = result.heads[1].outcome, case .quantity(let mass) = result.heads[2].outcome
    else {
      Issue.record("\(result.heads.map(\.outcome))")
      return
    }
    let auc = try #require(thick.auc)
    #expect(auc > 0.95 && thick.count == 80, "\(thick)")
    #expect(thick.positives == Self.cohort.columns[0].values.count { $0 == 1 } && (0.5...1).contains(thick.threshold))
    // The mean alone would err by 15 points, and by 25 g.
    #expect(agreement.meanAbsoluteError < 6, "\(agreement)")
    #expect(lvef.coverage == 0.9 && lvef.residualLow < 0 && lvef.residualHigh > 0)
    #expect(try #require(mass.meanAbsoluteError) < 12 && mass.unit == "g" && mass.count == 90)
    // The few-label curve ends where all labels are, and learns less from few.
    #expect(result.few.map(\.share) == [0.05, 1])
    #expect(result.few[1].cells[0].value == auc && result.few[1].cells[1].value == agreement.meanAbsoluteError)
    #expect(try #require(result.few[0].cells[1].value) > agreement.meanAbsoluteError)
    #expect(result.few[0].cells[1].patients < 6 && result.few[1].cells[1].patients == 48)
  }

  /// What tells patients apart, and nothing else, must not help: labels drawn by lot a patient, vectors that are the same
  /// in both of a patient's studies. Were a patient on both sides, the head would know the answer.
  @Test func noPatientIsLearnedFromAndMeasuredOn() throws {
    let views = (0..<80).map { n in
      StudyViews(width: 64, values: (0..<64).map { Self.draw(n / 2 * 64 + $0, 5) })
    }
    let lot = (0..<80).map { Self.draw($0 / 2, 9) > 0 ? 1.0 : 0.0 }
    func auc(_ patients: [String]) throws -> Double {
      let cohort = Cohort(views: views, patients: patients, columns: [.init(name: "lot", values: lot)])
      guard case .condition(let label) = try fit(cohort).heads[0].outcome else { return .nan }
      return try #require(label.auc)
    }
    let split = try auc((0..<80).map { "p\($0 / 2)" })
    #expect(split < 0.7, "\(split)")
    // The same with every study taken for another patient's: the test can tell.
    let leaking = try auc((0..<80).map { "p\($0)" })
    #expect(leaking > 0.8, "\(leaking)")
  }

  @Test func sameBytesForAnyNumberOfThreadsAndASeed() throws {
    let (one, three) = (try fit(threads: 1, few: [0.1]), try fit(threads: 3, few: [0.1]))
    #expect(one.text == three.text && one.heads.map(\.weights) == three.heads.map(\.weights))
    #expect(try fit(seed: 2).heads[0].weights != one.heads[0].weights)
  }

  @Test func intervalsHoldTheirShare() throws {
    let result = try fit()
    guard case .quantity(let mass) = result.heads[2].outcome else { return }
    #expect(mass.residualLow < -3 && mass.residualHigh > 3 && mass.residualHigh - mass.residualLow < 60)
    let few = ConformalInterval([3, -1, 2])
    #expect(few.low == -1 && few.high == 3 && few.coverage == 0.5)
    #expect(ConformalInterval((1...19).map(Double.init)).coverage == 0.9)
    #expect(ConformalInterval((1...39).map(Double.init)).low == 2)
  }

  @Test func whatCannotBeHeldOutIsRefused() throws {
    let views = (0..<8).map { n in StudyViews(width: 16, values: (0..<16).map { Self.draw(n * 16 + $0, 3) }) }
    func values(_ known: [Int: Double]) -> [Double?] { (0..<8).map { known[$0] } }
    let all = Dictionary(uniqueKeysWithValues: (0..<8).map { ($0, $0 < 4 ? 0.0 : 1.0) })
    let cohort = Cohort(
      views: views, patients: ["a", "b", "c", "d", "e", "e", "f", "g"],
      columns: [
        .init(name: "well", values: values(all)),
        .init(name: "one person", values: values([0: 0, 1: 0, 2: 0, 4: 1, 5: 1])),
        .init(name: "nobody", values: values([0: 0, 1: 0])), .init(name: "unknown", values: values([:])),
        .init(name: "flat", unit: "g", values: values([0: 3, 1: 3, 2: 3, 3: 3])),
        .init(name: "short", unit: "g", values: values([0: 3, 1: 4, 2: 5])),
      ])
    do throws(LearningError) {
      _ = try HeadFitter(cohort, .init())
      Issue.record("fitted")
    } catch {
      let lines = error.text.split(separator: "\n").map(String.init)
      #expect(lines.count == 5, "\(lines)")
      #expect(lines[0].hasPrefix("one person: only 1 patient with it, 3 patients without"))
      #expect(lines[1].hasPrefix("nobody: no patient with it, 2 patients without"))
      #expect(lines[2].hasPrefix("unknown: no patient with it, no patient without"))
      #expect(lines[3] == "flat: every known value is the same")
      #expect(lines[4].hasPrefix("short: only 1 patient with greater values, 2 patients with lesser"))
    }
  }

  /// Labels follow from what was measured, of which embeddings show next to nothing.
  private static let measuredCohort: Cohort = {
    let levels = (0..<120).map { Double(draw($0, 5)) }
    let views = levels.indices.map { n in
      StudyViews(width: 16, values: (0..<32).map { 0.3 * draw(n * 48 + $0, 6) })
    }
    let measured = levels.enumerated().map { n, level -> [String: Double] in
      n % 10 == 3 ? [:] : ["lv_mass_index": 60 + 40 * level, "rvef": 50 + Double(draw(n, 7)), "la_volume": 100 * level]
    }
    return Cohort(
      views: views, patients: levels.indices.map { "p\($0 / 2)" },
      columns: [
        .init(name: "thick", values: levels.map { $0 > 0.1 ? 1 : 0 }),
        .init(name: "lvef", unit: "%", values: levels.map { 50 + 60 * $0 }),
        .init(name: "mass", unit: "g", values: levels.map { 130 + 100 * $0 }),
      ], measured: measured)
  }()

  @Test func measuredNumbersAreWeighedBesideEmbeddings() throws {
    let result = try fit(Self.measuredCohort)
    guard case .condition(let thick) = result.heads[0].outcome, case .quantity(let mass) = result.heads[2].outcome
    else {
      Issue.record("\(result.heads.map(\.outcome))")
      return
    }
    // One in ten was not measured.
    let (auc, alone) = (try #require(thick.auc), try #require(result.heads[0].alone))
    #expect(auc > 0.9 && alone < 0.75, "\(auc) \(alone)")
    #expect(try #require(mass.meanAbsoluteError) < 8 && #require(result.heads[2].alone) > 15)
    let inputs = try #require(thick.measured)
    #expect(inputs.inputs.map(\.name) == ["lv_mass_index", "rvef"])
    #expect(inputs.inputs[0].weight > 1 && abs(inputs.inputs[1].weight) < 0.5, "\(inputs)")
    // What is not measured says nothing: such a study is read by its embedding, about the mean.
    #expect(
      try #require(mass.measured).value(130, [:]) == #require(mass.measured).slope * 130
        + #require(mass.measured).intercept)
    #expect(abs(try #require(mass.measured).value(130, ["lv_mass_index": 60]) - 130) < 10)
    #expect(result.heads[1].alone == nil)
    #expect(result.text.contains("; without measured numbers 0."))
    let again = try fit(Self.measuredCohort, threads: 1)
    #expect(again.text == result.text)
  }

  @Test func withoutMeasuredNumbersNothingChanges() throws {
    let none = Cohort(
      views: Self.cohort.views, patients: Self.cohort.patients, columns: Self.cohort.columns,
      measured: Self.cohort.views.map { _ in [:] })
    #expect(try fit(none).text == fit().text)
  }
}
