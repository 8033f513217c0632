import Cine

/// What comes from the lanes, and what is asked of them.
extension ViewerModel {
  /// Pictures of a study that was left meanwhile come too late: memory holds one study's.
  mutating func arrived(_ id: ClipID, _ clip: Clip) {
    if viewports.contains(where: { $0.study == id.study }) { clips[id] = clip }
    reachGoal()
  }

  mutating func keep(_ outlines: ClipOutlines, of id: ClipID) {
    contours[id] = outlines
    contouredStudies.removeAll { $0 == id.study }
    contouredStudies.append(id.study)
    if shownStudies.contains(id.study) { outlineRevision += 1 }
    while contouredStudies.count > Self.keptContours,
      let old = contouredStudies.first(where: { !shownStudies.contains($0) })
    {
      contouredStudies.removeAll { $0 == old }
      contours = contours.filter { $0.key.study != old }
    }
  }

  /// New studies join at the end, or where they belong by name: the row under the cursor never moves.
  mutating func take(_ studies: [Study], wasComplete: Bool = false) -> [Effect] {
    for study in studies {
      if let i = entries.firstIndex(where: { $0.study.id == study.id }) {
        let isNew = entries[i].study != study && wasComplete
        entries[i].study = study
        if isNew { forget(i) }
      } else {
        arrivals += 1
        entries.append(Entry(study, arrival: arrivals))
      }
    }
    // One that turned out to be two under one UID makes place for both.
    let ids = Set(studies.map(\.id))
    entries.removeAll { old in
      !ids.contains(old.study.id) && studies.contains { $0.instanceUID == old.study.instanceUID }
    }
    if order != .urgency { arrange(holding: true) }
    if let file = selectedFile, !unreadable.contains(where: { $0.path == file }) { selectedFile = nil }
    if let gone = selectedUID, !entries.contains(where: { $0.study.id == gone }) {
      return entries.first { $0.study.id.hasPrefix(gone) }.map { select($0.study.id) } ?? []
    }
    if selectedUID == nil, let first = entries.first { return select(first.study.id) }
    // A stack grows while it is read, and its middle moves.
    if !view.chosen { choose() }
    return want()
  }

  /// What was made of a study that is another now.
  private mutating func forget(_ i: Int) {
    let id = entries[i].study.id
    entries[i].status = .pending
    (entries[i].measured, entries[i].group) = (nil, nil)
    clips = clips.filter { $0.key.study != id }
    contours = contours.filter { $0.key.study != id }
    contouredStudies.removeAll { $0 == id }
  }

  /// Once the list was complete, what is no longer there goes; but for what is on the screen.
  mutating func drop(allBut studies: [Study]) {
    let there = Set(studies.map(\.id))
    let shown = Set(shownStudies)
    entries.removeAll { !there.contains($0.study.id) && !shown.contains($0.study.id) }
  }

  /// The middle slice of the largest cine stack.
  mutating func choose() {
    let all = current?.study.series ?? []
    func worth(_ s: Series) -> (Int, Int) { (s.phaseCount > 1 ? 1 : 0, s.slices.count) }
    view.series = all.indices.max { worth(all[$0]) < worth(all[$1]) } ?? 0
    view.slice = (currentSeries?.slices.count ?? 1) / 2
  }

  /// Asks for what the screen shows next: this slice, then the other pictures, then its neighbours. What was asked for and
  /// is not here yet is asked for again, because its turn may come sooner now.
  mutating func want() -> [Effect] {
    // Pixels come once the catalogue is complete: a slice is then shown with all of its phases.
    guard reading == nil else { return [] }
    let others = viewports.indices.filter { $0 != active }.map { viewports[$0] }
    var wanted: [ClipID] = []
    for viewport in [view] + others {
      guard let id = viewport.id, let count = series(viewport)?.slices.count else { continue }
      let all = viewport.content == .montage ? Array(0..<count) : []
      wanted += ([id.slice] + all).filter { (0..<count).contains($0) }.map { id.with(slice: $0) }
    }
    if let id = view.id, let count = series(view)?.slices.count {
      wanted += [id.slice + 1, id.slice - 1].filter { (0..<count).contains($0) }.map { id.with(slice: $0) }
    }
    var asked: [ClipID] = []
    for id in wanted where !asked.contains(id) {
      switch clips[id] {
      case nil:
        clips[id] = .loading
        asked.append(id)
      case .loading: asked.append(id)
      case .loaded, .failed: break
      }
    }
    return asked.isEmpty ? [] : [.load(asked)]
  }
}
