import Cine
import Contours
import Plain

/// Measurements beyond their limits as findings, each with its number, its limit and whose limit it is.
///
/// Beyond means beyond by a tenth of the normal range's width, so that a value at the limit is none, and by half of the
/// way to the end of its own 90 % interval, so that a normal heart drawn a little badly has no mark. Where one side of
/// the range is open its width is taken for a quarter of the limit.
struct MeasuredFindings {
  static let margin = 0.1

  let limits: Limits
  let person: Person?
  let wall: WallSegments?

  init(_ limits: Limits, _ person: Person?, _ wall: WallSegments?) {
    (self.limits, self.person, self.wall) = (limits, person, wall)
  }

  /// Of each condition one, the gravest first.
  func of(_ measurements: [Measurement]) -> [MeasuredFinding] {
    var found: [(order: Int, finding: MeasuredFinding)] = []
    for (i, measurement) in measurements.enumerated() {
      for finding in findings(measurement) + bodiless(measurement, measurements) {
        if let k = found.firstIndex(where: { $0.finding.condition == finding.condition }) {
          let both = [found[k].finding, finding].sorted { $0.excess > $1.excess }
          var one = both[0]
          one.why = both.map(\.why).joined(separator: "; ")
          found[k].finding = one
        } else {
          found.append((i, finding))
        }
      }
    }
    return found.sorted { a, b in
      a.finding.excess != b.finding.excess ? a.finding.excess > b.finding.excess : a.order < b.order
    }.map(\.finding)
  }

  // MARK: One measurement

  private func findings(_ measurement: Measurement) -> [MeasuredFinding] {
    let rows = limits.rows(measurement.name, person).filter(\.givesFindings)
    var conditions: [(name: String, below: Bool)] = []
    for row in rows {
      for (name, below) in [(row.conditionLow, true), (row.conditionHigh, false)] {
        if let name, !conditions.contains(where: { $0 == (name, below) }) { conditions.append((name, below)) }
      }
    }
    return conditions.compactMap { finding(measurement, $0.name, below: $0.below, rows) }
  }

  private func finding(
    _ measurement: Measurement, _ condition: String, below: Bool, _ rows: [Limits.Row]
  ) -> MeasuredFinding? {
    // The widest of what holds.
    let row =
      below
      ? rows.filter { $0.conditionLow == condition }.min { ($0.low ?? 0) < ($1.low ?? 0) }
      : rows.filter { $0.conditionHigh == condition }.max { ($0.high ?? 0) < ($1.high ?? 0) }
    guard let row, let limit = below ? row.low : row.high else { return nil }
    let width = Self.width(row)
    let excess = (below ? limit - measurement.value : measurement.value - limit) / width
    let end = below ? measurement.high : measurement.low
    let doubt = end.map { abs($0 - measurement.value) / 2 / width } ?? 0
    guard excess >= max(Self.margin, doubt) else { return nil }
    let word =
      row.words.map { $0.word(measurement.value, below: below) + (below ? " reduced" : " raised") + ": " } ?? ""
    let why =
      "\(word)\(said(measurement)), \(below ? "below" : "above") \(Self.number(limit, "")): \(row.source)"
    return MeasuredFinding(
      condition: condition, why: why + place(measurement.name), measurement: measurement.name, excess: excess,
      frame: measurement.frame)
  }

  static func width(_ row: Limits.Row) -> Double {
    if let low = row.low, let high = row.high { return high - low }
    return max(abs(row.low ?? row.high ?? 0) / 4, 1e-6)
  }

  // MARK: Without height and weight

