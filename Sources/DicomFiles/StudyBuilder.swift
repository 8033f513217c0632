import Cine

/// Groups headers into studies, series, slices and phases. Pure: headers in, studies out, whatever their order. Studies
/// can be asked for at any time, so that the first appear before all is read.
public struct StudyBuilder: Sendable {
  private var headers: [Image: DicomHeader] = [:]
  /// Second copies of an image that were left out.
  public private(set) var duplicates = 0

  /// The same SOP Instance UID is not enough: tools that remove names sometimes give one UID to all.
  private struct Image: Hashable {
    var uid: String
    var instance: Int?
    var time: Double?
    var origin: Vector3?
    /// Only where there is no UID.
    var path: FilePath?
  }

  private let names: ViewNames

  public init(names: ViewNames = ViewNames()) { self.names = names }

  /// Of two copies the one with the lesser path stays.
  public mutating func add(_ header: DicomHeader) {
    let image = Image(
      uid: header.sopInstanceUID, instance: header.instanceNumber, time: header.triggerTime,
      origin: header.geometry?.origin, path: header.sopInstanceUID.isEmpty ? header.path : nil)
    if let known = headers[image] {
      duplicates += 1
      if known.path <= header.path { return }
    }
    headers[image] = header
  }

  /// Ordered by path, then study UID. Where a file names no study its folder stands for one.
  public func studies() -> [Study] { Self.inOrder(grouped().map { study($0, Stack.stacks($0)) }) { $0 } }

  /// The same studies, each with how its series came into their order.
  public func explained() -> [(study: Study, order: [OrderExplanation])] {
    let all = grouped().map { headers in
      let stacks = Stack.stacks(headers)
      let study = study(headers, stacks)
      return (study: study, order: stacks.map(OrderExplanation.init))
    }
    return Self.inOrder(all) { $0.study }
  }

  private static func inOrder<T>(_ all: [T], _ study: (T) -> Study) -> [T] {
    all.sorted { (study($0).path, study($0).instanceUID) < (study($1).path, study($1).instanceUID) }
  }

  /// Each study's headers, by series number.
  private func grouped() -> [[DicomHeader]] {
    let byStudy = Dictionary(grouping: headers.values) { header in
      header.studyUID.isEmpty ? FilePath.folder(of: [header.path]).text : header.studyUID
    }
    return byStudy.values.map { headers in
      headers.sorted { a, b in
        let (x, y) = (a.seriesNumber ?? .max, b.seriesNumber ?? .max)
        return x != y ? x < y : (a.seriesUID, a.path) < (b.seriesUID, b.path)
      }
    }
  }

  /// `sorted` is not empty.
  private func study(_ sorted: [DicomHeader], _ stacks: [Stack]) -> Study {
    let first = sorted[0]
    return Study(
      instanceUID: first.studyUID, path: FilePath.folder(of: sorted.lazy.map(\.path)), patientName: first.patientName,
      patientID: first.patientID,
      date: first.studyDate, description: sorted.lazy.map(\.studyDescription).first { !$0.isEmpty } ?? "",
      series: ViewRules.refine(stacks.map(series), names))
  }

  private func series(_ stack: Stack) -> Series {
    var ordered = stack.slices.map { PhaseOrder.order($0.images) }
    let ranks = PublishedOrder.ranks(stack.images)
    for i in ordered.indices {
      for k in ordered[i].slice.phases.indices {
        let phase = ordered[i].slice.phases[k]
        ordered[i].slice.phases[k].publishedRank = ranks[.init(path: phase.path, frame: phase.frame)]
      }
    }
    let rules = ordered.map(\.rule).reduce(into: [PhaseOrder.Rule]()) { if !$0.contains($1) { $0.append($1) } }
    let place = stack.normal == nil ? "as filed" : "position"
    let view = ViewRules.view(description: stack.first.seriesDescription, protocolName: stack.first.protocolName, names)
    return Series(
      instanceUID: stack.first.seriesUID, number: stack.first.seriesNumber, description: stack.first.seriesDescription,
      view: view ?? .unknown, viewRule: view == nil ? .none : .description,
      orderRule: "\(place), then \(rules.map(\.rawValue).joined(separator: " or "))",
      ties: ordered.reduce(0) { $0 + $1.ties }, slices: ordered.map(\.slice))
  }
}
