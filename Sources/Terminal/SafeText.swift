/// Text that came from outside and may be shown: nothing in it moves a cursor, turns the writing direction or hides.
/// The only way from a file's bytes to the screen.
public struct SafeText: Hashable, Sendable {
  public let text: String

  /// Marks that a character may carry: more would be cut off by some terminals and pile up in others.
  static let mostMarks = 4

  /// C0, DEL, C1, line and paragraph separators, bidi controls, zero-width and private-use characters, and whatever
  /// Unicode has not assigned, become '·'; line breaks and tabs become spaces. Marks stay with the character that they
  /// belong to, up to `mostMarks` of them; without one they become '·' too.
  public init(_ raw: some StringProtocol) {
    var safe = String.UnicodeScalarView()
    var marks = 0
    for s in raw.unicodeScalars {
      if s.value >= 0x300, TextWidth.of(s) == 0, Self.isHarmless(s) {
        marks += 1
        if safe.isEmpty {
          safe.append("·")
        } else if marks <= Self.mostMarks {
          safe.append(s)
        }
        continue
      }
      marks = 0
      switch s.value {
      case 0x09, 0x0A, 0x0D: safe.append(" ")
      // Letters of flags: terminals differ about how wide two of them are.
      case 0x1F1E6...0x1F1FF: safe.append(Unicode.Scalar(UInt8(s.value - 0x1F1E6 + 0x41)))
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
    // Hangul fillers, the Braille blank and variation selectors take no visible part either; terminals differ about skin
    // tones.
    switch s.value {
    case 0x115F, 0x1160, 0x3164, 0xFFA0, 0x2800, 0x034F, 0x17B4, 0x17B5, 0x180B...0x180F, 0xFE00...0xFE0F,
      0xE0100...0xE01EF, 0x1F3FB...0x1F3FF:
      return false
    default: return true
    }
  }
}
