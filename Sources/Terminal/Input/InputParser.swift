/// What a terminal's bytes come to.
public enum InputEvent: Hashable, Sendable {
  case key(Key)
  /// Text that was pasted, as it came.
  case paste(String)
  case mouse(Mouse)
  case report(TerminalReport)
}

/// Bytes of a terminal in, keys, pasted text and answers out (ECMA-48 5.4 and 5.6, xterm's ctlseqs, kitty's keyboard
/// protocol). What is no key is nothing, wherever the bytes are torn apart and however long the rest takes: a sequence
/// that has begun goes on until it ends.
///
/// One byte is two things: ESC is a key, and the beginning of everything else. Alone it becomes the key after
/// `escapeDelay`; while answers are due, which begin with it too, after as long as they may take. Where it was taken for the
/// key and what follows goes on like a control sequence, that is swallowed all the same.
public struct InputParser: Hashable, Sendable {
  /// Seconds after which a lone ESC is the key: longer than the bytes of one key are apart, shorter than two keys.
  static let escapeDelay = 0.025
  /// Seconds of silence after which a sequence without an end is given up, so that the keyboard does not stay dead.
  static let stall = 10.0
  /// The same for pasted text, which would become keys.
  static let pasteStall = 60.0
  static let longestSequence = 512
  static let longestPaste = 4096

  private enum State: Hashable {
    case ground
    /// ESC has come; is it a key where nothing follows?
    case escape(isKey: Bool)
    /// After CSI, SS3, and CSI [ (function keys of the Linux console).
    case control, single, console
    /// DCS, OSC, APC, PM or SOS, up to ST or BEL.
    case string
    /// Bytes that still belong to a mouse report (X10).
    case mouse(Int)
    /// So many bytes of the end mark of a paste have come.
    case paste(Int)
    /// The beginning of a key by terminfo that is no control sequence.
    case prefix
    /// A byte after an ESC that was taken for the key: a key of its own, or what belonged to the ESC.
    case doubted(UInt8)
  }

  private let utf8: Bool
  private let known: KeySequences
  private var state = State.ground
  /// Bytes of the sequence so far, from ESC on, the first ones where it is long.
  private var sequence: [UInt8] = []
  /// A character of several bytes that is not whole yet.
  private var partial: [UInt8] = []
  private var pasted: [UInt8] = []
  /// When the last byte came, when the sequence began, and when an ESC was last taken for the key.
  private var last = -Double.infinity
  private var begun = -Double.infinity
  private var escapeGiven = -Double.infinity
  private var answersDue = -Double.infinity
  private var patience = 0.0

  /// `utf8`: whether characters come in UTF-8, else bytes from 128 on are C1 controls or nothing. `keys`: what terminfo
  /// says beyond the sequences that all terminals share.
  public init(utf8: Bool = true, keys: KeySequences = KeySequences()) {
    self.utf8 = utf8
    known = keys
  }

  /// Questions have gone out, device attributes last: their answer ends the wait, else so many seconds without any answer.
  public mutating func expectAnswers(at now: Double, patience: Double) {
    answersDue = now + patience
    self.patience = patience
  }

  public func isExpecting(at now: Double) -> Bool { now < answersDue }

  /// When `rest` has something to decide.
  public var deadline: Double? {
    switch state {
    case .ground, .escape(isKey: false): nil
    case .escape: last + (isExpecting(at: last) ? max(patience, Self.escapeDelay) : Self.escapeDelay)
    case .prefix, .doubted: last + Self.escapeDelay
    case .paste: last + Self.pasteStall
    case .control, .single, .console, .string, .mouse: last + Self.stall
    }
  }

  /// What has come by itself, now that nothing followed it for long enough.
  public mutating func rest(at now: Double) -> [InputEvent] {
    guard let deadline, now >= deadline else { return [] }
    var events: [InputEvent] = []
    switch state {
    case .escape:
      end()
      events.append(.key(.escape))
      escapeGiven = now
    case .prefix: replay(&events)
    case .doubted(let byte):
      end()
      character(byte, &events)
    default: end()
    }
    return events
  }

  /// Bytes that came at a moment of a clock that never goes back.
  public mutating func take(_ bytes: some Sequence<UInt8>, at now: Double) -> [InputEvent] {
    var events = rest(at: now)
    for byte in bytes {
      last = now
      step(byte, &events)
    }
    return events
  }

