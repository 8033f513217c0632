import Cine

/// The order of phases within one slice. Times are ranked within a slice, never across: each slice is a heartbeat of its
/// own. The first rule whose values are all there and distinct decides.
enum PhaseOrder {
  enum Rule: String {
    case temporalPosition = "TemporalPositionIdentifier"
    case triggerTime = "TriggerTime"
    case acquisitionTime = "AcquisitionTime"
    case instanceNumber = "InstanceNumber"
    case frames = "frame number"
    case name = "file name"
    case single = "one phase"
  }

  struct Ordered {
    var slice: Slice
    var rule: Rule
    var ties: Int
  }

  /// `images` are all of one slice and not empty.
  static func order(_ images: [DicomImage]) -> Ordered {
    let (sorted, rule, ties) = ranked(images)
    let first = sorted[0]
    // Times that do not rise along the order are some other kind of number.
    let times = sorted.compactMap { plausible($0.triggerTime) }
    let timed = times.count == sorted.count && zip(times, times.dropFirst()).allSatisfy { $0 <= $1 }
    let phases = sorted.map { image in
      Phase(
        time: timed ? plausible(image.triggerTime).map(Milliseconds.init) : nil, path: image.header.path,
        frame: image.frame)
    }
    let slice = Slice(
      rows: first.header.rows, columns: first.header.columns, geometry: first.geometry,
      heartbeat: heartbeat(sorted, times: phases.compactMap { $0.time?.value }).map(Milliseconds.init), phases: phases)
    return Ordered(slice: slice, rule: rule, ties: ties)
  }

  /// A trigger time belongs into a heartbeat: beyond some seconds it is another kind of number.
  static func plausible(_ time: Double?) -> Double? { time.flatMap { $0 >= 0 && $0 < 10_000 ? $0 : nil } }

  /// In the order in which they are tried; TriggerTime stands for NominalCardiacTriggerDelayTime in enhanced images.
  private static let cascade: [(Rule, @Sendable ([DicomImage]) -> [Double?])] = [
    (.temporalPosition, { $0.map { $0.temporalPosition.map(Double.init) } }),
    (.triggerTime, { $0.map { plausible($0.triggerTime) } }), (.acquisitionTime, AcquisitionMoment.values),
    (.instanceNumber, { $0.map { $0.header.instanceNumber.map(Double.init) } }),
  ]

  /// Why each rule of the cascade does or does not tell the images of one slice apart.
  static func explanation(_ images: [DicomImage]) -> [OrderStep] {
    // Where pictures share their moments, no other number tells which belong together.
    var decided = sharedMoments(images) != nil
    return cascade.map { rule, keys in
      let values = keys(images).compactMap { $0 }
      let distinct = Set(values).count
      let step = OrderStep(
        rule: rule.rawValue, missing: images.count - values.count, tied: values.count - distinct,
        decides: !decided && images.count > 1 && values.count == images.count && distinct == images.count)
      decided = decided || step.decides
      return step
    }
  }

  private static func ranked(_ images: [DicomImage]) -> ([DicomImage], Rule, ties: Int) {
    if images.count == 1 { return (images, .single, 0) }
    if images.allSatisfy({ $0.isLoopFrame && $0.header.path == images[0].header.path }) {
      return (images.sorted { $0.frame < $1.frame }, .frames, 0)
    }
    if let (rule, values) = sharedMoments(images) {
      return (sorted(images, values), rule, images.count - Set(values).count)
    }
    var best: (rule: Rule, values: [Double], distinct: Int)?
    for (rule, keys) in cascade {
      let values = keys(images).compactMap { $0 }
      guard values.count == images.count else { continue }
      let distinct = Set(values).count
      if distinct == images.count { return (sorted(images, values), rule, 0) }
      if distinct > best?.distinct ?? 1 { best = (rule, values, distinct) }
    }
    // No rule tells all phases apart: the one that tells most, then the instance number, then the name.
    if let best { return (sorted(images, best.values), best.rule, images.count - best.distinct) }
    return (sorted(images, images.map { _ in 0 }), .name, images.count)
  }

  /// Where several pictures have each moment: those, and the rule that they are.
  private static func sharedMoments(_ images: [DicomImage]) -> (rule: Rule, values: [Double])? {
    guard let values = Moments.values(images), Moments.areShared(values) else { return nil }
    let isTime = images.allSatisfy { plausible($0.triggerTime) != nil } && values == images.map { $0.triggerTime ?? 0 }
    return (isTime ? .triggerTime : .temporalPosition, values)
  }

  private static func sorted(_ images: [DicomImage], _ values: [Double]) -> [DicomImage] {
    zip(images, values).sorted { x, y in
      if x.1 != y.1 { return x.1 < y.1 }
      let (a, b) = (x.0, y.0)
      let (i, j) = (a.header.instanceNumber ?? 0, b.header.instanceNumber ?? 0)
      return i != j ? i < j : (a.header.path, a.frame) < (b.header.path, b.frame)
    }.map(\.0)
  }

  /// The R-R interval, ms: Nominal Interval; else the phases' own spacing carried on for one more; else Frame Time; else
  /// the heart rate. Nil where nothing tells.
  private static func heartbeat(_ sorted: [DicomImage], times: [Double]) -> Double? {
    func believed(_ ms: Double) -> Bool { (200...3000).contains(ms) }
    // Half a phase of slack: the last trigger time can lie just past a rounded interval.
    let span = times.count == sorted.count ? (times.last ?? 0) - (times.first ?? 0) : 0
    if let given = sorted.compactMap(\.nominalInterval).first(where: { believed($0) && $0 >= 0.95 * span }) {
      return given
    }
    let n = sorted.count
    if n > 2, span > 0, believed(span * Double(n) / Double(n - 1)) { return span * Double(n) / Double(n - 1) }
    if n > 2, let frame = sorted[0].header.frameTime, believed(frame * Double(n)) { return frame * Double(n) }
    if let rate = sorted[0].header.heartRate, rate > 0, believed(60_000 / rate) { return 60_000 / rate }
    return nil
  }
}
