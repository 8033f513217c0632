import Cine
import Terminal

extension ViewerModel {
  /// The one place where the model changes. No input or output: what must be done comes back as effects.
  public mutating func update(_ message: Message) -> [Effect] {
    let effects = take(message)
    switch message {
    case .tick where !effects.isEmpty: relist()
    case .tick, .size, .clip, .clipFailed, .contours, .model, .notice, .said: break
    default: relist()
    }
    return effects
  }

  private mutating func take(_ message: Message) -> [Effect] {
    switch message {
    case .key(let key): return press(key)
    case .paste(let text): return editing == .filter ? type(text) : []
    case .tick(let now):
      tick(now)
      return notice(at: now)
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
    case .flags(let known):
      for i in entries.indices {
        guard let before = known[entries[i].study.id] else { continue }
        // Beside what was done since.
        entries[i].flags.read = entries[i].flags.read || before.read
        entries[i].flags.marked = entries[i].flags.marked || before.marked
      }
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
    case .said(let text, let isWarning):
      said = Said(text, isWarning: isWarning)
      return []
    case .notice(let text):
      notices.append(text)
      said = Said(text, isWarning: true)
      return []
    }
  }

  private mutating func press(_ key: Key) -> [Effect] {
    said = nil
    touched = true
    if editing == .caliper { return measure(key) }
    if editing == .filter { return edit(key) }
    if editing == .window, let done = adjustWindow(key) { return done }
    if popup == .export, let done = export(key) { return done }
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
    case .export where page == .export: open(nil)
    default: break
    }
  }

  private mutating func open(_ page: Popup?) { (popup, scroll) = (page, 0) }

  private mutating func scroll(by lines: Int) {
    guard popup != nil else { return }
    scroll = min(max(scroll + lines, 0), PopupPage(self).furthest)
  }

  mutating func perform(_ action: Action) -> [Effect] {
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
    case .firstStudy: return open(row: 0)
    case .lastStudy: return open(row: visible.count + visibleFiles.count - 1)
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
    case .export: open(.export)
    case .names:
      hideNames.toggle()
      // Other names, another order.
      if order == .name { arrange(holding: true) }
    case .sort: sortNext()
    case .mark: return mark()
    case .caliper: measureByHand()
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

  private mutating func zoom(_ by: Int) {
    let steps: [Double?] = [nil] + Self.fields.map { $0 }
    let at = steps.firstIndex { $0 == field } ?? 0
    field = steps[min(max(at + by, 0), steps.count - 1)]
  }
}
