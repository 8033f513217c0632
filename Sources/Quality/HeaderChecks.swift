import Cine

/// What the files' heads alone tell.
public enum HeaderChecks {
  public static func problems(_ study: Study) -> [Problem] {
    var all = study.warnings.map(noticed) + missingViews(study)
    for (i, series) in study.series.enumerated() {
      all += series.notes.map { Problem($0.code, $0.isWarning ? .warning : .note, series: i, $0.text) }
      guard series.phaseCount > 1 else { continue }
      all += phases(series, i) + spacing(series, i) + timing(series, i)
    }
    return all
  }

  /// What reading noticed; two studies under one UID are the worst that can be.
  private static func noticed(_ warning: AnalysisWarning) -> Problem {
    Problem(warning.code, warning.code == "shared_study_uid" ? .error : .warning, warning.text)
  }

  private static let wanted: [View] = [.shortAxis, .twoChamber, .threeChamber, .fourChamber]

  private static func missingViews(_ study: Study) -> [Problem] {
    let cines = study.series.filter { $0.phaseCount > 1 }
    guard !cines.isEmpty else { return [Problem("no_cine", .error, "No series has more than one phase.")] }
    let missing = wanted.filter { view in !cines.contains { $0.view == view } }
    guard !missing.isEmpty else { return [] }
    return [
      Problem(
        "missing_views", missing.contains(.shortAxis) ? .warning : .note,
        "Missing: \(missing.map(\.name).joined(separator: ", ")).")
    ]
  }

  private static func phases(_ series: Series, _ i: Int) -> [Problem] {
    var all: [Problem] = []
    let counts = series.slices.map(\.phases.count)
    let usual = counts.sorted()[counts.count / 2]
    let odd = counts.indices.filter { counts[$0] != usual }
    if !odd.isEmpty {
      let list = odd.prefix(6).map { "slice \($0 + 1) has \(counts[$0])" }.joined(separator: ", ")
      all.append(Problem("ragged_stack", .error, series: i, "Most slices have \(Count.of(usual, "phase")); \(list)."))
    }
    if usual < 8 {
      all.append(Problem("few_phases", .warning, series: i, "Only \(Count.of(usual, "phase")) a heartbeat."))
    }
    if series.ties > 0 {
      let why = series.isWoven ? " Several pictures share each moment, and nothing tells them apart." : ""
      all.append(
        Problem("tied_order", .error, series: i, "The order of \(Count.of(series.ties, "phase")) is not known.\(why)"))
    }
    if series.differsFromPublishedOrder {
      all.append(
        Problem(
          "order_differs", .note, series: i,
          "The published order (SliceLocation, InstanceNumber, name) is another than that by position and time."))
    }
    let sizes = Set(series.slices.map { [$0.rows, $0.columns] })
    if sizes.count > 1 {
      all.append(Problem("mixed_sizes", .warning, series: i, "Its slices differ in rows and columns."))
    }
    return all
  }

  /// Shorter short-axis stacks than this, mm, leave out base or apex of most hearts.
  private static let usualLength = 60.0

  private static func spacing(_ series: Series, _ i: Int) -> [Problem] {
    let positions = series.slices.compactMap { $0.geometry?.positionAlongNormal }
    guard positions.count == series.slices.count else {
      return [Problem("no_geometry", .warning, series: i, "Some slices have no position or pixel spacing.")]
    }
    guard series.view == .shortAxis, positions.count >= 3 else { return [] }
    var all: [Problem] = []
    let steps = zip(positions, positions.dropFirst()).map { abs($1 - $0) }
    let usual = steps.sorted()[steps.count / 2]
    for (k, step) in steps.enumerated() {
      if step > 1.5 * usual {
        all.append(
          Problem(
            "gap", .error, series: i, "\(mm(step)) lie between slices \(k + 1) and \(k + 2), elsewhere \(mm(usual))."))
      } else if step < 0.5 * usual {
        all.append(
          Problem(
            "overlap", .warning, series: i, "Slices \(k + 1) and \(k + 2) are \(mm(step)) apart, others \(mm(usual))."))
      }
    }
    let length = steps.reduce(0, +)
    if length < usualLength {
      all.append(
        Problem("short_coverage", .warning, series: i, "The stack is \(mm(length)) long: base or apex may be missing."))
    }
    return all
  }

  private static func timing(_ series: Series, _ i: Int) -> [Problem] {
    var all: [Problem] = []
    if series.slices.contains(where: { $0.phases.contains { $0.time == nil } }) {
      all.append(Problem("no_timing", .note, series: i, "Trigger times are missing or do not rise with the order."))
    }
    let beats = series.slices.compactMap { $0.heartbeat?.value }.sorted()
    if let low = beats.first, let high = beats.last, high > 1.3 * low {
      all.append(
        Problem(
          "uneven_rr", .note, series: i,
          "Heartbeats differ between slices, from \(Int(low.rounded())) to \(Int(high.rounded())) ms."))
    }
    return all
  }

  static func mm(_ x: Double) -> String { "\((x * 10).rounded() / 10) mm" }
}
