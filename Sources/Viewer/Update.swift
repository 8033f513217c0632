import Cine
import Terminal

extension ViewerModel {
  /// The one place where the model changes. No input or output: what must be done comes back as effects.
  public mutating func update(_ message: Message) -> [Effect] {
    let effects = take(message)
    switch message {
    case .tick where !effects.isEmpty: relist()
    case .tick, .size, .shown, .clip, .clipFailed, .contours, .model, .card, .notice, .said: break
    default: relist()
    }
    return effects
  }

  private mutating func take(_ message: Message) -> [Effect] {
    switch message {
    case .key(let key): return press(key)
    case .paste(let text): return paste(text)
    case .mouse(let mouse): return point(mouse)
    case .shown(let places, let loss):
      (self.places, self.loss) = (places, loss)
      return []
    case .tick(let now):
      tick(now)
      return notice(at: now)
    case .catalogue(let studies, let done, let total):
      reading = (done, total)
      return take(studies)
    case .catalogueComplete(let studies, let unreadable, let skipped):
      let wasComplete = reading == nil
      reading = nil
      self.unreadable = unreadable
      self.skipped = skipped
      if wasComplete { drop(allBut: studies) }
      return take(studies, wasComplete: wasComplete)
    case .clip(let id, let clip, let motion):
      arrived(id, .loaded(clip, motion))
      return []
    case .clipFailed(let id, let why):
      arrived(id, .failed(why))
      return []
    case .contours(let id, let outlines):
      keep(outlines, of: id)
      return []
    case .measured(let uid, let measured, let group):
      if let i = entries.firstIndex(where: { $0.study.id == uid }) {
        (entries[i].measured, entries[i].group) = (measured, group)
      }
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
    case .measures(let known):
      for i in entries.indices { entries[i].measures = (known[entries[i].study.id] ?? []) + entries[i].measures }
      return []
    case .size(let rows, let columns):
      size = (rows, columns)
      scroll(by: 0)
      return []
    case .status(let uid, let status):
      note(status)
      if let i = entries.firstIndex(where: { $0.study.id == uid }) { entries[i].status = status }
      rank(uid)
      return []
    case .impressions(let known):
      for i in entries.indices where entries[i].impression == nil {
        entries[i].impression = known[entries[i].study.id]
      }
      return []
    case .truths(let known):
      for i in entries.indices { entries[i].truth = known[entries[i].study.id] ?? entries[i].truth }
      return []
    case .answer(let text, let similarity, let refusal):
      take(answer: text, similarity, refusal: refusal)
      return []
    case .card(let lines):
      card = lines
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

  private mutating func note(_ status: Status) {
    switch status {
    case .done, .failed: finished = Array((finished + [lastTick].compactMap { $0 }).suffix(8))
    case .pending, .running: break
    }
  }

  /// Seconds until all studies have a result, at the pace of the last ones; nil while that is not known.
  var secondsLeft: Double? {
    guard let first = finished.first, let last = finished.last, finished.count > 2, last > first else { return nil }
    let left = entries.count { entry in
      switch entry.status {
      case .pending, .running: true
      case .done, .failed: false
      }
    }
    return left == 0 ? nil : Double(left) * (last - first) / Double(finished.count - 1)
  }
}
