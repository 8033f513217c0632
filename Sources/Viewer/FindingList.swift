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
  var isListing: Bool { modes.contains(.findings) }

  mutating func browse(_ action: Action) -> [Effect] {
    let count = listed.above.count + listed.below.count
    switch action {
    case .down: finding = min(finding + 1, max(count - 1, 0))
    case .up: finding = max(min(finding, count) - 1, 0)
    case .accept: return jump()
    default: leave(.findings)
    }
    return []
  }

  /// The picture that gave the finding under the cursor, stopped; nothing where there is none.
  mutating func jump() -> [Effect] {
    let all = listed.above + listed.below
    guard all.indices.contains(finding), case .measured(let chosen) = all[finding], let frame = place(of: chosen),
      let to = series(of: frame), let id = selectedUID
    else { return [] }
    (view.series, view.slice, view.chosen, view.content) = (to, frame.slice, true, .slice)
    view.goal = (ClipID(study: id, series: to, slice: frame.slice), frame.phase)
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
    guard let goal = view.goal, goal.id == currentID, currentClip != nil else { return }
    stop(at: goal.phase)
    view.goal = nil
  }
}

extension ViewerModel {
  /// The three studies whose embeddings are nearest to this one's, by the cosine between them.
  var nearest: [(name: String, likeness: Double)] {
    guard let entry = current, let own = entry.status.analysis?.embedding, !own.isEmpty else { return [] }
    func norm(_ v: [Float]) -> Float { v.reduce(0) { $0 + $1 * $1 }.squareRoot() }
    let all = entries.compactMap { other -> (String, Double)? in
      guard other.study.id != entry.study.id, let there = other.status.analysis?.embedding, there.count == own.count
      else { return nil }
      let scale = norm(own) * norm(there)
      let dot = zip(own, there).reduce(Float(0)) { $0 + $1.0 * $1.1 }
      return scale > 0 ? (label(other), Double(dot / scale)) : nil
    }
    return Array(all.sorted { $0.1 > $1.1 }.prefix(3)).map { (name: $0.0, likeness: $0.1) }
  }
}
