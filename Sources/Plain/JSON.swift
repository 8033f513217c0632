/// JSON that is written: keys stay in the order in which they were given and the same value gives the same bytes.
/// What came from files is escaped so that no control or bidirectional character reaches a terminal.
public enum JSON: Hashable, Sendable {
  case null
  case bool(Bool)
  case int(Int)
  /// Rounded to this many decimals; null where it is not finite.
  case number(Double, decimals: Int)
  /// Rounded to this many significant digits, with an exponent: for p values. Null where it is not finite.
  case scientific(Double, digits: Int)
  case string(String)
  case array([JSON])
  case object([Field])

  public struct Field: Hashable, Sendable {
    public let key: String
    public let value: JSON
    public init(_ key: String, _ value: JSON) {
      self.key = key
      self.value = value
    }
  }

  /// Null for nil.
  public static func optional<T>(_ value: T?, _ wrap: (T) -> JSON) -> JSON { value.map(wrap) ?? .null }

  /// On one line.
  public var compact: String {
    var out = ""
    write(into: &out, indent: nil)
    return out
  }

  /// Two spaces a level and a newline at the end; arrays of plain values stay on one line.
  public var pretty: String {
    var out = ""
    write(into: &out, indent: 0)
    return out + "\n"
  }

  private func write(into out: inout String, indent: Int?) {
    switch self {
    case .null: out += "null"
    case .bool(let b): out += b ? "true" : "false"
    case .int(let i): out += String(i)
    case .number(let x, let decimals): out += Self.fixed(x, decimals: decimals) ?? "null"
    case .scientific(let x, let digits): out += Self.scientificText(x, digits: digits) ?? "null"
    case .string(let s): Self.quote(s, into: &out)
    case .array(let values):
      let inner = values.allSatisfy(\.isPlain) ? nil : indent.map { $0 + 1 }
      Self.list("[", "]", values.count, inner, into: &out) { values[$0].write(into: &$1, indent: inner) }
    case .object(let fields):
      let inner = indent.map { $0 + 1 }
      Self.list("{", "}", fields.count, inner, into: &out) { i, out in
        Self.quote(fields[i].key, into: &out)
        out += indent == nil ? ":" : ": "
        fields[i].value.write(into: &out, indent: inner)
      }
    }
  }

  private var isPlain: Bool {
    switch self {
    case .array, .object: false
    default: true
    }
  }

  private static func list(
    _ open: String, _ close: String, _ count: Int, _ indent: Int?, into out: inout String,
    item: (Int, inout String) -> Void
  ) {
    out += open
    for i in 0..<count {
      if i > 0 { out += "," }
      if let indent { out += "\n" + String(repeating: "  ", count: indent) }
      item(i, &out)
    }
    if let indent, count > 0 { out += "\n" + String(repeating: "  ", count: indent - 1) }
    out += close
  }

  /// Decimal text without trailing zeros, never "-0"; nil where the number is not finite.
  public static func fixed(_ x: Double, decimals: Int) -> String? {
    guard x.isFinite else { return nil }
    var scale = 1.0
    for _ in 0..<decimals { scale *= 10 }
    let scaled = (x * scale).rounded()
    guard abs(scaled) < 9e15 else { return "\(x)" }
    let whole = Int(abs(scaled))
    var digits = String(whole)
    digits = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
    var fraction = digits.suffix(decimals)
    while fraction.last == "0" { fraction.removeLast() }
    let sign = scaled < 0 ? "-" : ""
    return sign + digits.dropLast(decimals) + (fraction.isEmpty ? "" : "." + fraction)
  }

  private static func scientificText(_ x: Double, digits: Int) -> String? {
    guard x.isFinite else { return nil }
    guard x != 0 else { return "0" }
    var (m, exponent) = (abs(x), 0)
    while m >= 10 { (m, exponent) = (m / 10, exponent + 1) }
    while m < 1 { (m, exponent) = (m * 10, exponent - 1) }
    // The plain form where it is short enough to read.
    if (-4...5).contains(exponent) { return fixed(x, decimals: max(0, digits - 1 - exponent)) }
    guard let mantissa = fixed(m, decimals: digits - 1) else { return nil }
    return (x < 0 ? "-" : "") + (mantissa == "10" ? "1e\(exponent + 1)" : "\(mantissa)e\(exponent)")
  }

  private static func quote(_ s: String, into out: inout String) {
    out += "\""
    for scalar in s.unicodeScalars {
      switch scalar.value {
      case 0x22: out += "\\\""
      case 0x5C: out += "\\\\"
      case 0x0A: out += "\\n"
      case 0x09: out += "\\t"
      case 0x0D: out += "\\r"
      case 0..<0x20, 0x7F...0x9F, 0x200B...0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF:
        let hex = String(scalar.value, radix: 16)
        out += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
      default: out.unicodeScalars.append(scalar)
      }
    }
    out += "\""
  }
}
