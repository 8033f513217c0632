import Cine

/// Groups headers into studies, series, slices and phases. Pure: headers in, studies out, whatever their order. Studies
/// can be asked for at any time, so that the first appear before all is read.
public struct StudyBuilder: Sendable {
  private var headers: [Image: DicomHeader] = [:]
  /// Second copies of images that were left out.
  public private(set) var duplicates = 0

  /// The same SOP Instance UID is not enough: tools that remove names sometimes give one UID to all.
  private struct Image: Hashable {
    var uid: String
    var patient: Patient
    var imageType: String
    var traits: PictureTraits
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
      uid: header.sopInstanceUID, patient: Patient(header), imageType: header.imageType, traits: header.traits,
      instance: header.instanceNumber, time: header.triggerTime,
      origin: header.geometry?.origin, path: header.sopInstanceUID.isEmpty ? header.path : nil)
    if let known = headers[image] {
      duplicates += 1
      if known.path <= header.path { return }
    }
    headers[image] = header
  }

  /// Ordered by path, then study UID. Where a file names no study its folder stands for one.
  public func studies() -> [Study] { Self.inOrder(grouped().map { study($0, Stack.stacks($0.headers)) }) { $0 } }

  /// The same studies, each with how its series came into their order.
  public func explained() -> [(study: Study, order: [OrderExplanation])] {
    let all = grouped().map { group in
      let stacks = Stack.stacks(group.headers)
      let study = study(group, stacks)
      return (study: study, order: stacks.map(OrderExplanation.init))
    }
    return Self.inOrder(all) { $0.study }
  }

  private static func inOrder<T>(_ all: [T], _ study: (T) -> Study) -> [T] {
    all.sorted { (study($0).path, study($0).id) < (study($1).path, study($1).id) }
  }

  /// A study's headers, by series number, and what was noticed of them.
  private struct Group {
    var headers: [DicomHeader]
    var isShared: Bool
    var warnings: [AnalysisWarning]
  }

  private func grouped() -> [Group] {
    let byStudy = Dictionary(grouping: headers.values) { header in
      header.studyUID.isEmpty ? FilePath.folder(of: [header.path]).text : header.studyUID
    }
    return byStudy.values.flatMap { headers in
      let patients = Patient.apart(headers)
      let studies = patients.flatMap(Patient.datesApart)
      let isShared = studies.count > 1
      let shared = isShared ? [StudyWarnings.shared(patients: patients.count, studies: studies.count)] : []
      return studies.map { headers in
        Group(
          headers: headers.sorted { a, b in
            let (x, y) = (a.seriesNumber ?? .max, b.seriesNumber ?? .max)
            return x != y ? x < y : (a.seriesUID, a.path) < (b.seriesUID, b.path)
          }, isShared: isShared, warnings: shared + StudyWarnings.numbers(headers))
      }
    }
  }

  private func study(_ group: Group, _ stacks: [Stack]) -> Study {
    let sorted = group.headers
    let first = sorted.first { !$0.patientID.isEmpty } ?? sorted[0]
    var study = Study(
      instanceUID: first.studyUID, path: FilePath.folder(of: sorted.lazy.map(\.path)), patientName: first.patientName,
      patientID: first.patientID,
      date: first.studyDate, description: sorted.lazy.map(\.studyDescription).first { !$0.isEmpty } ?? "",
      series: ViewRules.refine(stacks.map(series), open: stacks.map(isOpen)))
    let (person, doubts) = StudyWarnings.person(sorted)
    study.person = person
    study.warnings = group.warnings + doubts
    if first.studyUID.isEmpty || group.isShared {
      let name = first.studyUID.isEmpty ? study.path.text : first.studyUID
      study.ownID = [name, first.patientID, first.patientName, first.studyDate].joined(separator: "\u{1F}")
    }
    return study
  }

  /// True where geometry may name the view: nothing says that the series is something else than a plain cine.
  private func isOpen(_ stack: Stack) -> Bool {
    stack.key.kind.showsAnatomy && !names.isOther(stack.first.seriesDescription)
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
    let view =
      stack.key.kind.showsAnatomy
      ? ViewRules.view(description: stack.first.seriesDescription, protocolName: stack.first.protocolName, names) : nil
    return Series(
      instanceUID: stack.first.seriesUID, number: stack.first.seriesNumber, description: stack.description,
      modality: stack.first.modality, view: view ?? .unknown, viewRule: view == nil ? .none : .description,
      orderRule: "\(place), then \(rules.map(\.rawValue).joined(separator: " or "))",
      ties: ordered.reduce(0) { $0 + $1.ties }, slices: ordered.map(\.slice))
  }
}
