import Cine
import Terminal

/// How the screen is divided. A column disappears before its words would break.
struct Layout {
  let worklist: CellRectangle?
  let picture: CellRectangle
  let side: CellRectangle?
  /// One line each at the top and the bottom.
  let rows: Int
  let columns: Int

  /// The line over the picture is over the picture, not in the first line.
  let hasPictureLine: Bool

  init(rows: Int, columns: Int, isFull: Bool = false) {
    (self.rows, self.columns) = (rows, columns)
    let inner = max(rows - 2, 0)
    func column(_ at: Int, _ width: Int) -> CellRectangle {
      CellRectangle(row: 1, column: at, rows: inner, columns: max(width, 0))
    }
    hasPictureLine = columns >= 110 && rows >= 20 && !isFull
    if isFull {
      worklist = nil
      side = nil
      picture = column(0, columns)
    } else if columns >= 110, rows >= 20 {
      let left = columns >= 160 ? 38 : 31
      let right = columns >= 160 ? 54 : 38
      worklist = column(0, left)
      side = column(columns - right, right)
      picture = column(left + 1, columns - left - right - 2)
    } else if columns >= 60, rows >= 12 {
      worklist = nil
      let right = columns >= 90 ? 34 : 29
      side = column(columns - right, right)
      picture = column(0, columns - right - 1)
    } else {
      worklist = nil
      side = nil
      picture = column(0, columns)
    }
  }
}

/// Draws the whole model. No input, no output, no change: the same model gives the same screen, with what was drawn
/// before in `memory` or without.
public func draw(
  _ model: ViewerModel, mode: GraphicsMode, cell: (width: Int, height: Int), memory: PictureMemory = PictureMemory()
) -> Frame {
  let (rows, columns) = model.size
  var screen = Screen(rows: rows, columns: columns)
  let layout = Layout(rows: rows, columns: columns, isFull: model.isFull && model.mode != .prompt(.filter))
  let renderer = PictureRenderer(mode: mode, cell: cell)
  var pictures: [Picture] = []
  if let page = model.page {
    drawHeader(model, layout, &screen)
    drawPage(page, model, layout, &screen)
  } else {
    pictures = drawPictures(model, layout, renderer, memory, &screen)
    if let area = layout.worklist {
      drawWorklist(model, area, &screen)
      drawRule(area.column + area.columns, layout, &screen)
    }
    if let area = layout.side {
      drawRule(area.column - 1, layout, &screen)
      // A filter that is typed shows what it leaves.
      switch layout.worklist != nil ? .findings : model.mode == .prompt(.filter) ? .worklist : model.panel {
      case .findings: drawFindings(model, area, &screen)
      case .worklist: drawWorklist(model, area, &screen)
      case .series:
        var row = area.row
        drawSeries(model, area, &row, &screen)
      }
    }
    drawHeader(model, layout, &screen)
  }
  drawFooter(model, layout, mode, pictures.first, &screen)
  return Frame(screen, pictures: pictures)
}

private func drawRule(_ column: Int, _ layout: Layout, _ screen: inout Screen) {
  for row in 1..<max(layout.rows - 1, 1) { screen.put("│", row, column, .dim) }
}

private func drawHeader(_ model: ViewerModel, _ layout: Layout, _ screen: inout Screen) {
  let wide = layout.hasPictureLine
  var left = " cinecor · "
  if !wide, let entry = model.current {
    let at = (model.entries.firstIndex { $0.study.id == model.selectedUID } ?? 0) + 1
    left += "\(model.label(entry)) · \(at)/\(model.entries.count)"
  } else if !wide, let file = model.currentFile {
    left += model.label(file)
  } else {
    // A folder often has its patient's name.
    left += model.hideNames ? "names hidden" : SafeText(model.source).text
  }
  let help = "? help "
  var right = wide ? progress(model) + "   " : ""
  if !wide, let reading = model.reading { right = "\(reading.done)/\(Count.of(reading.total, "file"))  " }
  right += help
  let room = layout.columns - TextWidth.of(right) - 1
  screen.put(TextWidth.fit(left, max(room, 0)), 0, 0, .title)
  if !wide, let line = pictureLine(model) {
    let at = 1 + max(TextWidth.of(left) + 2, 0)
    if at + TextWidth.of(line) < room { screen.put(line, 0, max(at, (room - TextWidth.of(line)) / 2)) }
  }
  screen.put(right, 0, layout.columns - TextWidth.of(right), .dim)
}

/// How far everything is, in a few words.
private func progress(_ model: ViewerModel) -> String {
  var parts: [String] = []
  if let reading = model.reading { parts.append("reading \(reading.done)/\(Count.of(reading.total, "file"))") }
  parts.append(Count.of(model.entries.count, "study", "studies"))
  var (done, running, failed) = (0, 0, 0)
  for entry in model.entries {
    switch entry.status {
    case .done: done += 1
    case .running: running += 1
    case .failed: failed += 1
    case .pending: break
    }
  }
  if done > 0 { parts.append("\(done) done") }
  if running > 0 { parts.append("\(running) running") }
  if failed > 0 { parts.append("\(failed) failed") }
  if let seconds = model.secondsLeft {
    let whole = Int(min(seconds.rounded(.up), 359_999))
    let (minutes, rest) = (whole / 60, whole % 60)
    parts.append("\(minutes):\(rest < 10 ? "0" : "")\(rest) left")
  }
  if !model.unreadable.isEmpty { parts.append("⚠ \(model.unreadable.count) unreadable") }
  if model.skipped > 0 { parts.append("\(model.skipped) skipped") }
  return parts.joined(separator: " · ")
}

