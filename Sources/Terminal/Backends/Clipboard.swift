/// The terminal's clipboard (OSC 52 in xterm's ctlseqs).
public enum Clipboard {
  /// Bytes of text at most: with more some terminals cut the string off, and others wait for its end.
  public static let limit = 74_994

  /// What asks the terminal to take the text; nil beyond the limit.
  static func bytes(_ text: String) -> [UInt8]? {
    let plain = Array(text.utf8)
    guard plain.count <= limit else { return nil }
    return Array("\u{1B}]52;c;".utf8) + Base64.encode(plain) + Array("\u{1B}\\".utf8)
  }
}
