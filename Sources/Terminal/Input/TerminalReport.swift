/// An answer of the terminal to a question of ours.
public enum TerminalReport: Hashable, Sendable {
  /// Primary device attributes (DA1): the class first, 4 for sixels.
  case attributes([Int])
  /// A cell in pixels (XTWINOPS 16).
  case cellSize(width: Int, height: Int)
  /// A private mode and its state (DECRPM): 1 set, 2 reset.
  case mode(Int, state: Int)
  /// The rendition in force, as parameters of SGR (DECRPSS).
  case rendition(String)
  /// The background colour (OSC 11) as perceived brightness, 0 black to 1 white.
  case background(brightness: Double)
  /// What became of a picture of the kitty graphics protocol, by its number.
  case kitty(number: Int, isWell: Bool)
  /// The terminal is there and has done all that came before the question (DSR 5).
  case ready

  /// nil where the sequence is no answer to anything we ask.
  init?(_ s: ControlSequence) {
    let numbers = s.parameters.map { $0.first ?? 0 }
    switch (s.marker, s.intermediates, s.final) {
    case (nil, [], UInt8(ascii: "n")) where numbers == [0]: self = .ready
    case (UInt8(ascii: "?"), [], UInt8(ascii: "c")): self = .attributes(numbers)
    case (UInt8(ascii: "?"), [UInt8(ascii: "$")], UInt8(ascii: "y")) where numbers.count == 2:
      self = .mode(numbers[0], state: numbers[1])
    case (nil, [], UInt8(ascii: "t")) where numbers.count == 3 && numbers[0] == 6:
      let sane = 1...200
      guard sane.contains(numbers[1]), sane.contains(numbers[2]) else { return nil }
      self = .cellSize(width: numbers[2], height: numbers[1])
    default: return nil
    }
  }

  /// A control string from ESC on, without its end.
  init?(string bytes: [UInt8]) {
    guard bytes.count > 2 else { return nil }
    let text = String(decoding: bytes.dropFirst(2), as: UTF8.self)
    switch bytes[1] {
    case UInt8(ascii: "P") where text.hasPrefix("1$r") && text.hasSuffix("m"):
      self = .rendition(String(text.dropFirst(3).dropLast()))
    case UInt8(ascii: "]") where text.hasPrefix("11;rgb"):
      guard let colon = text.firstIndex(of: ":") else { return nil }
      // One to four digits each; a fourth part is opacity.
      let parts = text[text.index(after: colon)...].split(separator: "/", omittingEmptySubsequences: false)
      let levels = parts.prefix(3).compactMap { digits -> Double? in
        guard (1...4).contains(digits.utf8.count), let level = Int(digits, radix: 16), level >= 0 else { return nil }
        return Double(level) / Double((1 << (4 * digits.utf8.count)) - 1)
      }
      guard levels.count == 3 else { return nil }
      self = .background(brightness: 0.2126 * levels[0] + 0.7152 * levels[1] + 0.0722 * levels[2])
    case UInt8(ascii: "_") where text.hasPrefix("G"):
      // Gi=NUMBER,…;OK or Gi=NUMBER,…;ENOENT:what went wrong
      let parts = text.dropFirst().split(separator: ";", maxSplits: 1, omittingEmptySubsequences: false)
      let number = parts[0].split(separator: ",").first { $0.hasPrefix("i=") }.flatMap { Int($0.dropFirst(2)) }
      guard let number, parts.count == 2 else { return nil }
      self = .kitty(number: number, isWell: parts[1] == "OK")
    default: return nil
    }
  }
}