private func drawFooter(
  _ model: ViewerModel, _ layout: Layout, _ mode: GraphicsMode, _ picture: Picture?, _ screen: inout Screen
) {
  guard layout.rows > 1 else { return }
  let row = layout.rows - 1
  // What must never leave the screen comes first; the badge gets what is left.
  let full = (model.isSynthetic ? "synthetic-trained · " : "") + "research use only · not for diagnosis "
  let brief = "research use · not for diagnosis "
  let notice = layout.columns >= 110 ? full : layout.columns >= 40 ? brief : "not for diagnosis "
  let start = max(layout.columns - TextWidth.of(notice), 0)
  screen.put(notice, row, start, .warning)
  let room = start - 2
  if model.mode == .prompt(.filter) {
    let at = screen.put(TextWidth.fit("/\(model.filter)▏", max(room, 0)), row, 1, .accent)
    let left = model.visible.count + model.visibleFiles.count
    let all = model.entries.count + model.unreadable.count
    let note = model.filter.isEmpty ? "name, finding, lvef<35, done, 4ch" : model.unclearFilter ?? "\(left) of \(all)"
    screen.put(TextWidth.fit("  " + note, max(room - at, 0)), row, at, model.unclearFilter == nil ? .dim : .warning)
  } else if case .prompt(let prompt) = model.mode {
    let at = screen.put(TextWidth.fit("\(prompt.sign)\(model.draft)▏", max(room, 0)), row, 1, .accent)
    let note =
      switch prompt {
      case .command: Command.hint(model.draft)
      case .search: "Enter keeps, Esc ends"
      case .impression: "n normal d dilated t thick i infarct r right o other, LVEF: d 30"
      default: "a sentence of a report; Enter asks"
      }
    screen.put(TextWidth.fit("  " + note, max(room - at, 0)), row, at, .dim)
  } else if model.mode == .window {
    let w = model.view.window
    screen.put(TextWidth.fit("window \(Int(w.low))–\(Int(w.high)) %  arrows · Esc", max(room, 0)), row, 1, .accent)
  } else if model.mode == .ruler {
    screen.put(model.rulerLine(max(room, 0)), row, 1, .accent)
  } else if model.mode == .place {
    let text = "place: arrows move · r turns · f mirrors · + - closer, away · 0 as it was · Esc"
    screen.put(TextWidth.fit(text, max(room, 0)), row, 1, .accent)
  } else if model.mode == .strip {
    screen.put(TextWidth.fit("line: ↑↓ move it · ←→ turn it · Esc leaves it · y ends", max(room, 0)), row, 1, .accent)
  } else if let said = model.said {
    let text = (said.isWarning ? "⚠ " : "") + SafeText(said.text).text
    screen.put(TextWidth.fit(text, max(room, 0)), row, 1, said.isWarning ? .warning : .accent)
  } else if room > 8 {
    screen.put(badge(model, mode, picture, room), row, 1, .dim)
  }
}

/// What the picture loses, the longest form that fits.
private func badge(_ model: ViewerModel, _ mode: GraphicsMode, _ picture: Picture?, _ room: Int) -> String {
  guard let picture, let clip = model.currentClip else { return TextWidth.fit(mode.name, room) }
  let size = "\(picture.image.columns)×\(picture.image.rows) of \(clip.columns)×\(clip.rows)"
  var rate = ""
  if let r = model.frameRates, model.playing {
    rate = " · \(Int(min(r.shown, r.wanted).rounded()))/\(Int(r.wanted.rounded())) fps"
  }
  if let frames = model.loss.framesPerSecond { rate = " · \(Int(frames.rounded())) fps, link-limited" }
  if let rows = model.loss.rows, let columns = model.loss.columns { rate += " · only \(columns)×\(rows) pixels" }
  if let greys = model.loss.greys { rate += " · \(greys) greys" }
  var bar = ""
  if model.view.layers.contains(.overlays), model.view.content == .slice, let motion = model.motion {
    let crop = PictureRenderer.crop(clip, motion, model.view.framing)
    bar = RulerMarks.barLength(clip.geometry, crop).map { " · bar \($0) mm" } ?? ""
  }
  let order =
    model.currentSeries.map { " · by \($0.orderRule)\($0.ties > 0 ? ", \(Count.of($0.ties, "tie"))" : "")" } ?? ""
  let forms = [
    size + rate + bar + order, size + rate + bar, size + rate, rate + bar, rate, "",
  ].map { $0.hasPrefix(" ") || $0.isEmpty ? mode.name + $0 : "\(mode.name) \($0)" }
  return forms.first { TextWidth.of($0) <= room } ?? TextWidth.fit(mode.name, room)
}

/// The line over the picture.
func pictureLine(_ model: ViewerModel) -> String? {
  guard let series = model.currentSeries else { return nil }
  let view = series.view == .unknown ? "series \(model.view.series + 1)" : series.view.rawValue
  var parts = ["\(view) \(model.view.slice + 1)/\(series.slices.count)"]
  if let clip = model.currentClip {
    parts.append("\(model.phase + 1)/\(clip.frames)")
    if let rate = model.heartRate, model.currentSlice?.heartbeat != nil {
      parts.append("\(Int(rate.rounded()))/min")
    } else {
      parts.append("heart rate unknown")
    }
    if model.speed != 1 { parts.append("\(Int((model.speed * 100).rounded())) %") }
    if !model.playing { parts.append("paused") }
  }
  return parts.joined(separator: " · ")
}
