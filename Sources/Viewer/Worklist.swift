import Cine
import Terminal

/// The list of studies: its order, what the filter leaves of it, and which one is on the screen.
extension ViewerModel {
  /// Sorts the list after news of a study: the most urgent first, of equals the one that was there first. Once a key was
  /// pressed the row under the cursor stays where it is, and the others go around it.
  mutating func rank(_ uid: String) {
    guard let i = entries.firstIndex(where: { $0.study.id == uid }) else { return }
    let urgency = Urgency.of(entries[i].status.analysis, entries[i].measured)
    guard urgency != entries[i].urgency else { return }
    entries[i].urgency = urgency
    let held = touched ? entries.firstIndex { $0.study.id == selectedUID } : nil
    let cursor = held.map { entries.remove(at: $0) }
    entries.sort { $0.urgency != $1.urgency ? $0.urgency > $1.urgency : $0.arrival < $1.arrival }
    if let held, let cursor { entries.insert(cursor, at: held) }
  }

  mutating func select(_ uid: String) -> [Effect] {
    selectedUID = uid
    chosen = false
    (goal, finding) = (nil, 0)
    // Only this study's pixels stay in memory.
    clips = clips.filter { $0.key.study == uid }
    choose()
    return [.prioritise(study: uid)] + want()
  }

  mutating func edit(_ key: Key) -> [Effect] {
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
  mutating func type(_ text: String) -> [Effect] {
    // As a whole, for a mark may belong to the letter before it.
    filter = String(SafeText(filter + text).text.prefix(Self.longestFilter))
    return followFilter()
  }

  mutating func followFilter() -> [Effect] {
    if let first = visible.first, !visible.contains(where: { $0.study.id == selectedUID }) {
      return select(first.study.id)
    }
    return []
  }

  mutating func move(study by: Int) -> [Effect] {
    let list = visible
    guard let at = list.firstIndex(where: { $0.study.id == selectedUID }) else {
      return list.first.map { select($0.study.id) } ?? []
    }
    let to = at + by
    return list.indices.contains(to) ? select(list[to].study.id) : []
  }

  /// The worklist as shown: what the filter leaves.
  var visible: [Entry] {
    guard !filter.isEmpty else { return entries }
    let wanted = filter.lowercased()
    return entries.filter { entry in
      label(entry).lowercased().contains(wanted) || entry.study.path.text.lowercased().contains(wanted)
        || (entry.measured?.findings.contains { ConditionNames.long($0.condition).lowercased().contains(wanted) }
          ?? false)
        || (entry.status.analysis?.findings.contains {
          $0.positive && ConditionNames.long($0.condition).lowercased().contains(wanted)
        }
          ?? false)
    }
  }
}
