import Cine

/// Groups headers into studies, series, slices and phases. Pure: headers in, studies out, whatever their order.
public struct StudyBuilder {
  private var headers: [DicomHeader] = []
  private var seen: Set<String> = []

  public init() {}

  /// A second copy of an image (same SOP Instance UID) is left out.
  public mutating func add(_ header: DicomHeader) {
    let key = header.sopInstanceUID.isEmpty ? header.path : header.sopInstanceUID
    if seen.insert(key).inserted { headers.append(header) }
  }

  /// Ordered by study UID.
  public func studies(root: String) -> [Study] {
    Dictionary(grouping: headers, by: \.studyUID).sorted { $0.key < $1.key }.map { uid, group in
      let sorted = group.sorted { $0.path < $1.path }
      let first = sorted[0]
      let series = ViewRules.refine(Self.stacks(sorted).map { Self.series($0) })
      return Study(
        instanceUID: uid, path: Self.folder(sorted) ?? root, patientName: first.patientName,
        patientID: first.patientID, date: first.studyDate, description: first.studyDescription,
        series: series.sorted { ($0.number ?? .max, $0.instanceUID) < ($1.number ?? .max, $1.instanceUID) })
    }
  }

  /// The deepest folder that holds every file.
  private static func folder(_ headers: [DicomHeader]) -> String? {
    var common: [Substring]?
    for h in headers {
      let parts = h.path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
      guard let c = common else {
        common = Array(parts)
        continue
      }
      common = zip(c, parts).prefix { $0 == $1 }.map(\.0)
    }
    guard let common, !common.isEmpty else { return nil }
    return common == [""] ? "/" : common.joined(separator: "/")
  }

  /// Images of one orientation, matrix and meaning belong together, however many series and folders hold them: scanners
  /// often write a series a slice.
  private static func stacks(_ headers: [DicomHeader]) -> [[DicomHeader]] {
    var groups: [(key: String, normal: Vector3?, members: [DicomHeader])] = []
    for h in headers {
      // Without a description only the series itself says what belongs together, unless the planes are parallel.
      let key = "\(h.rows)x\(h.columns)|\(h.seriesDescription)|\(h.geometry == nil ? h.seriesUID : "")"
      let normal = h.geometry?.normal
      let at = groups.firstIndex { g in
        guard g.key == key else { return false }
        guard let a = g.normal, let b = normal else { return g.normal == nil && normal == nil }
        return a.dot(b) > 0.9986
      }
      if let at {
        groups[at].members.append(h)
      } else {
        groups.append((key, normal, [h]))
      }
    }
    return groups.map(\.members)
  }

  private static func series(_ members: [DicomHeader]) -> Series {
    let slices = positions(members).map(PhaseOrder.order)
    let first = members[0]
    let rules = slices.map(\.rule).reduce(into: [PhaseOrder.Rule]()) { if !$0.contains($1) { $0.append($1) } }
    let place = first.geometry == nil ? "as filed" : "position along the normal"
    let described = ViewRules.view(description: first.seriesDescription, protocolName: first.protocolName)
    return Series(
      instanceUID: first.seriesUID, number: members.compactMap(\.seriesNumber).min(),
      description: first.seriesDescription, view: described ?? .unknown, viewRule: described == nil ? .none : .description,
      orderRule: "\(place), then \(rules.map(\.rawValue).joined(separator: " or "))",
      ties: slices.reduce(0) { $0 + $1.ties }, slices: slices.map(\.slice))
  }

  /// Images by slice: those within 0.1 mm along the normal are one.
  private static func positions(_ members: [DicomHeader]) -> [[DicomHeader]] {
    guard let normal = members[0].geometry?.normal else {
      return Dictionary(grouping: members, by: \.seriesUID).sorted { $0.key < $1.key }.map(\.value)
    }
    let sorted = members.map { ($0, $0.geometry?.origin.dot(normal) ?? 0) }.sorted {
      ($0.1, $0.0.path) < ($1.1, $1.0.path)
    }
    var slices: [[DicomHeader]] = []
    var last = -Double.infinity
    for (header, position) in sorted {
      if position - last > 0.1 {
        slices.append([header])
        last = position
      } else {
        slices[slices.count - 1].append(header)
      }
    }
    return slices
  }
}
