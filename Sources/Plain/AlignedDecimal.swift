extension JSON {
  /// Decimal text for columns: always so many decimals; a dash where there is no number.
  public static func aligned(_ x: Double?, decimals: Int) -> String {
    guard let x, let text = fixed(x, decimals: decimals) else { return "–" }
    guard decimals > 0 else { return text }
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    let fraction = parts.count > 1 ? String(parts[1]) : ""
    return parts[0] + "." + fraction + String(repeating: "0", count: max(0, decimals - fraction.utf8.count))
  }
}
