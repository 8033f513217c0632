import Cine
import Contours
import Findings
import Plain
import Synchronization
import Tensor

/// How well contours hold on hearts whose truth is known, and whose network never learned from them.
struct ContourEvaluation {
  struct Row {
    let name: String
    let group: String
    /// Dice of cavity, muscle and right ventricle, mean of both moments; nil where nothing was to be drawn.
    let dice: [Double?]
    /// Percent: what is true, ours over the whole stack, ours over the slices that experts contoured.
    let truth: Double
    let whole: Double?
    let contoured: Double?
    let signs: StackSigns?
    /// As a user would be told.
    let measured: Measured
    /// Errors and doubts of what has a truth: points of fractions, shares of the rest.
    let errors: [VolumeQuantity: (error: Double, doubt: Double)]

    /// Percent; nil where quality gives no number.
    var shown: Double? { measured.quality.grade == .none ? nil : whole }
  }

  static let structures: [HeartLabel] = [.leftVentricle, .leftMuscle, .rightVentricle]
  let rows: [Row]

  /// `trial` makes the k-th heart; nil where it cannot be read.
  init(
    _ package: ContourPackage, _ limits: Limits, count: Int, threads: Int,
    _ trial: @Sendable (_ k: Int) -> ContourTrial?
  ) {
    let contourer = package.contourer
    let measurer = StudyMeasurer(limits, package.manifest.calibration ?? ContourCalibration())
    let progress = Progress("hearts", total: count)
    let made = Mutex<(rows: [Row?], done: Int)>((Array(repeating: nil, count: count), 0))
    Lanes.run(count, threads: threads) { k, _ in
      let row = trial(k).flatMap { Self.row($0, contourer, measurer) }
      made.withLock {
        $0.rows[k] = row
        $0.done += 1
        progress.update($0.done)
      }
    }
    rows = made.withLock { $0.rows.compactMap { $0 } }
  }

  private static func row(_ trial: ContourTrial, _ contourer: Contourer, _ measurer: StudyMeasurer) -> Row? {
    guard let drawn = contourer.draw(trial.clips, threads: 1) else { return nil }
    let ends = drawn.volumes.map { [$0.endDiastole, $0.endSystole] }
    let moments = trial.moments ?? ends ?? [0, 0]
    let truth = trial.truth(moments)
    var both = [[Double]](repeating: [0, 0, 0], count: 2)
    var (either, actual) = (both, both)
    // Pixels of each structure at both moments, and ours of the cavity where experts drew one.
    var (expert, all) = (both, both)
    var own = [0.0, 0]
    for (k, (item, clip)) in trial.clips.filter({ $0.item.view == .shortAxis }).enumerated() where k < truth.count {
      let n = clip.rows * clip.columns
      let one = drawn.stack.first { $0.item == item }
      for (t, moment) in moments.enumerated() {
        let known = truth[k][t * n..<(t + 1) * n]
        let labels =
          one?.labels(frame: moment, rows: clip.rows, columns: clip.columns)
          ?? [HeartLabel](repeating: .rest, count: n)
        for (s, structure) in structures.enumerated() {
          for (k, l) in zip(known, labels) {
            // Pixels that may be it or something else say nothing.
            guard k.only != nil || !k.contains(HeartLabels(structure)) else { continue }
            actual[t][s] += k.only == structure ? 1 : 0
            both[t][s] += k.only == structure && l == structure ? 1 : 0
            either[t][s] += (k.only == structure ? 1 : 0) + (l == structure ? 1 : 0)
          }
        }
        for (s, structure) in structures.enumerated() {
          // A pixel on a contour counts half.
          expert[t][s] += known.reduce(0.0) { sum, k in
            sum + (k.contains(HeartLabels(structure)) ? 1 / Double(k.rawValue.nonzeroBitCount) : 0)
          }
          all[t][s] += Double(labels.count { $0 == structure })
        }
        if known.contains(where: { $0.contains(.leftVentricle) }) {
          own[t] += Double(labels.count { $0 == .leftVentricle })
        }
      }
    }
    func fraction(_ volumes: [Double]) -> Double? {
      volumes[0] > 0 ? 100 * (volumes[0] - volumes[1]) / volumes[0] : nil
    }
    guard let lvef = trial.lvef ?? fraction(expert.map { $0[0] }) else { return nil }
    let dice = structures.indices.map { s -> Double? in
      let each = (0..<2).compactMap { t in
        actual[t][s] > 0 ? 2 * both[t][s] / either[t][s] : nil
      }
      return each.isEmpty ? nil : each.reduce(0, +) / Double(each.count)
    }
    var errors: [VolumeQuantity: (error: Double, doubt: Double)] = [:]
    func hold(_ quantity: VolumeQuantity, _ own: Double?, _ truth: Double?) {
      guard let own, let truth, own > 0, let volumes = drawn.volumes,
        let spread = drawn.others?.spread(quantity, volumes)
      else { return }
      errors[quantity] = (
        quantity.isPercent ? abs(own - truth) : abs(own - truth) / own,
        ContourCalibration.doubt(quantity, spread: spread)
      )
    }
    hold(.lvef, drawn.volumes?.lvef, lvef)
    hold(.leftEDV, all[0][0], expert[0][0])
    hold(.leftESV, all[1][0], expert[1][0])
    if trial.known.contains(.leftMuscle) { hold(.mass, all[0][1], expert[0][1]) }
    if trial.known.contains(.rightVentricle) {
      hold(.rightEDV, all[0][2], expert[0][2])
      hold(.rightESV, all[1][2], expert[1][2])
      hold(.rvef, fraction(all.map { $0[2] }), fraction(expert.map { $0[2] }))
    }
    return Row(
      name: trial.name, group: trial.group, dice: dice, truth: lvef, whole: drawn.volumes?.lvef,
      contoured: fraction(own), signs: drawn.signs, measured: measurer.measured(trial.study, drawn), errors: errors)
  }

