import Cine

/// The order of phases within one slice. Times are ranked within a slice, never across: each slice is a heartbeat of its
/// own. The first rule whose values are there and distinct decides.
enum PhaseOrder {
  enum Rule: String {
    case triggerTime = "TriggerTime"
    case temporalPosition = "TemporalPositionIdentifier"
    case acquisitionTime = "AcquisitionTime"
    case instanceNumber = "InstanceNumber"
    case name = "file name"
    case frames = "frame number"
  }

  static func order(_ images: [DicomHeader]) -> (slice: Slice, rule: Rule, ties: Int) {
    let first = images[0]
    if images.count == 1, first.frames > 1 { return multiframe(first) }
    let (sorted, rule, ties) = ranked(images)
    let phases = sorted.map { Phase(time: $0.triggerTime.map(Milliseconds.init), path: $0.path, frame: 0) }
    return (slice(first, heartbeat: heartbeat(sorted), phases), rule, ties)
  }

  private static func slice(_ h: DicomHeader, heartbeat: Double?, _ phases: [Phase]) -> Slice {
    Slice(
      rows: h.rows, columns: h.columns, geometry: h.geometry, heartbeat: heartbeat.map(Milliseconds.init), phases: phases)
  }

  private static func multiframe(_ h: DicomHeader) -> (slice: Slice, rule: Rule, ties: Int) {
    let phases = (0..<h.frames).map { i in
      Phase(time: h.frameTime.map { Milliseconds($0 * Double(i)) }, path: h.path, frame: i)
    }
    let heartbeat = h.heartbeat ?? h.frameTime.map { $0 * Double(h.frames) }
    return (slice(h, heartbeat: heartbeat, phases), .frames, 0)
  }

  private static func ranked(_ images: [DicomHeader]) -> ([DicomHeader], Rule, ties: Int) {
    func by<T: Comparable & Hashable>(_ rule: Rule, _ key: (DicomHeader) -> T?) -> ([DicomHeader], Rule, Int)? {
      let keyed = images.map { ($0, key($0)) }
      let values = Set(keyed.compactMap(\.1))
      guard keyed.allSatisfy({ $0.1 != nil }), values.count == images.count else { return nil }
      let sorted = keyed.sorted { a, b in
        guard let x = a.1, let y = b.1 else { return false }
        return x < y
      }
      return (sorted.map(\.0), rule, 0)
    }
    // A trigger time belongs into a heartbeat: anything beyond some seconds is another kind of number.
    let plausible = images.allSatisfy { ($0.triggerTime ?? -1) >= 0 && ($0.triggerTime ?? 0) < 10_000 }
    if plausible, let r = by(.triggerTime, \.triggerTime) { return r }
    if let r = by(.temporalPosition, \.temporalPosition) { return r }
    if let r = by(.acquisitionTime, { $0.acquisitionTime.isEmpty ? nil : $0.acquisitionTime }) { return r }
    if let r = by(.instanceNumber, \.instanceNumber) { return r }
    let distinct = Set(images.map(\.instanceNumber)).count
    return (images.sorted { ($0.instanceNumber ?? 0, $0.path) < ($1.instanceNumber ?? 0, $1.path) }, .name, images.count - distinct)
  }

  /// The R-R interval: what the file says, else the phases' own spacing carried on for one more.
  private static func heartbeat(_ sorted: [DicomHeader]) -> Double? {
    if let given = sorted.compactMap(\.heartbeat).first { return given }
    let times = sorted.compactMap(\.triggerTime)
    guard times.count == sorted.count, times.count > 2, let a = times.first, let b = times.last, b > a else { return nil }
    return (b - a) * Double(times.count) / Double(times.count - 1)
  }
}
