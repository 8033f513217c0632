/// The clock for waits and rates.
public enum Monotonic {
  private static let start = SuspendingClock().now

  /// Seconds since an arbitrary start, never going back; it stands while the machine sleeps.
  public static func now() -> Double {
    let (seconds, attoseconds) = start.duration(to: SuspendingClock().now).components
    return Double(seconds) + Double(attoseconds) * 1e-18
  }
}
