/// A number with its noun: one study, but two studies.
public enum Count {
  /// `many` where it is not `one` with an s.
  public static func of(_ n: Int, _ one: String, _ many: String? = nil) -> String {
    "\(n) \(n == 1 ? one : many ?? one + "s")"
  }
}