  private mutating func step(_ byte: UInt8, _ events: inout [InputEvent]) {
    switch state {
    case .ground: ground(byte, &events)
    case .escape(let isKey): escape(byte, isKey: isKey, &events)
    case .control: control(byte, &events)
    case .single: single(byte, &events)
    case .string: string(byte, &events)
    case .paste(let matched): paste(byte, matched, &events)
    case .console:
      end()
      if (0x41...0x45).contains(byte) { return events.append(.key(.function(Int(byte) - 0x40))) }
      if byte < 0x20 { ground(byte, &events) }
    case .mouse(let left):
      if byte < 0x20 { return breakOff(byte, &events) }
      state = left > 1 ? .mouse(left - 1) : .ground
    case .prefix:
      keep(byte)
      if let key = known.keys[sequence] {
        end()
        events.append(.key(key))
      } else if !known.prefixes.contains(sequence) {
        replay(&events)
      }
    case .doubted(let first):
      end()
      // A key that is held down repeats itself; no sequence begins like that.
      guard byte != first, (0x20..<0x7F).contains(byte) || byte == 0x1B else {
        character(first, &events)
        return step(byte, &events)
      }
      begin()
      state = .escape(isKey: false)
      step(first, &events)
      step(byte, &events)
    }
  }

  // MARK: Sequences

  private mutating func begin(_ second: UInt8? = nil) {
    sequence = [0x1B] + (second.map { [$0] } ?? [])
    begun = last
  }

  private mutating func keep(_ byte: UInt8) { if sequence.count < Self.longestSequence { sequence.append(byte) } }

  private mutating func end() {
    state = .ground
    sequence = []
  }

  /// A control character inside of a sequence: that was none, or its end was lost.
  private mutating func breakOff(_ byte: UInt8, _ events: inout [InputEvent]) {
    end()
    ground(byte, &events)
  }

  /// Bytes that began like a key by terminfo and went on otherwise.
  private mutating func replay(_ events: inout [InputEvent]) {
    let bytes = sequence
    end()
    guard let first = bytes.first else { return }
    if let key = Key(code: Int32(first)) { events.append(.key(key)) }
    for byte in bytes.dropFirst() { step(byte, &events) }
  }

  private mutating func ground(_ byte: UInt8, _ events: inout [InputEvent]) {
    if !partial.isEmpty, (0x80...0xBF).contains(byte) { return continueCharacter(byte, &events) }
    partial = []
    switch byte {
    case 0x1B:
      begin()
      state = .escape(isKey: true)
    case 0..<0x20, 0x7F:
      escapeGiven = -.infinity
      if let key = known.keys[[byte]] { return events.append(.key(key)) }
      if known.prefixes.contains([byte]) {
        sequence = [byte]
        state = .prefix
      } else if let key = Key(code: Int32(byte)) {
        events.append(.key(key))
      }
    case 0x20..<0x7F:
      let followsEscape = last - escapeGiven < Self.stall
      escapeGiven = -.infinity
      if followsEscape, byte == UInt8(ascii: "\\") { return }
      if followsEscape, Self.introducers.contains(byte) { return state = .doubted(byte) }
      character(byte, &events)
    default:
      if !utf8 { return c1(byte) }
      if (0xC2...0xF4).contains(byte) { partial = [byte] }
    }
  }

  private mutating func character(_ byte: UInt8, _ events: inout [InputEvent]) {
    events.append(.key(.character(Character(Unicode.Scalar(byte)))))
  }

  private mutating func continueCharacter(_ byte: UInt8, _ events: inout [InputEvent]) {
    partial.append(byte)
    guard let first = partial.first, partial.count == (first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4) else { return }
    let text = String(validating: partial, as: UTF8.self)
    partial = []
    guard let scalar = text?.unicodeScalars.first else { return }
    if scalar.value < 0xA0 { return c1(UInt8(scalar.value)) }
    escapeGiven = -.infinity
    events.append(.key(.character(Character(scalar))))
  }

  /// What C1 controls are in seven bits (ECMA-48 5.3): ESC and the byte less 64.
  private mutating func c1(_ byte: UInt8) {
    guard (0x80..<0xA0).contains(byte), Self.introducers.contains(byte - 64) else { return }
    begin(byte - 64)
    state = Self.state(after: byte - 64)
  }

