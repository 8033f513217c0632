import Cine
import Plain
import Terminal

/// Something to be written to a file: made at once from what is on the screen, written by a lane.
public enum Export: Hashable, Sendable {
  /// The frame, and the hash of its study.
  case picture(FramePicture, hash: String)
  /// The heartbeat, and the hash of its study.
  case cine(CinePicture, hash: String)
  /// Rows of the worklist as it is shown, the first with the names of the columns.
  case worklist([[String]])
  case report(StudyReport)
  /// What was measured by hand, a row each, the first with the names of the columns.
  case measures([[String]])
  /// What readers took studies for, in the same way.
  case impressions([[String]])
}

/// What a page about one study says.
public struct StudyReport: Hashable, Sendable {
  public let hash: String
  /// What the study is called, and what its files say of it; nothing of the patient where names are hidden.
  public let title: String
  public let facts: [Fact]
  public let status: ViewerModel.Status
  public let measured: Measured?
  public let flags: StudyFlags
  public let measures: [KeptMeasure]
  public let picture: FramePicture?
  /// What the picture shows.
  public let caption: String
  public let modelNote: String
  public let isSynthetic: Bool

  public struct Fact: Hashable, Sendable {
    public let name: String
    public let text: String
  }
}

extension ViewerModel {
  /// What the page of exports offers.
  mutating func export(_ action: Action) -> [Effect] {
    let export: Export?
    switch action {
    case .exportPicture: export = FramePicture(self).map { .picture($0, hash: current?.study.hash ?? "") }
    case .exportCine: export = CinePicture(self).map { .cine($0, hash: current?.study.hash ?? "") }
    case .exportWorklist: export = .worklist(table)
    case .exportMeasures: export = .measures(measureTable)
    case .exportImpressions: export = .impressions(impressionTable)
    case .exportReport: export = report.map { .report($0) }
    case .copyIdentifier, .copySummary: return copy(action)
    default: return []
    }
    leave(.page(.export))
    guard let export else {
      said = Said("nothing to write: no picture or study is on the screen", isWarning: true)
      return []
    }
    said = Said("writing…", isWarning: false)
    return [.export(export)]
  }

  /// For the terminal's clipboard: nothing that names the patient where names are hidden.
  private mutating func copy(_ action: Action) -> [Effect] {
    leave(.page(.export))
    guard let entry = current, action == .copySummary || !hideNames else {
      said = Said(hideNames ? "names are hidden: P shows them" : "no study here", isWarning: true)
      return []
    }
    return [.copy(action == .copySummary ? summary(entry) : entry.study.instanceUID)]
  }

  /// A study in a few lines of text.
  func summary(_ entry: Entry) -> String {
    var lines = [label(entry)]
    if let measured = entry.measured, measured.quality.grade != .none {
      lines += measured.measurements.map { "\($0.name) \(Numbers.text($0))" } + measured.findings.map(\.why)
      if measured.quality.grade == .amber {
        lines.append("in doubt: " + measured.quality.reasons.map(\.text).joined(separator: " "))
      }
    } else {
      lines.append("no number by contours")
    }
    lines += entry.measures.map { "\($0.measure.kind.rawValue) by hand: \($0.text)" }
    lines.append(
      (isSynthetic ? "The learned model saw synthetic hearts only. " : "") + "Research use only, not for diagnosis.")
    return lines.map { SafeText($0).text }.joined(separator: "\n") + "\n"
  }

  /// Of every study that is shown, in the order of the screen.
  var measureTable: [[String]] {
    [["study", "name", "series", "slice", "phase", "kind", "value", "points"]]
      + visible.flatMap { entry in
        entry.measures.map { kept in
          let points = kept.measure.points.map { point in
            [point.x, point.y].map { JSON.fixed($0, decimals: 1) ?? "" }.joined(separator: " ")
          }
          let place = [kept.place.seriesInstanceUID, "\(kept.place.slice + 1)", "\(kept.place.phase + 1)"]
          return [entry.study.hash, label(entry)] + [hideNames ? "" : place[0]] + place.dropFirst()
            + [kept.measure.kind.rawValue, kept.text, points.joined(separator: "; ")]
        }
      }
  }

  private var report: StudyReport? {
    guard let entry = current else { return nil }
    let study = entry.study
    let facts = [
      ("date", study.date), ("description", study.description), ("files", study.path.text),
      ("study UID", study.instanceUID),
    ]
    return StudyReport(
      hash: study.hash, title: label(entry),
      facts: hideNames ? [] : facts.filter { !$0.1.isEmpty }.map { .init(name: $0.0, text: $0.1) },
      status: hideNames ? entry.status.withoutPath : entry.status, measured: entry.measured, flags: entry.flags,
      measures: entry.measures, picture: FramePicture(self), caption: pictureLine(self) ?? "", modelNote: modelNote,
      isSynthetic: isSynthetic)
  }

  /// A row a study and a file that could not be read, in the order of the screen.
  var table: [[String]] {
    var rows = [
      [
        "study", "name", "path", "status", "quality", "lvef_percent", "lvef_low", "lvef_high", "findings", "learned",
        "read", "marked",
      ]
    ]
    func yes(_ flag: Bool) -> String { flag ? "yes" : "no" }
    for entry in visible {
      let isNone = entry.measured?.quality.grade == Quality.Grade.none
      let lvef = isNone ? nil : entry.lvef
      let percents = [entry.value("lvef"), lvef?.low, lvef?.high]
      let numbers = percents.map { $0.flatMap { JSON.fixed($0, decimals: 1) } ?? "" }
      let learned = entry.status.analysis?.findings.filter(\.positive).map { ConditionNames.long($0.condition) } ?? []
      let status = hideNames ? entry.status.withoutPath : entry.status
      rows.append(
        [entry.study.hash, label(entry), hideNames ? "" : entry.study.path.text, status.words]
          + [entry.measured?.quality.grade.rawValue ?? ""] + numbers
          + [entry.measured?.findings.map(\.why).joined(separator: "; ") ?? "", learned.joined(separator: "; ")]
          + [yes(entry.flags.read), yes(entry.flags.marked)])
    }
    for file in visibleFiles {
      let path = hideNames ? "" : file.path.text
      rows.append(["", label(file), path, "unreadable: \(file.reason)"] + Array(repeating: "", count: 8))
    }
    return rows
  }
}

extension ViewerModel.Status {
  /// Names of files may name people.
  fileprivate var withoutPath: Self {
    if case .failed(let why) = self { return .failed(WhyNot(code: why.code, text: why.text)) }
    return self
  }

  fileprivate var words: String {
    switch self {
    case .pending: "pending"
    case .running: "running"
    case .failed(let why): "failed: \(why.sentence)"
    case .done(let analysis): analysis.refusal.map { "no result: \($0.code)" } ?? "done"
    }
  }
}
