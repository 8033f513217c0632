import Cine
import Terminal

extension ViewerModel {
  /// The one place where the model changes. No input or output: what must be done comes back as effects.
  public mutating func update(_ message: Message) -> [Effect] {
    switch message {
    case .key(let key): return press(key)
    case .paste(let text): return editing == .filter ? type(text) : []
    case .tick(let now):
      tick(now)
      return []
    case .catalogue(let studies, let done, let total):
      reading = (done, total)
      return take(studies)
    case .catalogueComplete(let studies, let unreadable, let skipped):
      reading = nil
      self.unreadable = unreadable
      self.skipped = skipped
      return take(studies)
    case .clip(let id, let clip, let motion):
      arrived(id, .loaded(clip, motion))
      return []
    case .clipFailed(let id, let why):
      arrived(id, .failed(why))
      return []
    case .contours(let id, let outlines):
      keep(outlines, of: id)
      return []
    case .measured(let uid, let measured):
      if let i = entries.firstIndex(where: { $0.study.id == uid }) { entries[i].measured = measured }
      rank(uid)
      return []
    case .size(let rows, let columns):
      size = (rows, columns)
      scroll(by: 0)
      return []
    case .status(let uid, let status):
      if let i = entries.firstIndex(where: { $0.study.id == uid }) { entries[i].status = status }
      rank(uid)
      return []
    case .model(let note, let synthetic):
      (modelNote, isSynthetic) = (note, synthetic)
      return []
    case .notice(let text):
      notices.append(text)
      shownNotice = text
      return []
    }
  }

  /// Pictures of a study that was left meanwhile come too late: memory holds one study's.
  private mutating func arrived(_ id: ClipID, _ clip: Clip) {
    if id.study == selectedUID { clips[id] = clip }
    reachGoal()
  }

  private mutating func keep(_ outlines: ClipOutlines, of id: ClipID) {
    contours[id] = outlines
    contouredStudies.removeAll { $0 == id.study }
    contouredStudies.append(id.study)
    if id.study == selectedUID { outlineRevision += 1 }
    while contouredStudies.count > Self.keptContours, let old = contouredStudies.first(where: { $0 != selectedUID }) {
      contouredStudies.removeAll { $0 == old }
      contours = contours.filter { $0.key.study != old }
    }
  }

  /// Sorts the list after news of a study: the most urgent first, of equals the one that was there first. Once a key was
  /// pressed the row under the cursor stays where it is, and the others go around it.
  private mutating func rank(_ uid: String) {
    guard let i = entries.firstIndex(where: { $0.study.id == uid }) else { return }
    let urgency = Urgency.of(entries[i].status.analysis, entries[i].measured)
    guard urgency != entries[i].urgency else { return }
    entries[i].urgency = urgency
    let held = touched ? entries.firstIndex { $0.study.id == selectedUID } : nil
    let cursor = held.map { entries.remove(at: $0) }
    entries.sort { $0.urgency != $1.urgency ? $0.urgency > $1.urgency : $0.arrival < $1.arrival }
    if let held, let cursor { entries.insert(cursor, at: held) }
  }

  /// New studies join at the end: the row under the cursor never moves.
  private mutating func take(_ studies: [Study]) -> [Effect] {
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
    if let gone = selectedUID, current == nil {
      return entries.first { $0.study.id.hasPrefix(gone) }.map { select($0.study.id) } ?? []
    }
    if selectedUID == nil, let first = entries.first { return select(first.study.id) }
    // A stack grows while it is read, and its middle moves.
    if !chosen { choose() }
    return want()
  }

  private mutating func select(_ uid: String) -> [Effect] {
    selectedUID = uid
    chosen = false
    (goal, finding) = (nil, 0)
    // Only this study's pixels stay in memory.
    clips = clips.filter { $0.key.study == uid }
    choose()
    return [.prioritise(study: uid)] + want()
  }

  /// The middle slice of the largest cine stack.
  private mutating func choose() {
    let all = current?.study.series ?? []
    func worth(_ s: Series) -> (Int, Int) { (s.phaseCount > 1 ? 1 : 0, s.slices.count) }
    series = all.indices.max { worth(all[$0]) < worth(all[$1]) } ?? 0
    slice = (currentSeries?.slices.count ?? 1) / 2
  }

