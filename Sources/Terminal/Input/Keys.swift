/// A key, by what it says.
public enum Key: Hashable, Sendable {
  case character(Character)
  case up, down, left, right, pageUp, pageDown, home, end
  case enter, tab, escape, backspace, delete
  case control(Character)
  case function(Int)

  /// How help names it.
  public var name: String {
    switch self {
    case .character(" "): "Space"
    case .character(let c): String(c)
    case .up: "↑"
    case .down: "↓"
    case .left: "←"
    case .right: "→"
    case .pageUp: "PgUp"
    case .pageDown: "PgDn"
    case .home: "Home"
    case .end: "End"
    case .enter: "Enter"
    case .tab: "Tab"
    case .escape: "Esc"
    case .backspace: "Backspace"
    case .delete: "Delete"
    case .control(let c): "Ctrl-\(c.uppercased())"
    case .function(let n): "F\(n)"
    }
  }

  /// A character code as a terminal sends it.
  init?(code: Int32) {
    switch code {
    case 9: self = .tab
    case 10, 13: self = .enter
    case 27: self = .escape
    case 8, 127: self = .backspace
    case 1...26:
      guard let scalar = Unicode.Scalar(UInt32(code) + 96) else { return nil }
      self = .control(Character(scalar))
    default:
      guard code >= 32, let scalar = Unicode.Scalar(UInt32(code)) else { return nil }
      self = .character(Character(scalar))
    }
  }
}

/// What a terminal tells the program.
public enum TerminalEvent: Hashable, Sendable {
  case key(Key)
  /// Pasted text, as it came: nothing in it is a key.
  case paste(String)
  /// Only where the mouse was asked for.
  case mouse(Mouse)
  /// The terminal has another size now, or was found to do more than was known: what is shown is to be drawn anew.
  case changed
}
