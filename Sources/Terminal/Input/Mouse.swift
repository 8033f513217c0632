/// What a mouse did, and in which cell.
public struct Mouse: Hashable, Sendable {
  public enum Kind: Hashable, Sendable {
    case press, release
    /// Moved with the button held.
    case drag
    case wheelUp, wheelDown, wheelLeft, wheelRight
  }
  public enum Button: Hashable, Sendable { case left, middle, right }

  public let kind: Kind
  /// Nil for the wheel.
  public let button: Button?
  /// From 0; beyond the window where a drag leads out of it on some terminals.
  public let row: Int
  public let column: Int
  public let shift: Bool
  public let alt: Bool
  public let control: Bool

  public init(
    _ kind: Kind, _ button: Button?, row: Int, column: Int, shift: Bool = false, alt: Bool = false,
    control: Bool = false
  ) {
    (self.kind, self.button, self.row, self.column) = (kind, button, row, column)
    (self.shift, self.alt, self.control) = (shift, alt, control)
  }

  /// SGR mouse reports (xterm's ctlseqs, mode 1006): CSI < code ; column ; row, then M, or m where a button is let go.
  /// Nil for buttons beyond three, for moves without a button and for places that no window has.
  init?(_ s: ControlSequence) {
    let numbers = s.parameters.map { $0.first ?? 0 }
    let isDown = s.final == UInt8(ascii: "M")
    guard s.marker == UInt8(ascii: "<"), s.intermediates.isEmpty, isDown || s.final == UInt8(ascii: "m"),
      numbers.count == 3, (1...9999).contains(numbers[1]), (1...9999).contains(numbers[2]), numbers[0] < 128
    else { return nil }
    let code = numbers[0]
    let isMove = code & 32 != 0, low = code & 3
    let what: (Kind, Button?)
    if code & 64 != 0 {
      guard isDown, !isMove else { return nil }
      let kinds: [Kind] = [.wheelUp, .wheelDown, .wheelLeft, .wheelRight]
      what = (kinds[low], nil)
    } else {
      let buttons: [Button] = [.left, .middle, .right]
      guard low < 3, isDown || !isMove else { return nil }
      what = (isMove ? .drag : isDown ? .press : .release, buttons[low])
    }
    self.init(
      what.0, what.1, row: numbers[2] - 1, column: numbers[1] - 1, shift: code & 4 != 0, alt: code & 8 != 0,
      control: code & 16 != 0)
  }

  /// Buttons, moves with a button held (1002), both by SGR (1006).
  static let on = "\u{1B}[?1000h\u{1B}[?1002h\u{1B}[?1006h"
  static let off = "\u{1B}[?1006l\u{1B}[?1002l\u{1B}[?1000l"
}
