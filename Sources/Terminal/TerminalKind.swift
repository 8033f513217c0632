import CCurses
import Glibc

/// Why there is no screen.
public enum TerminalError: Error, Hashable {
  /// Input or output is no terminal.
  case noTerminal
  /// TERM is not set.
  case unnamed
  /// No description of this TERM, nor of anything like it.
  case unknown(String)
  /// Its description has no way to move the cursor.
  case cannotMove(String)
}

/// The terminal by its name, and the description in terminfo that stands for it.
public struct TerminalKind: Hashable, Sendable {
  /// TERM.
  public let asked: String
  /// The same where there is a description of it, else of what it is like.
  public let used: String

  /// Its colours are numbers of 24 bits instead of a palette.
  public var isDirect: Bool { asked.contains("direct") }

  /// Its kind swallows what it does not know of kitty's protocol. Others write it on the screen, or, as tmux does, into
  /// their title.
  var mayKnowKitty: Bool {
    Self.likeXterm.contains(asked.lowercased().split { "-+.".contains($0) }.first.map(String.init) ?? "")
  }

  /// It swallows control strings that it does not know; Linux's console writes them out.
  var takesStrings: Bool { mayKnowKitty || ["tmux", "screen", "rxvt"].contains { used.hasPrefix($0) } }

  init(asked: String, used: String) {
    self.asked = asked
    self.used = used
  }

  /// What TERM says; curses uses that description from then on. `use` is 1 for a description that can be used, 0 where there
  /// is none, and -1 for one that cannot move the cursor.
  static func choose(
    _ name: String?, use: (String) -> Int32 = { ccurses_use($0) }
  ) throws(TerminalError) -> TerminalKind {
    guard let name, !name.isEmpty else { throw .unnamed }
    for candidate in candidates(name) {
      let answer = use(candidate)
      if answer > 0 { return TerminalKind(asked: name, used: candidate) }
      if answer < 0 { throw .cannotMove(name) }
    }
    throw .unknown(name)
  }

  /// Terminals that call themselves by their own name and do what xterm does.
  private static let likeXterm: Set = [
    "xterm", "alacritty", "contour", "foot", "ghostty", "gnome", "iterm", "iterm2", "kitty", "konsole", "mintty",
    "mlterm", "nsterm", "putty", "rio", "st", "vte", "wezterm",
  ]

  /// Descriptions to try, the nearest first.
  static func candidates(_ name: String) -> [String] {
    let parts = name.lowercased().split { "-+.".contains($0) }.map(String.init)
    let family = parts.first ?? ""
    let isDirect = parts.contains { $0.hasPrefix("direct") }
    let hasPalette = isDirect || parts.contains("256color") || parts.contains("truecolor")
    var like: [String]
    switch family {
    case "tmux": like = ["tmux-256color", "screen-256color", "tmux", "screen"]
    case "screen": like = hasPalette ? ["screen-256color", "screen"] : ["screen", "screen-256color"]
    case "rxvt": like = ["rxvt-unicode-256color", "rxvt-unicode", "rxvt"]
    case _ where likeXterm.contains(family) || hasPalette: like = []
    // Later members of DEC's series do what earlier ones do.
    case _ where family.hasPrefix("vt") && family.dropFirst(2).allSatisfy(\.isNumber) && family.count > 2:
      return [name, "vt220", "vt100"]
    default: return parts.count > 1 ? [name, family] : [name]
    }
    like += ["xterm-256color", "xterm"]
    // Where colours are 24-bit numbers, the palette's greys and names would come out wrong.
    return isDirect ? like : [name] + like
  }
}

/// The locale of characters, and what stands for it where it is not installed.
public struct TerminalLocale: Hashable, Sendable {
  /// By LC_ALL, LC_CTYPE or LANG; empty where none is set.
  public let asked: String
  public let isInstalled: Bool
  public let utf8: Bool

  /// Set for the whole process the first time that somebody asks.
  public static let current: TerminalLocale = {
    let names: [String] = ["LC_ALL", "LC_CTYPE", "LANG"]
    let asked = names.compactMap { Environment.value($0) }.first { !$0.isEmpty } ?? ""
    let answer = ccurses_set_locale("")
    if answer >= 0 { return TerminalLocale(asked: asked, isInstalled: true, utf8: answer > 0) }
    let stands = ccurses_set_locale(isOtherCharset(asked) ? "C" : "C.UTF-8")
    return TerminalLocale(asked: asked, isInstalled: false, utf8: stands > 0)
  }()

  /// The name says a character set, and not UTF-8 (language_TERRITORY.charset@modifier).
  static func isOtherCharset(_ name: String) -> Bool {
    guard let dot = name.firstIndex(of: ".") else { return false }
    let charset = name[name.index(after: dot)...].prefix { $0 != "@" }.lowercased()
    return charset != "utf-8" && charset != "utf8"
  }
}

enum Environment {
  static func value(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
}
