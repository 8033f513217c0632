/// A control sequence taken apart (ECMA-48 5.4), without CSI: a marker, parameters with sub-parameters, intermediate bytes
/// and the final one.
struct ControlSequence {
  /// One of < = > ?, where the sequence is a terminal maker's own.
  let marker: UInt8?
  /// Numbers between ';', each with what ':' divides; what is left out is 0.
  let parameters: [[Int]]
  let intermediates: [UInt8]
  let final: UInt8

  /// nil for bytes in an order that ECMA-48 does not know.
  init?(_ bytes: ArraySlice<UInt8>) {
    guard let final = bytes.last, (0x40..<0x7F).contains(final) else { return nil }
    self.final = final
    var rest = bytes.dropLast()
    marker = rest.first.flatMap { (0x3C...0x3F).contains($0) ? $0 : nil }
    if marker != nil { rest = rest.dropFirst() }
    let numbers = rest.prefix { (0x30...0x3B).contains($0) }
    intermediates = Array(rest.dropFirst(numbers.count))
    guard intermediates.allSatisfy({ (0x20..<0x30).contains($0) }) else { return nil }
    parameters =
      numbers.isEmpty
      ? []
      : numbers.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false).map { parameter in
        parameter.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false).map { digits in
          digits.reduce(0) { min($0 * 10 + Int($1 - 0x30), 0x10_FFFF) }
        }
      }
  }

  /// The first number of a parameter.
  private func number(_ i: Int, or other: Int) -> Int {
    guard parameters.indices.contains(i), let first = parameters[i].first, first != 0 else { return other }
    return first
  }

  private func part(_ i: Int, _ j: Int) -> Int? {
    guard parameters.indices.contains(i), parameters[i].indices.contains(j), parameters[i][j] != 0 else { return nil }
    return parameters[i][j]
  }

  /// Bracketed paste (mode 2004).
  var beginsPaste: Bool {
    marker == nil && intermediates.isEmpty && final == UInt8(ascii: "~") && number(0, or: 0) == 200
  }

  /// The key; nil for all else: answers, mouse, focus, cursor position, window title and whatever there may be.
  var key: Key? {
    guard marker == nil, intermediates.isEmpty else { return nil }
    switch final {
    case UInt8(ascii: "u"): return codedKey(number(0, or: 0), modifiers: 1, text: part(2, 0) ?? part(0, 1))
    // xterm's modifyOtherKeys.
    case UInt8(ascii: "~") where number(0, or: 0) == 27: return codedKey(number(2, or: 0), modifiers: 1, text: nil)
    case UInt8(ascii: "~"): return isPlain(1) ? Self.numbered(number(0, or: 0)) : nil
    default:
      // CSI A, CSI 1 ; modifiers A, and on old terminals CSI modifiers A.
      guard parameters.count <= 2, isPlain(parameters.count < 2 ? 0 : 1) else { return nil }
      // F3 with modifiers would be a cursor position.
      if final == UInt8(ascii: "R"), !parameters.isEmpty { return nil }
      return Self.lettered(final)
    }
  }

  /// Ctrl 4, Alt 2, Super 8, Hyper 16 and Meta 32 make another key of it; Shift 1 and the locks do not.
  private func modifiers(_ i: Int) -> Int { number(i, or: 1) - 1 }

  /// Pressed or repeated, not let go (kitty's third event type), and without modifiers that count.
  private func isPlain(_ i: Int) -> Bool { part(i, 1) != 3 && modifiers(i) & 0b11_1110 == 0 }

  /// A key by its code point (kitty's CSI u); `text` is what it types, where the terminal says so.
  private func codedKey(_ code: Int, modifiers i: Int, text: Int?) -> Key? {
    let held = modifiers(i)
    guard part(i, 1) != 3, held & 0b11_1010 == 0 else { return nil }
    if held & 4 != 0 {
      if code == 0x5B { return .escape }
      let letter = code | 0x20
      guard (0x61...0x7A).contains(letter), (0x41...0x7A).contains(code) else { return nil }
      return Key.control(Character(Unicode.Scalar(UInt8(letter))))
    }
    if let special = Self.coded[code] { return special }
    // Codes of keys that type nothing lie in a private range.
    guard code >= 0x20, code != 0x7F, !(0x80..<0xA0).contains(code), !(0xE000...0xF8FF).contains(code) else {
      return nil
    }
    let shifted = held & 1 != 0 && (0x61...0x7A).contains(code) ? code - 0x20 : code
    guard let scalar = Unicode.Scalar(UInt32(text ?? shifted)), scalar.value >= 0x20 else { return nil }
    return .character(Character(scalar))
  }

  private static let coded: [Int: Key] = {
    var keys: [Int: Key] = [27: .escape, 13: .enter, 9: .tab, 127: .backspace, 8: .backspace]
    // The keypad, in kitty's order from 57399 on.
    for (i, c) in "0123456789./*-+".enumerated() { keys[57399 + i] = .character(c) }
    keys[57414] = .enter
    keys[57415] = .character("=")
    keys[57416] = .character(",")
    for (i, key) in [Key.left, .right, .up, .down, .pageUp, .pageDown, .home, .end].enumerated() {
      keys[57417 + i] = key
    }
    keys[57426] = .delete
    return keys
  }()

  /// CSI n ~ as VT220, xterm and rxvt have it.
  private static func numbered(_ n: Int) -> Key? {
    switch n {
    case 1, 7: .home
    case 4, 8: .end
    case 3: .delete
    case 5: .pageUp
    case 6: .pageDown
    case 11...15: .function(n - 10)
    case 17...21: .function(n - 11)
    case 23, 24: .function(n - 12)
    default: nil
    }
  }

  private static func lettered(_ letter: UInt8) -> Key? {
    switch letter {
    // Small letters are rxvt's with Shift.
    case UInt8(ascii: "A"), UInt8(ascii: "a"): .up
    case UInt8(ascii: "B"), UInt8(ascii: "b"): .down
    case UInt8(ascii: "C"), UInt8(ascii: "c"): .right
    case UInt8(ascii: "D"), UInt8(ascii: "d"): .left
    case UInt8(ascii: "H"): .home
    case UInt8(ascii: "F"): .end
    case UInt8(ascii: "P")...UInt8(ascii: "S"): .function(Int(letter) - 0x4F)
    default: nil
    }
  }

  /// What follows SS3: cursor keys in application mode, F1 to F4, and the keypad.
  static func singleShift(_ bytes: ArraySlice<UInt8>) -> Key? {
    guard let letter = bytes.last else { return nil }
    let digits = bytes.dropLast().filter { $0 != UInt8(ascii: ";") }
    // 2 is Shift.
    guard digits.isEmpty || digits.last == UInt8(ascii: "2") else { return nil }
    switch letter {
    case UInt8(ascii: "a")...UInt8(ascii: "d"): return nil
    case UInt8(ascii: "M"): return .enter
    case UInt8(ascii: "I"): return .tab
    case UInt8(ascii: " "): return .character(" ")
    case UInt8(ascii: "X"): return .character("=")
    case UInt8(ascii: "j")...UInt8(ascii: "y"): return .character(Character(Unicode.Scalar(letter - 0x40)))
    default: return lettered(letter)
    }
  }
}
