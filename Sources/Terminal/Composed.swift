import CChafa

/// Characters of several code points as the terminal gets them.
enum Composed {
  /// In as few code points as Unicode has for it (NFC, UAX #15): terminals without fonts for marks have one for 'ü' and 김.
  static func scalars(_ c: Character) -> [UInt32] { normalised(c, G_NORMALIZE_NFC) }

  /// The letter without its marks, where only ASCII can be shown.
  static func base(_ c: Character) -> Unicode.Scalar? {
    normalised(c, G_NORMALIZE_NFD).first.flatMap { Unicode.Scalar($0) }
  }

  private static func normalised(_ c: Character, _ form: GNormalizeMode) -> [UInt32] {
    let text = String(c)
    guard let bytes = g_utf8_normalize(text, gssize(text.utf8.count), form) else {
      return text.unicodeScalars.map(\.value)
    }
    defer { g_free(bytes) }
    return String(cString: bytes).unicodeScalars.map(\.value)
  }
}
