import Cine
import Terminal

/// What can be typed after a colon: whatever a key does, by its name, and some words that take a value.
enum Command {
  /// Those that take a value.
  static let words: [(name: String, value: String)] = [
    ("slice", "N"), ("phase", "N"), ("series", "N"), ("study", "NAME or row"), ("window", "LOW HIGH, percent"),
    ("speed", "PERCENT"), ("sort", "urgency, name, lvef, status or likeness"), ("filter", "what rows must have"),
    ("ask", "a sentence"), ("field", "MM"),
  ]

  static let names = Set(Keymap.browsing.rows.map(\.action.name) + words.map(\.name)).sorted()

  /// Those that begin so; all where nothing is typed.
  static func candidates(_ text: String) -> [String] {
    let word = text.prefix { $0 != " " }
    return names.filter { $0.hasPrefix(word) }
  }

  /// As far as all candidates agree.
  static func complete(_ text: String) -> String {
    guard !text.contains(" ") else { return text }
    let all = candidates(text)
    guard let first = all.first else { return text }
    let shared = all.dropFirst().reduce(first) { shared, next in
      String(zip(shared, next).prefix { $0 == $1 }.map(\.0))
    }
    return all.count == 1 && words.contains { $0.name == first } ? first + " " : shared
  }

  /// What stands beside the line while it is typed.
  static func hint(_ text: String) -> String {
    let name = String(text.prefix { $0 != " " })
    if let word = words.first(where: { $0.name == name }) { return word.value }
    let all = candidates(text)
    if all.isEmpty { return "no such command" }
    return all.count == 1 && all[0] == name ? "Enter" : all.joined(separator: " ")
  }
}

extension ViewerModel {
  /// What a line after a colon says.
  mutating func run(_ line: String) -> [Effect] {
    let parts = line.split(separator: " ", maxSplits: 1).map(String.init)
    guard let typed = parts.first else { return [] }
    let value = parts.count > 1 ? parts[1].trimmingPrefix { $0 == " " } : ""
    let found = Command.candidates(typed)
    guard let name = found.contains(typed) ? typed : found.count == 1 ? found.first : nil else {
      let near = found.isEmpty ? "" : ": \(found.prefix(5).joined(separator: ", "))"
      said = Said(found.isEmpty ? "no command '\(typed)'; ? lists keys" : "which of them\(near)?", isWarning: true)
      return []
    }
    // Some take a value or none.
    if value.isEmpty, let row = Keymap.browsing.rows.first(where: { $0.action.name == name }) {
      return perform(row.action)
    }
    return set(name, String(value))
  }

  private mutating func set(_ name: String, _ value: String) -> [Effect] {
    let numbers = value.split(separator: " ").compactMap { Double($0) }
    let first = numbers.first.flatMap { $0.isFinite && abs($0) < 1e6 ? $0 : nil }
    var effects: [Effect]?
    switch name {
    case "slice": effects = first.flatMap { move(slice: Int($0) - 1) }
    case "series": effects = first.flatMap { move(series: Int($0) - 1) }
    case "phase":
      if let first, let clip = currentClip, (1...clip.frames).contains(Int(first)) {
        stop(at: Int(first) - 1)
        effects = []
      }
    case "study":
      let row = first.map { Int($0) - 1 }
      let named = visible.firstIndex { label($0).lowercased().hasPrefix(value.lowercased()) }
      if !value.isEmpty, let row = named ?? row, (0..<visible.count + visibleFiles.count).contains(row) {
        effects = open(row: row)
      }
    case "window":
      if numbers.count == 2, numbers[0] >= 0, numbers[1] <= 100, numbers[1] - numbers[0] >= 1 {
        view.window = Viewport.Window(low: numbers[0], high: numbers[1])
        effects = []
      }
    case "speed":
      if let first, (10...400).contains(first) {
        speed = first / 100
        effects = []
      }
    case "field":
      if let first, (20...1000).contains(first) {
        view.framing.field = first
        effects = []
      }
    case "sort":
      if let wanted = Order.allCases.first(where: { $0.rawValue.lowercased() == value.lowercased() }) {
        sort(by: wanted)
        effects = []
      }
    case "filter":
      filter = value
      effects = followFilter()
    case "ask": effects = ask(value)
    default: break
    }
    if effects == nil {
      let wanted = Command.words.first { $0.name == name }?.value ?? ""
      said = Said("\(name) wants \(wanted), and what is there", isWarning: true)
    }
    return effects ?? []
  }
}
