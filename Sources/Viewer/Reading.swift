import Cine

/// What was looked at, and what somebody wants to find again.
extension ViewerModel {
  /// Seconds that a picture is on the screen before its study counts as read: passing by is no reading.
  static let glance = 1.0

  mutating func notice(at now: Double) -> [Effect] {
    guard currentClip != nil, let id = selectedUID, let i = entries.firstIndex(where: { $0.study.id == id }) else {
      opened = nil
      return []
    }
    guard let opened, opened.study == id else {
      opened = (id, now)
      return []
    }
    guard !entries[i].flags.read, now - opened.at >= Self.glance else { return [] }
    entries[i].flags.read = true
    return [.keepRead(hash: entries[i].study.hash)]
  }

  /// Marks the study under the cursor, or takes its mark away.
  mutating func mark() -> [Effect] {
    guard let id = current?.study.id, let i = entries.firstIndex(where: { $0.study.id == id }) else { return [] }
    entries[i].flags.marked.toggle()
    said = Said(entries[i].flags.marked ? "marked; /marked lists marks" : "mark taken away", isWarning: false)
    return [.keepMarked(hash: entries[i].study.hash, entries[i].flags.marked)]
  }
}
