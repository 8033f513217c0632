import Cine
import Terminal

/// Keys.
extension ViewerModel {
  mutating func press(_ key: Key) -> [Effect] {
    said = nil
    touched = true
    for mode in modes.reversed() {
      if let action = mode.keymap.action(key) { return perform(action, in: mode) }
      if case .prompt(let prompt) = mode, case .character(let c) = key { return type(String(c), at: prompt) }
      if !mode.isTransparent { return [] }
    }
    return keys.browsing.action(key).map { perform($0) } ?? []
  }

  mutating func paste(_ text: String) -> [Effect] {
    if case .prompt(let prompt) = mode { return type(text, at: prompt) }
    return []
  }

  mutating func enter(_ mode: Mode) {
    leave(mode)
    modes.append(mode)
  }

  /// With all that lies on it.
  mutating func leave(_ mode: Mode) {
    if let at = modes.firstIndex(of: mode) { modes.removeSubrange(at...) }
  }

  private mutating func perform(_ action: Action, in mode: Mode) -> [Effect] {
    if [.repaint, .suspend, .quit].contains(action) { return perform(action) }
    switch mode {
    case .findings: return browse(action)
    case .page(let page): return turn(page, action)
    case .prompt(let prompt): return edit(prompt, action)
    case .window: adjustWindow(action)
    case .ruler: return measure(action)
    case .place: place(action)
    case .strip: moveStrip(action)
    }
    return []
  }

  /// Keys of a page: it scrolls, and what opened it closes it.
  private mutating func turn(_ page: Page, _ action: Action) -> [Effect] {
    switch action {
    case .down: scroll(by: 1)
    case .up: scroll(by: -1)
    case .pageDown: scroll(by: PopupPage(self).height)
    case .pageUp: scroll(by: -PopupPage(self).height)
    // What was looked for first.
    case .close where !search.isEmpty: (search, scroll) = ("", 0)
    case .close: leave(.page(page))
    case .help: open(.help)
    case .study: open(.study)
    case .card: open(.card)
    case .find: prompt(.search)
    default: return export(action)
    }
    return []
  }

  /// In place of another page; the same again closes it.
  private mutating func open(_ page: Page) {
    let old = self.page
    if let old { leave(.page(old)) }
    if old != page { enter(.page(page)) }
    (search, scroll) = ("", 0)
  }

  mutating func scroll(by lines: Int) {
    guard page != nil else { return }
    scroll = min(max(scroll + lines, 0), PopupPage(self).furthest)
  }

  mutating func perform(_ action: Action) -> [Effect] {
    switch action {
    case .play: playing.toggle()
    case .nextPhase: step(1)
    case .previousPhase: step(-1)
    case .nextSlice: return move(slice: view.slice + 1) ?? []
    case .previousSlice: return move(slice: view.slice - 1) ?? []
    case .endDiastole: stop(at: endDiastole)
    case .endSystole: stop(at: endSystole)
    case .slower: speed = max(speed / 1.25, 0.1)
    case .faster: speed = min(speed * 1.25, 4)
    case .nextSeries: return move(series: view.series + 1) ?? []
    case .previousSeries: return move(series: view.series - 1) ?? []
    case .nextStudy: return move(study: 1)
    case .previousStudy: return move(study: -1)
    case .firstStudy: return open(row: 0)
    case .lastStudy: return open(row: visible.count + visibleFiles.count - 1)
    case .panel:
      let all = Panel.allCases
      panel = all[((all.firstIndex(of: panel) ?? 0) + 1) % all.count]
      leave(.findings)
    case .findings:
      if isListing { leave(.findings) } else { enter(.findings) }
      (panel, finding) = (.findings, 0)
    case .preset1: view.window = Viewport.Window.presets[0]
    case .preset2: view.window = Viewport.Window.presets[1]
    case .preset3: view.window = Viewport.Window.presets[2]
    case .preset4: view.window = Viewport.Window.presets[3]
    case .preset5: view.window = Viewport.Window.presets[4]
    case .window: enter(.window)
    case .invert: view.inverted.toggle()
    case .larger: zoom(1)
    case .smaller: zoom(-1)
    case .place: enter(.place)
    case .full: isFull.toggle()
    case .axes: return axes()
    case .pair: return pair()
    case .otherPicture: return turnToOther()
    case .match:
      isMatched.toggle()
      said = Said(isMatched ? "hearts in step" : "each heart at its own rate", isWarning: false)
    case .motionStrip: toggleStrip()
    case .montage:
      view.content = view.content == .montage ? .slice : .montage
      return want()
    case .contours: view.layers.formSymmetricDifference(.contours)
    case .overlays: view.layers.formSymmetricDifference(.overlays)
    case .study: open(.study)
    case .export: open(.export)
    case .help: open(.help)
    case .names:
      hideNames.toggle()
      // Other names, another order.
      if order == .name { arrange(holding: true) }
    case .sort: sortNext()
    case .mark: return mark()
    case .ruler: measureByHand(.length)
    case .filter: enter(.prompt(.filter))
    case .command: prompt(.command)
    case .ask: prompt(.question)
    case .card: open(.card)
    case .hideFindings: hideFindings.toggle()
    case .commitFirst:
      commitsFirst.toggle()
      let text = commitsFirst ? "findings come after your impression: I" : "findings are shown"
      said = Said(text, isWarning: false)
    case .mouse:
      isMouseOn.toggle()
      said = Said(
        isMouseOn ? "the mouse is the program's" : "the mouse is the terminal's: it selects text", isWarning: false)
      return [.mouse(isMouseOn)]
    case .impression: if current != nil { prompt(.impression) }
    case .score: open(.score)
    case .close: return back()
    case .repaint: return [.repaint]
    case .suspend: return [.suspend]
    case .quit:
      quitting = true
      return [.quit]
    // Of modes alone.
    case .up, .down, .left, .right, .farUp, .farDown, .farLeft, .farRight, .pageUp, .pageDown, .other, .accept, .erase,
      .length, .angle, .area, .addPoint, .rotate, .mirror, .reset, .exportPicture, .exportWorklist, .exportReport,
      .exportCine, .exportMeasures, .exportImpressions, .copyIdentifier, .copySummary, .find:
      break
    }
    return []
  }

  /// Undoes what is there, the nearest first.
  private mutating func back() -> [Effect] {
    if view.strip != nil {
      view.strip = nil
    } else if view.content != .slice {
      view.content = .slice
    } else if arrangement != .one {
      return showOne()
    } else if isFull {
      isFull = false
    } else {
      filter = ""
    }
    return []
  }

  /// The window by hand.
  private mutating func adjustWindow(_ action: Action) {
    let step = 2.0
    let (low, high) = (view.window.low, view.window.high)
    switch action {
    case .up: view.window.high = min(high + step, 100)
    case .down: view.window.high = max(high - step, low + step)
    case .right: view.window.low = min(low + step, high - step)
    case .left: view.window.low = max(low - step, 0)
    default: leave(.window)
    }
  }

  /// Nil where there is no such slice.
  mutating func move(slice to: Int) -> [Effect]? {
    guard let count = currentSeries?.slices.count, (0..<count).contains(to) else { return nil }
    view.slice = to
    view.chosen = true
    return want()
  }

  /// Nil where there is no such series.
  mutating func move(series to: Int) -> [Effect]? {
    guard let all = current?.study.series, all.indices.contains(to) else { return nil }
    view.series = to
    view.chosen = true
    view.slice = all[to].slices.count / 2
    return want()
  }
}
