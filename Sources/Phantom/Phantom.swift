import Cine
import Glibc

/// What to make. The same request gives the same study, whatever else runs.
public struct PhantomRequest: Hashable, Sendable {
  public var seed: UInt64
  /// Names out of `Phantom.conditions` that must be there, an empty list for a healthy heart; nil: drawn in natural
  /// combinations. Unknown names are passed over.
  public var conditions: [String]?
  /// Percent, met as nearly as this heart can; the truth is measured.
  public var lvef: Double?
  public var scan: ScanPlan

  public init(seed: UInt64, conditions: [String]? = nil, lvef: Double? = nil, scan: ScanPlan = .full) {
    self.seed = seed
    self.conditions = conditions
    self.lvef = lvef
    self.scan = scan
  }
}

/// A synthetic study: pixels, the report a radiologist might have dictated, and the truth.
public struct PhantomStudy: Sendable {
  public let study: LoadedStudy
  public let report: PhantomReport
  public let truth: PhantomTruth
}

/// Synthetic hearts. One anatomy and its motion make the pixels, the report and the truth together.
public enum Phantom {
  /// Names of all labels that a phantom can have, spelled as in the published data files.
  public static let conditions: [String] = Condition.allCases.map(\.rawValue)

  /// True of a study that this room made, also after it was written and read again.
  public static func isPhantom(_ study: Study) -> Bool {
    study.patientID.hasPrefix("PHANTOM-") && study.instanceUID == "2.25.\(study.patientID.dropFirst(8))"
  }

  public static func make(_ request: PhantomRequest) -> PhantomStudy {
    let model = PhantomModel(request)
    let (report, truth) = model.words
    return PhantomStudy(study: model.study(), report: report, truth: truth)
  }

  /// The truth of a request without its pixels.
  public static func truth(_ request: PhantomRequest) -> PhantomTruth { PhantomModel(request).truth }

  /// The report of a request without its pixels.
  public static func report(_ request: PhantomRequest) -> PhantomReport { PhantomModel(request).report }

  /// Both, worked out once.
  public static func words(_ request: PhantomRequest) -> (report: PhantomReport, truth: PhantomTruth) {
    PhantomModel(request).words
  }

  /// The pixels of a request alone.
  public static func study(_ request: PhantomRequest) -> LoadedStudy { PhantomModel(request).study() }
}

/// Everything that follows from a request, before any pixel. Each part has random numbers of its own, so that anatomy,
/// looks and report are the same for every scan plan.
struct PhantomModel {
  let request: PhantomRequest
  let anatomy: Anatomy

  /// `isWide`: with the shapes of `Anatomy.widen`.
  init(_ request: PhantomRequest, isWide: Bool = false) {
    self.request = request
    var r = Random(seed: request.seed)
    let wanted = request.conditions.map { $0.compactMap(Condition.init(rawValue:)) }
    var anatomy = Anatomy(&r, wanted: wanted, lvef: request.lvef)
    if isWide { anatomy.widen(&r) }
    self.anatomy = anatomy
  }

  func random(_ part: UInt64) -> Random { Random(seed: request.seed &* 0x9E37_79B9_7F4A_7C15 &+ part) }

  /// Measured: that takes as long as some slices.
  var truth: PhantomTruth { PhantomTruth(anatomy, seed: request.seed) }

  var report: PhantomReport { words.report }

  var words: (report: PhantomReport, truth: PhantomTruth) {
    let truth = truth
    var r = random(1)
    return (PhantomReport(anatomy, truth, &r), truth)
  }

  /// `times`, shares of the R-R interval, stand for those that a scan of this plan would have.
  func renderer(times given: [Double]? = nil) -> Renderer {
    var r = random(2)
    let look = Appearance(&r)
    let chest = Chest(look, wires: anatomy.sternalWires, &r)
    r = random(3)
    let scan = Scan(request.scan, anatomy, &r)
    if let given { return Renderer(anatomy, look, chest, scan, times: given) }
    // The trigger comes a little after the R wave, and gating may miss the end of the beat.
    let late = r.uniform(0, 0.02)
    let covered = r.chance(0.25) ? r.uniform(0.9, 1) : 1
    let times = (0..<scan.phases).map { late + covered * Double($0) / Double(scan.phases) }
    return Renderer(anatomy, look, chest, scan, times: times)
  }

  func study() -> LoadedStudy {
    let renderer = renderer()
    var r = random(4)
    let names = SeriesNames(&r)
    let stackFirst = r.chance(0.5)
    let seed = request.seed
    func series(_ planes: [Scan.Plane], _ number: Int) -> LoadedSeries {
      var slices: [Slice] = []
      var clips: [CineClip] = []
      for plane in planes {
        var r = random(100 + UInt64(plane.index))
        // Each breath-hold has its own heart rate.
        let heartbeat = (60_000 / (anatomy.heartRate * r.around(1, 0.03))).rounded()
        let times = renderer.states.indices.map {
          (Double($0) / Double(renderer.states.count) * heartbeat * 10).rounded() / 10
        }
        let pixels = renderer.clip(plane, &r)
        clips.append(
          CineClip(
            frames: times.count, rows: plane.rows, columns: plane.columns, pixels: pixels, geometry: plane.geometry,
            times: times, heartbeat: heartbeat))
        slices.append(
          Slice(
            rows: plane.rows, columns: plane.columns, geometry: plane.geometry, heartbeat: Milliseconds(heartbeat),
            phases: times.enumerated().map { Phase(time: Milliseconds($1), path: "", frame: $0) }))
      }
      let view = planes.first?.view ?? .unknown
      let description = names.name(view)
      return LoadedSeries(
        series: Series(
          instanceUID: "2.25.\(seed).\(number)", number: number, description: description, view: view,
          viewRule: description.isEmpty ? .geometry : .description, orderRule: "position, then TriggerTime", ties: 0,
          slices: slices), clips: clips)
    }
    let planes = renderer.scan.planes
    var groups = [View.twoChamber, .threeChamber, .fourChamber].map { view in planes.filter { $0.view == view } }
    groups.insert(planes.filter { $0.view == .shortAxis }, at: stackFirst ? 0 : 3)
    let made = groups.enumerated().map { series($1, $0 + 1) }
    let study = Study(
      instanceUID: "2.25.\(seed)", path: "", patientName: "Phantom^\(seed)", patientID: "PHANTOM-\(seed)",
      date: "20260101", description: "Synthetic heart, not a patient", series: made.map(\.series))
    return LoadedStudy(study: study, series: made)
  }
}

/// How sites name their series; some say nothing.
struct SeriesNames {
  private let names: (String, String, String, String)

  init(_ r: inout Random) {
    names = r.pick([
      ("SAX cine", "2CH cine", "3CH cine", "4CH cine"), ("cine_sax_stack", "cine_2ch", "cine_3ch", "cine_4ch"),
      ("", "", "", ""), ("", "", "", ""), ("Short Axis bSSFP", "Two Chamber bSSFP", "LVOT bSSFP", "Four Chamber bSSFP"),
      ("SA FIESTA", "2CH FIESTA", "3CH FIESTA", "4CH FIESTA"), ("tf2d_retro_sa", "tf2d_2ch", "tf2d_3ch", "tf2d_4ch"),
      ("sBTFE_BH_SAX", "sBTFE_BH_2CH", "sBTFE_BH_3CH", "sBTFE_BH_4CH"),
    ])
  }

  func name(_ view: View) -> String {
    switch view {
    case .twoChamber: names.1
    case .threeChamber: names.2
    case .fourChamber: names.3
    default: names.0
    }
  }
}