  /// Asks for what the screen shows next: this slice, then its neighbours, or all slices for a montage. What was asked
  /// for and is not here yet is asked for again, because its turn may come sooner now.
  mutating func want() -> [Effect] {
    // Pixels come once the catalogue is complete: a slice is then shown with all of its phases.
    guard let uid = selectedUID, let count = currentSeries?.slices.count, count > 0, reading == nil else { return [] }
    let others = montage ? Array(0..<count) : [slice + 1, slice - 1]
    var wanted: [ClipID] = []
    for s in [slice] + others where (0..<count).contains(s) && (s != slice || wanted.isEmpty) {
      let id = ClipID(study: uid, series: series, slice: s)
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

  private mutating func press(_ key: Key) -> [Effect] {
    shownNotice = nil
    touched = true
    if editing == .filter { return edit(key) }
    if editing == .window, let done = adjustWindow(key) { return done }
    guard let action = Keymap.action(key) else { return [] }
    if let popup, ![.repaint, .suspend].contains(action), key != .control("c") {
      turn(popup, action)
      return []
    }
    if isListing {
      if key == .enter { return jump() }
      if let done = browse(action) { return done }
    }
    return perform(action)
  }

  /// Keys of a page: it scrolls, and what opened it, Esc and q close it.
  private mutating func turn(_ page: Popup, _ action: Action) {
    switch action {
    case .nextSlice: scroll(by: 1)
    case .previousSlice: scroll(by: -1)
    case .nextSeries, .play: scroll(by: PopupPage(self).height)
    case .previousSeries: scroll(by: -PopupPage(self).height)
    case .back, .quit: popup = nil
    case .help: open(page == .help ? nil : .help)
    case .info: open(page == .info ? nil : .info)
    default: break
    }
  }

  private mutating func open(_ page: Popup?) { (popup, scroll) = (page, 0) }

  private mutating func scroll(by lines: Int) {
    guard popup != nil else { return }
    scroll = min(max(scroll + lines, 0), PopupPage(self).furthest)
  }

  private mutating func perform(_ action: Action) -> [Effect] {
    switch action {
    case .play: playing.toggle()
    case .nextPhase: step(1)
    case .previousPhase: step(-1)
    case .nextSlice: return move(slice: slice + 1)
    case .previousSlice: return move(slice: slice - 1)
    case .endDiastole: stop(at: endDiastole)
    case .endSystole: stop(at: endSystole)
    case .slower: speed = max(speed / 1.25, 0.1)
    case .faster: speed = min(speed * 1.25, 4)
    case .nextSeries: return move(series: series + 1)
    case .previousSeries: return move(series: series - 1)
    case .nextStudy: return move(study: 1)
    case .previousStudy: return move(study: -1)
    case .panel:
      let all = Panel.allCases
      panel = all[((all.firstIndex(of: panel) ?? 0) + 1) % all.count]
    case .findings:
      allFindings = !(allFindings && panel == .findings)
      (panel, finding) = (.findings, 0)
    case .preset1: window = Self.presets[0]
    case .preset2: window = Self.presets[1]
    case .preset3: window = Self.presets[2]
    case .preset4: window = Self.presets[3]
    case .preset5: window = Self.presets[4]
    case .window: editing = .window
    case .invert: inverted.toggle()
    case .larger: zoom(1)
    case .smaller: zoom(-1)
    case .montage:
      montage.toggle()
      return want()
    case .contours: contoured.toggle()
    case .overlays: overlays.toggle()
    case .info: open(.info)
    case .names: hideNames.toggle()
    case .filter: editing = .filter
    case .help: open(.help)
    case .back:
      if !filter.isEmpty { filter = "" } else { montage = false }
    case .repaint: return [.repaint]
    case .suspend: return [.suspend]
    case .quit:
      quitting = true
      return [.quit]
    }
    return []
  }

  private mutating func edit(_ key: Key) -> [Effect] {
    switch key {
    case .enter: editing = .nothing
    case .escape:
      editing = .nothing
      filter = ""
    case .backspace: filter = String(filter.dropLast())
    case .control("c"): return perform(.quit)
    case .character(let c): return type(String(c))
    default: break
    }
    return followFilter()
  }

  static let longestFilter = 200

  /// Text for the filter, in one line.
  private mutating func type(_ text: String) -> [Effect] {
    // As a whole, for a mark may belong to the letter before it.
    filter = String(SafeText(filter + text).text.prefix(Self.longestFilter))
    return followFilter()
  }

  private mutating func followFilter() -> [Effect] {
    if let first = visible.first, !visible.contains(where: { $0.study.id == selectedUID }) {
      return select(first.study.id)
    }
    return []
  }

  /// Arrow keys while the window is set by hand; nil for a key that is none of it.
  private mutating func adjustWindow(_ key: Key) -> [Effect]? {
    let step = 2.0
    switch key {
    case .up: window.high = min(window.high + step, 100)
    case .down: window.high = max(window.high - step, window.low + step)
    case .right: window.low = min(window.low + step, window.high - step)
    case .left: window.low = max(window.low - step, 0)
    case .escape, .enter, .character("w"): editing = .nothing
    default: return nil
    }
    return []
  }

  private mutating func move(slice to: Int) -> [Effect] {
    guard let count = currentSeries?.slices.count, (0..<count).contains(to) else { return [] }
    slice = to
    chosen = true
    return want()
  }

  private mutating func move(series to: Int) -> [Effect] {
    guard let all = current?.study.series, all.indices.contains(to) else { return [] }
    series = to
    chosen = true
    slice = (currentSeries?.slices.count ?? 1) / 2
    return want()
  }

  private mutating func move(study by: Int) -> [Effect] {
    let list = visible
    guard let at = list.firstIndex(where: { $0.study.id == selectedUID }) else {
      return list.first.map { select($0.study.id) } ?? []
    }
    let to = at + by
    return list.indices.contains(to) ? select(list[to].study.id) : []
  }

  private mutating func zoom(_ by: Int) {
    let steps: [Double?] = [nil] + Self.fields.map { $0 }
    let at = steps.firstIndex { $0 == field } ?? 0
    field = steps[min(max(at + by, 0), steps.count - 1)]
  }
}
