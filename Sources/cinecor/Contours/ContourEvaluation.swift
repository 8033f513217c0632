import Cine
import Contours
import Findings
import Foundation
import Synchronization
import Tensor

/// How well contours hold on hearts that experts contoured, and whose network never learned from them.
struct ContourEvaluation {
  struct Row {
    let name: String
    let group: String
    /// Dice of cavity, muscle and right ventricle, mean of both moments; nil where nothing was to be drawn.
    let dice: [Double?]
    /// Percent: the experts', ours over the whole stack, ours over the slices that they contoured.
    let truth: Double
    let whole: Double?
    let contoured: Double?
  }

  static let structures: [HeartLabel] = [.leftVentricle, .leftMuscle, .rightVentricle]
  private(set) var rows: [Row] = []
  private(set) var unreadable: [String] = []

  init(_ package: ContourPackage, _ hearts: ContouredHearts, threads: Int) {
    let contourer = package.contourer
    let progress = Progress("hearts", total: hearts.folders.count)
    for (i, folder) in hearts.folders.enumerated() {
      do throws(Failure) {
        let heart = try ContouredHearts.heart(folder)
        if let row = Self.row(heart, contourer, threads) { rows.append(row) }
      } catch {
        unreadable.append(error.text)
      }
      progress.update(i + 1)
    }
  }

  private static func row(_ heart: ContouredHearts.Heart, _ contourer: Contourer, _ threads: Int) -> Row? {
    guard let drawn = contourer.draw(heart.clips, threads: threads) else { return nil }
    var both = [[Int]](repeating: [0, 0, 0], count: 2)
    var either = both
    var (expert, own) = ([0, 0], [0, 0])
    for (k, (item, clip)) in heart.clips.enumerated() {
      let n = clip.rows * clip.columns
      for t in 0..<2 {
        let truth = heart.truth[k][t * n..<(t + 1) * n]
        let labels =
          drawn.stack.first { $0.item == item }?.labels(frame: t, rows: clip.rows, columns: clip.columns)
          ?? [HeartLabel](repeating: .rest, count: n)
        for (s, structure) in structures.enumerated() {
          both[t][s] += zip(truth, labels).count { $0 == structure && $1 == structure }
          either[t][s] += truth.count { $0 == structure } + labels.count { $0 == structure }
        }
        let cavity = truth.count { $0 == .leftVentricle }
        expert[t] += cavity
        if cavity > 0 { own[t] += labels.count { $0 == .leftVentricle } }
      }
    }
    func fraction(_ volumes: [Int]) -> Double? {
      volumes[0] > 0 ? 100 * Double(volumes[0] - volumes[1]) / Double(volumes[0]) : nil
    }
    guard let truth = fraction(expert) else { return nil }
    let dice = structures.indices.map { s -> Double? in
      let each = (0..<2).compactMap { t in either[t][s] > 0 ? 2 * Double(both[t][s]) / Double(either[t][s]) : nil }
      return each.isEmpty ? nil : each.reduce(0, +) / Double(each.count)
    }
    return Row(
      name: heart.name, group: heart.group, dice: dice, truth: truth, whole: drawn.volumes?.lvef,
      contoured: fraction(own))
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
