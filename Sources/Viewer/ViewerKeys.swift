import Terminal

/// The keys of the viewer: those that it comes with, or others by the names of commands.
public struct ViewerKeys: Sendable {
  let browsing: Keymap

  public init() { browsing = .browsing }

  public enum Problem: Error, Hashable {
    case noCommand(String)
    case noKey(String, of: String)
    /// Nothing would end the program.
    case noWayOut

    public var text: String {
      switch self {
      case .noCommand(let name): "'\(name)' is no command: 'cinecor man' lists keys, and : in the viewer all names"
      case .noKey(let key, let name):
        "'\(key)' is no key (keys.\(name)): a character, or such as Down, PgUp, F5, Ctrl-X"
      case .noWayOut: "no key would be left for quit"
      }
    }
  }

  /// Each command with its keys; a key that another one had is taken from it.
  public init(_ named: [(command: String, keys: [String])]) throws(Problem) {
    var own: [Action: [Key]] = [:]
    for (name, keys) in named {
      guard let row = Keymap.browsing.rows.first(where: { $0.action.name == name }) else { throw .noCommand(name) }
      var all: [Key] = []
      for text in keys {
        guard let key = Key(name: text) else { throw .noKey(text, of: name) }
        all.append(key)
      }
      own[row.action] = all
    }
    let taken = Set(own.values.joined())
    let rows = Keymap.browsing.rows.map { row in
      Keymap.Row(row.action, own[row.action] ?? row.keys.filter { !taken.contains($0) }, row.help)
    }
    guard rows.contains(where: { $0.action == .quit && !$0.keys.isEmpty }) else { throw .noWayOut }
    browsing = Keymap(rows)
  }

  /// As a manual lists them.
  public var all: [(keys: String, help: String)] {
    browsing.rows.map { ($0.keys.map(\.name).joined(separator: " "), $0.help) }
  }
}

extension Key {
  /// By the name that help gives it; arrows also as words. Nil for anything else.
  init?(name: String) {
    let special: [Key] = [
      .up, .down, .left, .right, .pageUp, .pageDown, .home, .end, .enter, .tab, .escape, .backspace, .delete,
      .character(" "),
    ]
    let words: [String: Key] = ["up": .up, "down": .down, "left": .left, "right": .right]
    let lowered = name.lowercased()
    if let key = special.first(where: { $0.name.lowercased() == lowered }) ?? words[lowered] {
      self = key
    } else if let first = name.first, name.count == 1, !first.isWhitespace, first.unicodeScalars.count == 1,
      first.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control })
    {
      self = .character(first)
    } else if lowered.hasPrefix("f"), let n = Int(lowered.dropFirst()), (1...12).contains(n) {
      self = .function(n)
    } else if lowered.hasPrefix("ctrl-"), let letter = lowered.dropFirst(5).first, lowered.count == 6,
      letter.isASCII, letter.isLetter
    {
      self = .control(letter)
    } else {
      return nil
    }
  }
}
