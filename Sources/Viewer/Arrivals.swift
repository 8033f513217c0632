import Cine

/// What comes from the lanes, and what is asked of them.
extension ViewerModel {
  /// Pictures of a study that was left meanwhile come too late: memory holds one study's.
  mutating func arrived(_ id: ClipID, _ clip: Clip) {
    if id.study == selectedUID { clips[id] = clip }
    reachGoal()
  }

  mutating func keep(_ outlines: ClipOutlines, of id: ClipID) {
    contours[id] = outlines
    contouredStudies.removeAll { $0 == id.study }
    contouredStudies.append(id.study)
    if id.study == selectedUID { outlineRevision += 1 }
    while contouredStudies.count > Self.keptContours, let old = contouredStudies.first(where: { $0 != selectedUID }) {
      contouredStudies.removeAll { $0 == old }
      contours = contours.filter { $0.key.study != old }
    }
  }

  /// New studies join at the end, or where they belong by name: the row under the cursor never moves.
  mutating func take(_ studies: [Study]) -> [Effect] {
    for study in studies {
      if let i = entries.firstIndex(where: { $0.study.id == study.id }) {
        entries[i].study = study
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

  /// The middle slice of the largest cine stack.
  mutating func choose() {
    let all = current?.study.series ?? []
    func worth(_ s: Series) -> (Int, Int) { (s.phaseCount > 1 ? 1 : 0, s.slices.count) }
    view.series = all.indices.max { worth(all[$0]) < worth(all[$1]) } ?? 0
    view.slice = (currentSeries?.slices.count ?? 1) / 2
  }

  /// Asks for what the screen shows next: this slice, then its neighbours, or all slices for a montage. What was asked
  /// for and is not here yet is asked for again, because its turn may come sooner now.
  mutating func want() -> [Effect] {
    // Pixels come once the catalogue is complete: a slice is then shown with all of its phases.
    guard let uid = selectedUID, let count = currentSeries?.slices.count, count > 0, reading == nil else { return [] }
    let slice = view.slice
    let others = view.content == .montage ? Array(0..<count) : [slice + 1, slice - 1]
    var wanted: [ClipID] = []
    for s in [slice] + others where (0..<count).contains(s) && (s != slice || wanted.isEmpty) {
      let id = ClipID(study: uid, series: view.series, slice: s)
      switch clips[id] {
      case nil:
        clips[id] = .loading
        wanted.append(id)
      case .loading: wanted.append(id)
      case .loaded, .failed: break
      }
    }
    return wanted.isEmpty ? [] : [.load(wanted)]
  }
}