  /// All that was measured, for whoever wants to look further.
  var json: JSON {
    func number(_ x: Double?) -> JSON { .optional(x) { .number($0, decimals: 4) } }
    return .array(
      rows.map { row in
        .object([
          .init("name", .string(row.name)), .init("group", .string(row.group)), .init("lvef_true", number(row.truth)),
          .init("lvef", number(row.whole)), .init("lvef_contoured_slices", number(row.contoured)),
          .init("dice_lv", number(row.dice[0])), .init("dice_muscle", number(row.dice[1])),
          .init("dice_rv", number(row.dice[2])),
          .init(
            "signs",
            .optional(row.signs) { s in
              .object([
                .init("slices", .int(s.slices)), .init("ring", number(s.ring)), .init("muscle", number(s.muscle)),
                .init("spread", number(s.spread)), .init("volume_spread", number(s.volumeSpread)),
                .init("outside", number(s.outside)), .init("jump", number(s.jump)), .init("unrest", number(s.unrest)),
              ])
            }),
        ])
      })
  }

  // MARK: In words

  private static func fixed(_ x: Double?, _ decimals: Int) -> String {
    x.map { JSON.fixed($0, decimals: decimals) ?? "–" } ?? "–"
  }

  private static func mean(_ values: [Double]) -> Double? {
    values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
  }

