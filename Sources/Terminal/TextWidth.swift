/// Columns that characters take in a terminal, worked out here and not asked of the C library, whose tables differ.
public enum TextWidth {
  public static func of(_ text: some StringProtocol) -> Int { text.reduce(0) { $0 + of($1) } }

  /// Of all cells that the character takes.
  public static func of(_ c: Character) -> Int {
    if c.utf8.count == 1 { return 1 }
    var columns = 0
    for s in c.unicodeScalars { columns += columns == 0 ? max(of(s), 1) : of(s) }
    return columns
  }

  /// 0 for marks and for the vowels and finals that Hangul is composed of, 2 for East Asian wide characters and emoji
  /// (UAX #11), 1 for all else.
  static func of(_ s: Unicode.Scalar) -> Int {
    if s.value < 0x300 { return 1 }
    switch s.value {
    case 0x1160...0x11FF, 0xD7B0...0xD7FF: return 0
    case 0x1100...0x115F, 0x2329, 0x232A, 0x2E80...0x3029, 0x302E...0x303E, 0x3041...0x3096, 0x309B...0xA4CF,
      0xA960...0xA97C, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6F,
      0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x16FE0...0x16FE3, 0x16FF0...0x18D08, 0x1AFF0...0x1B2FB, 0x1F200...0x1F265,
      0x20000...0x3FFFD:
      return 2
    default: break
    }
    switch s.properties.generalCategory {
    case .nonspacingMark, .enclosingMark: return 0
    default: return s.properties.isEmojiPresentation ? 2 : 1
    }
  }

  /// The cells of a character: mostly one, with its marks; a mark that takes room has a cell of its own, as terminals
  /// have it.
  static func cells(_ c: Character) -> [(character: Character, width: Int)] {
    if c.utf8.count == 1 { return [(c, 1)] }
    var cells: [(text: String.UnicodeScalarView, width: Int)] = []
    for s in c.unicodeScalars {
      let width = of(s)
      if width == 0, !cells.isEmpty {
        cells[cells.count - 1].text.append(s)
      } else {
        cells.append((String.UnicodeScalarView([s]), max(width, 1)))
      }
    }
    return cells.map { (String($0.text).first ?? " ", $0.width) }
  }

  /// The longest start that fits; '…' stands for what was cut.
  public static func fit(_ text: String, _ columns: Int) -> String {
    guard of(text) > columns else { return text }
    guard columns > 0 else { return "" }
    var kept = ""
    var used = 1
    for c in text {
      guard used + of(c) <= columns else { break }
      kept.append(c)
      used += of(c)
    }
    return kept + "…"
  }

  /// Words broken into lines of at most so many columns; a longer word is cut.
  public static func wrap(_ text: String, _ columns: Int) -> [String] {
    guard columns > 0 else { return [] }
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
      let piece = fit(String(word), columns)
      if line.isEmpty {
        line = piece
      } else if of(line) + 1 + of(piece) <= columns {
        line += " " + piece
      } else {
        lines.append(line)
        line = piece
      }
    }
    if !line.isEmpty { lines.append(line) }
    return lines
  }
}