  /// Bytes that make a longer sequence of an ESC.
  private static let introducers = Set("[OP]_^X".utf8)

  private static func state(after introducer: UInt8) -> State {
    switch introducer {
    case UInt8(ascii: "["): .control
    case UInt8(ascii: "O"): .single
    default: .string
    }
  }

  private mutating func escape(_ byte: UInt8, isKey: Bool, _ events: inout [InputEvent]) {
    keep(byte)
    if let key = known.keys[sequence] {
      end()
      return events.append(.key(key))
    }
    switch byte {
    case _ where Self.introducers.contains(byte): state = Self.state(after: byte)
    case UInt8(ascii: "\\"):
      end()
      answer(nil, &events)
    case _ where known.prefixes.contains(sequence): state = .prefix
    default:
      end()
      // Two keys at once: ESC, and the one that follows.
      if isKey { events.append(.key(.escape)) }
      ground(byte, &events)
    }
  }

  private mutating func control(_ byte: UInt8, _ events: inout [InputEvent]) {
    guard (0x20..<0x7F).contains(byte) else { return breakOff(byte, &events) }
    keep(byte)
    if let key = known.keys[sequence] {
      end()
      return events.append(.key(key))
    }
    guard byte >= 0x40 else { return }
    let whole = sequence
    end()
    if whole.count == 3, byte == UInt8(ascii: "[") {
      begin()
      state = .console
    } else if whole.count == 3, byte == UInt8(ascii: "M") {
      state = .mouse(3)
    } else if let sequence = ControlSequence(whole.dropFirst(2)) {
      if sequence.beginsPaste {
        pasted = []
        state = .paste(0)
      } else if let key = sequence.key {
        events.append(.key(key))
      } else if let mouse = Mouse(sequence) {
        events.append(.mouse(mouse))
      } else {
        answer(TerminalReport(sequence), &events)
      }
    }
  }

  private mutating func single(_ byte: UInt8, _ events: inout [InputEvent]) {
    guard (0x20..<0x7F).contains(byte) else { return breakOff(byte, &events) }
    keep(byte)
    // Some terminals put modifiers between.
    guard known.keys[sequence] == nil, (0x30...0x3B).contains(byte) else {
      let key = known.keys[sequence] ?? ControlSequence.singleShift(sequence.dropFirst(2))
      end()
      if let key { events.append(.key(key)) }
      return
    }
  }

  private mutating func string(_ byte: UInt8, _ events: inout [InputEvent]) {
    switch byte {
    case 0x1B, 0x07,
      0x9C where !utf8 || sequence.last == 0xC2:
      if byte == 0x9C, utf8 { sequence.removeLast() }
      let report = TerminalReport(string: sequence)
      end()
      answer(report, &events)
      if byte == 0x1B {
        begin()
        state = .escape(isKey: false)
      }
    // CAN ends what went wrong; Ctrl-C and Ctrl-Z are for a keyboard that seems dead.
    case 0x18: end()
    case 0x03, 0x1A: breakOff(byte, &events)
    default: keep(byte)
    }
  }

  /// The terminal has said something: as long as it does, there may be more.
  private mutating func answer(_ report: TerminalReport?, _ events: inout [InputEvent]) {
    if case .attributes = report {
      answersDue = -.infinity
    } else if isExpecting(at: begun) {
      answersDue = max(answersDue, last + patience)
    }
    if let report { events.append(.report(report)) }
  }

  private static let pasteEnd = Array("\u{1B}[201~".utf8)

  private mutating func paste(_ byte: UInt8, _ matched: Int, _ events: inout [InputEvent]) {
    if byte == Self.pasteEnd[matched] {
      state = .paste(matched + 1)
      if matched + 1 == Self.pasteEnd.count {
        end()
        events.append(.paste(String(decoding: pasted, as: UTF8.self)))
        pasted = []
      }
      return
    }
    if !utf8, byte == 0x9B { return state = .paste(2) }
    let isEscape = byte == 0x1B
    state = .paste(isEscape ? 1 : 0)
    let text = Self.pasteEnd[..<matched] + (isEscape ? [] : [byte])
    pasted += text.prefix(max(Self.longestPaste - pasted.count, 0))
  }
}
