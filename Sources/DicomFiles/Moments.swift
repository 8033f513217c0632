/// Which moment of the heartbeat each picture of one place shows. Pictures that share one are not told apart by time.
enum Moments {
  /// Trigger times closer together than this in all, ms, are those of pictures taken once a beat: they tell no phases.
  private static let shortestSpan = 100.0

  /// One a picture: trigger times, else temporal positions. Nil where neither tells phases.
  static func values(_ images: [DicomImage]) -> [Double]? {
    let times = images.compactMap { PhaseOrder.plausible($0.triggerTime) }
    if times.count == images.count, let low = times.min(), let high = times.max(), high - low >= shortestSpan {
      return times
    }
    let positions = images.compactMap(\.temporalPosition)
    return positions.count == images.count && Set(positions).count > 1 ? positions.map(Double.init) : nil
  }

  /// Most pictures that share a moment.
  static func multiplicity(_ values: [Double]) -> Int { counts(values).values.max() ?? 0 }

  /// True where half of the moments or more have several pictures: two or more a phase, which no other number orders.
  static func areShared(_ values: [Double]) -> Bool {
    let counts = counts(values)
    return 2 * counts.values.count { $0 > 1 } >= counts.count
  }

  private static func counts(_ values: [Double]) -> [Double: Int] {
    Dictionary(values.map { ($0, 1) }, uniquingKeysWith: +)
  }
}
