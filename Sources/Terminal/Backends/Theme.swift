/// Colours of words. Without one the terminal's own background decides, where it tells.
public enum Theme: String, Hashable, Sendable, CaseIterable {
  case dark, light
  /// No more than the terminal's first sixteen, which people choose for themselves.
  case sixteen = "16"
  /// The terminal's own two colours alone: bold, underlined and reversed words.
  case contrast

  public static var names: String {
    let all = allCases.map(\.rawValue)
    return all.dropLast().joined(separator: ", ") + " or " + (all.last ?? "")
  }
}
