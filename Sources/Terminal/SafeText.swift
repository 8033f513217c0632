/// Text that came from outside and may be shown: nothing in it moves a cursor, turns the writing direction or hides.
/// The only way from a file's bytes to the screen.
public struct SafeText: Hashable, Sendable {
  public let text: String

  /// C0, DEL, C1, line and paragraph separators, bidi controls, zero-width and private-use characters, and whatever
  /// Unicode has not assigned, become '·'; line breaks and tabs become spaces.
  public init(_ raw: some StringProtocol) {
    var safe = String.UnicodeScalarView()
    for s in raw.unicodeScalars {
      switch s.value {
      case 0x09, 0x0A, 0x0D: safe.append(" ")
      default: safe.append(Self.isHarmless(s) ? s : "·")
      }
    }
    text = String(safe)
  }

  private static func isHarmless(_ s: Unicode.Scalar) -> Bool {
    switch s.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: return false
    default: break
    }
    // Hangul fillers, the Braille blank and variation selectors take no visible part either.
    switch s.value {
    case 0x115F, 0x1160, 0x3164, 0xFFA0, 0x2800, 0x034F, 0x17B4, 0x17B5, 0x180B...0x180F, 0xFE00...0xFE0F,
      0xE0100...0xE01EF:
      return false
    default: return true
    }
  }
}

/// Columns that characters take in a terminal, worked out here and not asked of the C library, whose tables differ.
public enum TextWidth {
  public static func of(_ text: some StringProtocol) -> Int { text.reduce(0) { $0 + of($1) } }

  /// 2 for East Asian wide and emoji, 1 for all else: a character with its combining marks is one cell.
  public static func of(_ c: Character) -> Int {
    guard let s = c.unicodeScalars.first else { return 0 }
    switch s.value {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF,
      0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F,
      0x1F680...0x1F6FF, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
      return 2
    default: return 1
    }
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