  /// A volume or mass that is beyond what the index's limit allows the largest body.
  private func bodiless(_ measurement: Measurement, _ all: [Measurement]) -> [MeasuredFinding] {
    let index = measurement.name + "_index"
    guard person?.bodySurface == nil, let largest = limits.widest("body_surface", nil)?.high else { return [] }
    let rows = limits.rows(index, person).filter { $0.givesFindings && $0.conditionHigh != nil }
    guard let row = rows.max(by: { ($0.high ?? 0) < ($1.high ?? 0) }), let high = row.high,
      let condition = row.conditionHigh
    else { return [] }
    let excess = (measurement.value - high * largest) / (Self.width(row) * largest)
    guard excess >= Self.margin else { return [] }
    let why =
      "\(said(measurement)), above \(Self.number(high * largest, "")), which is "
      + "\(Self.number(high, row.unit)) for the largest body of \(Self.number(largest, "m²")) (height or weight is not "
      + "known): \(row.source)"
    return [
      MeasuredFinding(
        condition: condition, why: why, measurement: measurement.name, excess: excess, frame: measurement.frame)
    ]
  }

  // MARK: In words

  /// "LVEDV index 132 ml/m²", "8 of 16 segments hardly thicken (below 30 %: source)".
  private func said(_ measurement: Measurement) -> String {
    guard measurement.name == "poorly_thickening_segments" else {
      return "\(MeasurementNames.words(measurement.name)) \(Self.number(measurement.value, measurement.unit))"
    }
    let limit = limits.widest("wall_thickening", person)
    let below = limit.map { " (below \(Self.number($0.low ?? 0, "%")): \($0.source))" } ?? ""
    let all = wall.map { " of \($0.segments.count)" } ?? ""
    return "\(Self.number(measurement.value, ""))\(all) segments hardly thicken\(below)"
  }

  /// Millimetres and areas to a tenth, the rest whole.
  static func number(_ x: Double, _ unit: String) -> String {
    let decimals = ["mm", "cm²", "m²"].contains(unit) ? 1 : 0
    return (JSON.fixed(x, decimals: decimals) ?? "?") + (unit.isEmpty ? "" : " \(unit)")
  }

  /// Where a wall is thick, or which part of it hardly thickens.
  private func place(_ name: String) -> String {
    guard let wall else { return "" }
    switch name {
    case "wall_thickness_max":
      return " (\(Hypertrophy(wall, limits, person).text))"
    case "poorly_thickening_segments":
      guard wall.isNamed, let limit = limits.widest("wall_thickening", person),
        let motion = limit.low.flatMap({ WallMotion(wall, below: $0) })
      else { return "" }
      let names = motion.poor.prefix(4).map(WallSegments.name)
      let more = motion.poor.count - names.count
      return " (\(names.joined(separator: ", "))\(more > 0 ? " and \(more) more" : ""))"
    default: return ""
    }
  }
}

/// Where a thick wall is thick: by the ratios of the table.
struct Hypertrophy {
  enum Pattern: Hashable { case septal, apical, concentric, other }

  let pattern: Pattern
  let text: String

  init(_ wall: WallSegments, _ limits: Limits, _ person: Person?) {
    func high(_ name: String) -> Double? { limits.widest(name, person)?.high }
    let thick = limits.widest("wall_thickness_max", person)?.high ?? .infinity
    let many = wall.segments.count { $0.greatest > thick }
    func ratio(_ value: Double) -> String { JSON.fixed(value, decimals: 1) ?? "?" }
    if let septal = wall.septalRatio, let limit = high("septal_ratio"), septal > limit {
      pattern = .septal
      text = "septal: \(ratio(septal)) times the lateral wall"
    } else if let apical = wall.apicalRatio, let limit = high("apical_ratio"), apical > limit {
      pattern = .apical
      text = "apical: \(ratio(apical)) times the basal wall"
    } else if many * 4 >= wall.segments.count * 3 {
      pattern = .concentric
      text = "concentric: \(many) of \(wall.segments.count) segments"
    } else {
      pattern = .other
      let at = wall.isNamed ? (wall.thickest.map { WallSegments.name($0.number) + ", " } ?? "") : ""
      text = "\(at)\(many) of \(wall.segments.count) segments"
    }
  }
}
