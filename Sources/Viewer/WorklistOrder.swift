import Cine

extension ViewerModel {
  /// What the worklist is sorted by.
  public enum Order: String, Hashable, Sendable, CaseIterable {
    case urgency, name, lvef = "LVEF", status
    /// Of its model's embedding to a sentence.
    case likeness
  }

  /// Sorts the list after news of a study. Once a key was pressed the row under the cursor stays where it is, and the
  /// others go around it.
  mutating func rank(_ uid: String) {
    guard let i = entries.firstIndex(where: { $0.study.id == uid }) else { return }
    let urgency = Urgency.of(entries[i].status.analysis, entries[i].measured)
    let isNews = urgency != entries[i].urgency
    entries[i].urgency = urgency
    guard order == .urgency ? isNews : order != .name else { return }
    arrange(holding: touched)
  }

  /// Of equals the one that was there first comes first.
  mutating func arrange(holding: Bool) {
    let held = holding ? entries.firstIndex { $0.study.id == selectedUID } : nil
    let cursor = held.map { entries.remove(at: $0) }
    switch order {
    case .urgency: sort { -$0.urgency }
    case .lvef: sort { $0.value("lvef") ?? .infinity }
    case .status: sort { $0.status.rank }
    case .likeness:
      let near = question?.similarity ?? [:]
      sort { -(near[$0.study.id] ?? -2) }
    case .name:
      let names = Dictionary(uniqueKeysWithValues: entries.map { ($0.arrival, Self.parts(label($0))) })
      entries.sort { a, b in
        let (x, y) = (names[a.arrival] ?? [], names[b.arrival] ?? [])
        return x == y ? a.arrival < b.arrival : x.lexicographicallyPrecedes(y)
      }
    }
    if let held, let cursor { entries.insert(cursor, at: held) }
  }

  private mutating func sort<Key: Comparable>(_ key: (Entry) -> Key) {
    entries.sort { a, b in
      let (x, y) = (key(a), key(b))
      return x == y ? a.arrival < b.arrival : x < y
    }
  }

  /// The next order. Somebody asked for it: the row under the cursor goes where it belongs.
  mutating func sortNext() {
    let all = Order.allCases.filter { $0 != .likeness || question != nil }
    sort(by: all[((all.firstIndex(of: order) ?? 0) + 1) % all.count])
    said = Said("worklist sorted by \(order.rawValue)", isWarning: false)
  }

  public mutating func sort(by wanted: Order) {
    order = wanted
    arrange(holding: false)
  }

  enum NamePart: Hashable, Comparable {
    case number(Int)
    case text(String)
  }

  /// Names with their numbers as numbers: 2 comes before 10.
  static func parts(_ name: String) -> [NamePart] {
    var parts: [NamePart] = []
    var rest = name.lowercased()[...]
    while let first = rest.first {
      let isDigit = first.isASCII && first.isNumber
      let run = rest.prefix { ($0.isASCII && $0.isNumber) == isDigit }
      rest = rest.dropFirst(run.count)
      parts.append(isDigit ? Int(run).map { .number($0) } ?? .text(String(run)) : .text(String(run)))
    }
    return parts
  }
}

extension ViewerModel.Status {
  /// What can be read first, what went wrong last.
  fileprivate var rank: Int {
    switch self {
    case .done: 0
    case .running: 1
    case .pending: 2
    case .failed: 3
    }
  }
}
