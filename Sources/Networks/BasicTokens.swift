// Decomposition is the one step that the standard library does not offer publicly. Its own normaliser, which Foundation
// uses by this same door, is complete and of one Unicode version with the categories below; a table of our own would be
// two thousand entries that age. Should a toolchain close the door, the build stops here rather than tokenising wrongly.
@_spi(_Unicode) import Swift

/// Text → words as BERT's uncased models were taught (the "basic tokenizer"): control characters dropped, CJK characters
/// set apart, canonical decomposition, accents stripped, lower case, then split at white space and around punctuation.
enum BasicTokens {
  /// Words as UTF-8: Swift's strings would call canonically equal words the same, vocabularies do not.
  static func words(_ text: String) -> [[UInt8]] {
    var words: [[UInt8]] = []
    var word: [UInt8] = []
    func close() {
      if !word.isEmpty { words.append(word) }
      word.removeAll(keepingCapacity: true)
    }
    for scalar in lowered(text) {
      if isSpace(scalar) {
        close()
      } else if isPunctuation(scalar) {
        close()
        words.append(Array(String(scalar).utf8))
      } else {
        word.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
      }
    }
    close()
    return words
  }

  private static func lowered(_ text: String) -> [Unicode.Scalar] {
    if text.utf8.allSatisfy({ $0 < 0x80 }) {
      return text.utf8.lazy.filter { $0 >= 0x20 && $0 != 0x7F || $0 == 9 || $0 == 10 || $0 == 13 }.map {
        Unicode.Scalar((0x41...0x5A).contains($0) ? $0 | 0x20 : $0)
      }
    }
    var clean = String.UnicodeScalarView()
    for scalar in text.unicodeScalars where isKept(scalar) {
      if isIdeograph(scalar.value) {
        clean.append(contentsOf: [" ", scalar, " "])
      } else {
        clean.append(isSpace(scalar) ? " " : scalar)
      }
    }
    var out: [Unicode.Scalar] = []
    for scalar in String(clean)._nfd where scalar.properties.generalCategory != .nonspacingMark {
      // Scalar by scalar, without the final sigma's context: so the published tokenizer has it.
      out.append(contentsOf: scalar.properties.lowercaseMapping.unicodeScalars)
    }
    return out
  }

  private static func isKept(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 9, 10, 13: return true
    case 0, 0xFFFD: return false
    default: break
    }
    switch scalar.properties.generalCategory {
    case .control, .format, .unassigned, .privateUse, .surrogate: return false
    default: return true
    }
  }

  private static func isSpace(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.isWhitespace }

  /// ASCII's symbols count too, `$` and `+` among them; elsewhere only the punctuation categories do.
  private static func isPunctuation(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E: return true
    case ..<0x80: return false
    default: break
    }
    switch scalar.properties.generalCategory {
    case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
      .finalPunctuation, .otherPunctuation:
      return true
    default: return false
    }
  }

  /// The blocks of CJK ideographs; kana and hangul are written with spaces or in runs and stay words.
  private static func isIdeograph(_ v: UInt32) -> Bool {
    switch v {
    case 0x4E00...0x9FFF, 0x3400...0x4DBF, 0x20000...0x2A6DF, 0x2A700...0x2B73F, 0x2B740...0x2B81F, 0x2B820...0x2CEAF,
      0xF900...0xFAFF, 0x2F800...0x2FA1F:
      true
    default: false
    }
  }
}
