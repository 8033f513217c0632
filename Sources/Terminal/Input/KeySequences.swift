import CCurses

/// What keys send by terminfo. The parser knows by itself what nearly all terminals agree on; this is for the others.
public struct KeySequences: Hashable, Sendable {
  let keys: [[UInt8]: Key]
  /// Every beginning of a sequence, without the whole ones.
  let prefixes: Set<[UInt8]>

  /// An empty sequence, or one that begins with a visible character, is no key of its own and left out.
  public init(_ all: [[UInt8]: Key] = [:]) {
    keys = all.filter { sequence, _ in sequence.first.map { $0 < 0x20 || $0 == 0x7F || $0 >= 0x80 } ?? false }
    prefixes = Set(keys.keys.flatMap { sequence in (1..<sequence.count).map { Array(sequence[..<$0]) } })
  }

  /// Capabilities of terminfo(5). Keys with Shift are the keys; a backspace key may send what another terminal's cursor
  /// key does, so it stands last.
  private static let capabilities: [(String, Key)] =
    [
      ("kcuu1", .up), ("kcud1", .down), ("kcub1", .left), ("kcuf1", .right), ("kpp", .pageUp), ("knp", .pageDown),
      ("khome", .home), ("kend", .end), ("kll", .end), ("kdch1", .delete), ("kent", .enter), ("ka1", .home),
      ("ka3", .pageUp), ("kc1", .end), ("kc3", .pageDown), ("kri", .up), ("kind", .down), ("kLFT", .left),
      ("kRIT", .right), ("kPRV", .pageUp), ("kNXT", .pageDown), ("kHOM", .home), ("kEND", .end), ("kDC", .delete),
    ] + (1...12).map { ("kf\($0)", .function($0)) } + [("kbs", .backspace)]

  /// Of the terminal that curses was told to use.
  static func terminfo() -> KeySequences {
    var all: [[UInt8]: Key] = [:]
    for (name, key) in capabilities {
      guard let sequence = ccurses_string(name) else { continue }
      let bytes = Array(String(cString: sequence).utf8)
      if all[bytes] == nil { all[bytes] = key }
    }
    return KeySequences(all)
  }
}
