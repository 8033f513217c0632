import Cine

extension ViewerModel {
  /// One line of the findings: from a number, or learned.
  enum ListedFinding: Hashable, Sendable {
    case measured(MeasuredFinding)
    case learned(Finding)
  }

  /// Measured findings, then the learned ones that are marked; and the rest, below a line.
  var listed: (above: [ListedFinding], below: [ListedFinding]) {
    let measured = current?.measured?.findings ?? []
    let learned = current?.status.analysis?.findings ?? []
    return (
      measured.map { .measured($0) } + learned.filter(\.positive).map { .learned($0) },
      learned.filter { !$0.positive }.map { .learned($0) }
    )
  }

  /// The cursor is among the findings, and the arrows are theirs.
  var isListing: Bool { allFindings && panel == .findings && popup == nil }

  /// Keys of the list; nil for a key that is none of it.
  mutating func browse(_ action: Action) -> [Effect]? {
    let count = listed.above.count + listed.below.count
    switch action {
    case .nextSlice: finding = min(finding + 1, max(count - 1, 0))
    case .previousSlice: finding = max(min(finding, count) - 1, 0)
    case .back: allFindings = false
    default: return nil
    }
    return []
  }

  /// The picture that gave the finding under the cursor, stopped; nothing where there is none.
  mutating func jump() -> [Effect] {
    let all = listed.above + listed.below
    guard all.indices.contains(finding), case .measured(let chosen) = all[finding], let frame = place(of: chosen),
      let to = series(of: frame), let id = selectedUID
    else { return [] }
    (series, slice, self.chosen, montage) = (to, frame.slice, true, false)
    let shown = ClipID(study: id, series: to, slice: frame.slice)
    goal = (shown, frame.phase)
    reachGoal()
    return want()
  }

  func place(of finding: MeasuredFinding) -> FramePlace? {
    finding.frame ?? current?.measured?.measurements.first { $0.name == finding.measurement }?.frame
  }

  /// Of several that one series was split into the first that has the slice.
  func series(of frame: FramePlace) -> Int? {
    current?.study.series.firstIndex { series in
      series.instanceUID == frame.seriesInstanceUID && series.slices.indices.contains(frame.slice)
        && frame.phase < max(series.slices[frame.slice].phases.count, 1)
    }
  }

  /// Stops where the picture was asked for, once it is here.
  mutating func reachGoal() {
    guard let goal, goal.id == currentID, currentClip != nil else { return }
    stop(at: goal.phase)
    self.goal = nil
  }
}
