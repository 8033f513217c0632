import Cine
import Plain
import Terminal

/// What a reader takes a heart for, before anything else is shown.
public struct Impression: Hashable, Sendable, Codable {
  /// What can be told at a glance; coarser than any diagnosis.
  public enum Group: String, Hashable, Sendable, Codable, CaseIterable {
    case normal, dilated, thick, infarct, right, other

    /// As a reader types it.
    var letter: Character { rawValue.first ?? "?" }

    var words: String {
      switch self {
      case .normal: "normal"
      case .dilated: "dilated, pumps badly"
      case .thick: "thick wall"
      case .infarct: "a part that does not move"
      case .right: "right ventricle"
      case .other: "something else"
      }
    }
  }

  public let group: Group
  /// Percent.
  public let lvef: Double?

  public init(_ group: Group, lvef: Double? = nil) { (self.group, self.lvef) = (group, lvef) }

  /// "d 30": a letter or a word, and if one likes a percentage. Nil for anything else.
  init?(_ text: String) {
    let parts = text.lowercased().split(separator: " ")
    guard let word = parts.first, parts.count <= 2,
      let group = Group.allCases.first(where: { $0.rawValue.hasPrefix(word) })
    else { return nil }
    self.group = group
    guard parts.count == 2 else {
      lvef = nil
      return
    }
    guard let percent = Double(parts[1].filter { $0 != "%" }), (1...95).contains(percent) else { return nil }
    lvef = percent
  }

  var text: String { group.rawValue + (lvef.map { ", LVEF \(Int($0.rounded())) %" } ?? "") }
}

extension ViewerModel {
  /// What the program says is not to be seen: somebody hid it, or wants to commit first.
  func isHidden(_ entry: Entry) -> Bool { hideFindings || commitsFirst && entry.impression == nil }

  /// One's own impression, from now on; what the program makes of it is shown.
  mutating func commit(_ text: String) -> [Effect] {
    guard let i = entries.firstIndex(where: { $0.study.id == selectedUID }), selectedFile == nil else { return [] }
    guard let own = Impression(text) else {
      said = Said("n normal, d dilated, t thick, i infarct, r right, o other; and LVEF: d 30", isWarning: true)
      return []
    }
    entries[i].impression = own
    said = Said(verdict(entries[i]), isWarning: false)
    return [.keepImpression(hash: entries[i].study.hash, own)]
  }

  /// One's own impression beside the truth where it is known, else beside the program's.
  func verdict(_ entry: Entry) -> String {
    guard let own = entry.impression else { return "no impression yet: I" }
    if let truth = entry.truth {
      return (own.group == truth.group ? "right: " : "you: \(own.text) · truth: ") + truth.text
    }
    guard let program = program(entry) else { return "you: \(own.text) · the program has no result" }
    return "you: \(own.text) · program: \(program.text)" + (own.group == program.group ? " · you agree" : "")
  }

  /// What the measurements come to.
  func program(_ entry: Entry) -> Impression? {
    entry.group.map { Impression($0, lvef: entry.measured?.lvef?.percent) }
  }

  /// A row a study of which there is an impression, and the score.
  func scoreRows() -> [(String, String)] {
    let done = entries.filter { $0.impression != nil }
    var rows = [("score", score)]
    for entry in done { rows.append((label(entry), verdict(entry))) }
    if done.isEmpty { rows.append(("", "I commits an impression of the study on the screen: d 30")) }
    return rows
  }

  /// How many were right, or where there is no truth, agreed on; and how far LVEF was off.
  var score: String {
    let done = entries.filter { $0.impression != nil }
    func line(_ word: String, _ other: (Entry) -> Impression?) -> String? {
      let pairs = done.compactMap { entry in entry.impression.flatMap { own in other(entry).map { (own, $0) } } }
      guard !pairs.isEmpty else { return nil }
      let hits = pairs.count { $0.0.group == $0.1.group }
      let off = pairs.compactMap { a, b in a.lvef.flatMap { x in b.lvef.map { abs(x - $0) } } }
      let mean = off.isEmpty ? "" : ", LVEF off by \(JSON.aligned(off.reduce(0, +) / Double(off.count), decimals: 1))"
      return "\(word) \(hits) of \(pairs.count)\(mean)"
    }
    let parts = [line("right", \.truth), line("agreed with the program", program)].compactMap { $0 }
    return parts.isEmpty ? "nothing to compare with yet" : parts.joined(separator: " · ")
  }

  /// For a file: a row a study of which there is an impression.
  var impressionTable: [[String]] {
    func cells(_ impression: Impression?) -> [String] {
      [impression?.group.rawValue ?? "", impression?.lvef.flatMap { JSON.fixed($0, decimals: 1) } ?? ""]
    }
    return [
      ["study", "name", "own", "own_lvef", "program", "program_lvef", "truth", "truth_lvef", "agrees"]
    ]
      + visible.filter { $0.impression != nil }.map { entry in
        let other = entry.truth ?? program(entry)
        let agrees = other.map { $0.group == entry.impression?.group ? "yes" : "no" } ?? ""
        return [entry.study.hash, label(entry)] + cells(entry.impression) + cells(program(entry)) + cells(entry.truth)
          + [agrees]
      }
  }
}