  var text: String {
    func pad(_ s: String, _ width: Int) -> String { s + String(repeating: " ", count: max(1, width - s.count)) }
    var lines = [
      pad("heart", 16) + pad("group", 7)
        + "LV    muscle RV     LVEF: true, whole stack (90 %), contoured slices; quality"
    ]
    for row in rows {
      let interval = row.measured.lvef.map { " (\(Self.fixed($0.low, 0))–\(Self.fixed($0.high, 0)))" } ?? ""
      let quality = row.measured.quality
      lines.append(
        pad(row.name, 16) + pad(row.group, 7) + row.dice.map { pad(Self.fixed($0, 3), 7) }.joined()
          + pad(Self.fixed(row.truth, 1), 8) + pad(Self.fixed(row.shown, 1) + interval, 16)
          + pad(Self.fixed(row.contoured, 1), 8) + quality.grade.rawValue
          + (quality.reasons.isEmpty ? "" : ": " + quality.reasons.map(\.code).joined(separator: " ")))
    }
    lines.append("")
    let dice = Self.structures.indices.map { s in Self.mean(rows.compactMap { $0.dice[s] }) }
    lines.append(
      "\(Count.of(rows.count, "heart")): mean Dice LV \(Self.fixed(dice[0], 3)), muscle \(Self.fixed(dice[1], 3)), "
        + "RV \(Self.fixed(dice[2], 3))")
    for (name, value) in [("whole stack", \Row.shown), ("slices that experts contoured", \Row.contoured)] {
      let errors = rows.compactMap { row in row[keyPath: value].map { (row.group, $0 - row.truth) } }
      let groups = Set(rows.map(\.group)).sorted().map { group in
        "\(group) \(Self.fixed(Self.mean(errors.filter { $0.0 == group }.map(\.1)), 1))"
      }
      lines.append(
        "LVEF, \(name): mean absolute error \(Self.fixed(Self.mean(errors.map { abs($0.1) }), 1)), within 8 points "
          + "\(errors.count { abs($0.1) <= 8 }) of \(errors.count); bias by group: \(groups.joined(separator: ", "))")
    }
    let covered = rows.compactMap { row in row.measured.lvef.map { $0.low <= row.truth && row.truth <= $0.high } }
    if !covered.isEmpty {
      lines.append("90 % intervals of LVEF hold the truth in \(covered.count { $0 }) of \(covered.count)")
    }
    func doubted(_ name: String, _ isMeant: (Double) -> Bool) {
      let some = rows.filter { $0.whole.map { [truth = $0.truth] in isMeant(abs($0 - truth)) } ?? false }
      let held = some.count { $0.measured.quality.grade != .green }
      lines.append("amber or no number, LVEF \(name): \(held) of \(some.count)")
    }
    doubted("off by more than 10 points") { $0 > 10 }
    doubted("within 5 points") { $0 <= 5 }
    return lines.joined(separator: "\n") + "\n" + groups
  }

  /// Where the groups are those of ACDC: what the measurements alone say.
  private var groups: String {
    let all = DiseaseGroup.allCases
    let known = rows.compactMap { row in DiseaseGroup(rawValue: row.group).map { ($0, row.measured.measurements) } }
    guard known.count == rows.count, !rows.isEmpty else { return "" }
    let said = known.map { ($0.0, DiseaseGroup.of($0.1)) }
    var lines = [
      "", "groups by measured numbers (rows: true)", "      " + (all.map(\.rawValue) + ["none"]).joined(separator: " "),
    ]
    var recalls: [Double] = []
    for group in all {
      let own = said.filter { $0.0 == group }
      guard !own.isEmpty else { continue }
      recalls.append(Double(own.count { $0.1 == group }) / Double(own.count))
      let counts = (all.map(Optional.some) + [nil]).map { guess in "\(own.count { $0.1 == guess })" }
      lines.append(
        group.rawValue + String(repeating: " ", count: 6 - group.rawValue.count)
          + zip(counts, all.map(\.rawValue) + ["none"]).map { count, name in
            String(repeating: " ", count: max(0, name.count - count.count)) + count
          }.joined(separator: " "))
    }
    lines.append("balanced accuracy \(Self.fixed(Self.mean(recalls), 2))")
    return lines.joined(separator: "\n") + "\n"
  }

  /// How wide intervals must be, by the hearts that get a number.
  func calibration(measuredOn: String) -> [String: ContourCalibration.Band] {
    var bands: [String: ContourCalibration.Band] = [:]
    for quantity in VolumeQuantity.allCases {
      let hearts = rows.filter { $0.measured.quality.grade != .none }.compactMap { $0.errors[quantity] }
      bands[quantity.rawValue] = ContourCalibration.band(hearts, measuredOn: measuredOn)
    }
    return bands
  }
}
