import Cine
import Contours
import Findings
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
  }

  static let structures: [HeartLabel] = [.leftVentricle, .leftMuscle, .rightVentricle]
  let rows: [Row]

  /// `trial` makes the k-th heart; nil where it cannot be read.
  init(
    _ package: ContourPackage, count: Int, threads: Int, _ trial: @Sendable (_ k: Int) -> ContourTrial?
  ) {
    let contourer = package.contourer
    let progress = Progress("hearts", total: count)
    let made = Mutex<(rows: [Row?], done: Int)>((Array(repeating: nil, count: count), 0))
    Lanes.run(count, threads: threads) { k, _ in
      let row = trial(k).flatMap { Self.row($0, contourer) }
      made.withLock {
        $0.rows[k] = row
        $0.done += 1
        progress.update($0.done)
      }
    }
    rows = made.withLock { $0.rows.compactMap { $0 } }
  }

  private static func row(_ trial: ContourTrial, _ contourer: Contourer) -> Row? {
    guard let drawn = contourer.draw(trial.clips, threads: 1) else { return nil }
    let ends = drawn.volumes.map { [$0.endDiastole, $0.endSystole] }
    let moments = trial.moments ?? ends ?? [0, 0]
    let truth = trial.truth(moments)
    var both = [[Double]](repeating: [0, 0, 0], count: 2)
    var (either, actual) = (both, both)
    var (expert, own) = ([0.0, 0], [0.0, 0])
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
        // A pixel on a contour counts half.
        let cavity = known.reduce(0.0) { sum, k in
          sum + (k.contains(.leftVentricle) ? 1 / Double(k.rawValue.nonzeroBitCount) : 0)
        }
        expert[t] += cavity
        if cavity > 0 { own[t] += Double(labels.count { $0 == .leftVentricle }) }
      }
    }
    func fraction(_ volumes: [Double]) -> Double? {
      volumes[0] > 0 ? 100 * (volumes[0] - volumes[1]) / volumes[0] : nil
    }
    guard let lvef = trial.lvef ?? fraction(expert) else { return nil }
    let dice = structures.indices.map { s -> Double? in
      let each = (0..<2).compactMap { t in
        actual[t][s] > 0 ? 2 * both[t][s] / either[t][s] : nil
      }
      return each.isEmpty ? nil : each.reduce(0, +) / Double(each.count)
    }
    return Row(
      name: trial.name, group: trial.group, dice: dice, truth: lvef, whole: drawn.volumes?.lvef,
      contoured: fraction(own), signs: drawn.signs)
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
    var lines = [pad("heart", 14) + pad("group", 7) + "LV    muscle RV     LVEF: experts, whole stack, their slices"]
    for row in rows {
      lines.append(
        pad(row.name, 14) + pad(row.group, 7) + row.dice.map { pad(Self.fixed($0, 3), 7) }.joined()
          + pad(Self.fixed(row.truth, 1), 8) + pad(Self.fixed(row.whole, 1), 8) + Self.fixed(row.contoured, 1))
    }
    lines.append("")
    let dice = Self.structures.indices.map { s in Self.mean(rows.compactMap { $0.dice[s] }) }
    lines.append(
      "\(rows.count) hearts: mean Dice LV \(Self.fixed(dice[0], 3)), muscle \(Self.fixed(dice[1], 3)), "
        + "RV \(Self.fixed(dice[2], 3))")
    for (name, value) in [("whole stack", \Row.whole), ("slices that experts contoured", \Row.contoured)] {
      let errors = rows.compactMap { row in row[keyPath: value].map { (row.group, $0 - row.truth) } }
      let groups = Set(rows.map(\.group)).sorted().map { group in
        "\(group) \(Self.fixed(Self.mean(errors.filter { $0.0 == group }.map(\.1)), 1))"
      }
      let within = errors.count { abs($0.1) <= 8 }
      lines.append(
        "LVEF, \(name): mean absolute error \(Self.fixed(Self.mean(errors.map { abs($0.1) }), 1)), within 8 points "
          + "\(within) of \(errors.count); bias by group: \(groups.joined(separator: ", "))")
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
