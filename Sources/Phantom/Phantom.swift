import Cine
import Glibc

/// What a phantom study really holds.
public struct PhantomTruth: Hashable, Sendable, Codable {
  public var seed: UInt64
  /// Percent, from the cavity's volumes at end-diastole and end-systole.
  public var lvef: Double
  /// ml
  public var edv: Double
  public var esv: Double
  public var heartRate: Double
  /// mm at end-diastole
  public var septum: Double
  public var freeWall: Double
  /// Names as in `Phantom.conditions` of all that is present.
  public var conditions: [String]
}

/// A synthetic study: pixels, the report a radiologist might have dictated, and the truth.
public struct PhantomStudy: Sendable {
  public let study: LoadedStudy
  /// Findings first, then the impression.
  public let report: [String]
  public let truth: PhantomTruth
}

/// Synthetic hearts. One anatomy and its motion make the pixels, the report and the truth together.
public enum Phantom {
  public static let conditions = Condition.allCases.map(\.rawValue)

  /// The same seed gives the same study, whatever else runs. `conditions` names diseases that must be there (nil: drawn
  /// in natural combinations); `lvef` asks for a percentage, which the heart meets as nearly as it can.
  public static func make(
    seed: UInt64, plan: ScanPlan = .full, conditions: [Condition]? = nil, lvef: Double? = nil
  ) -> PhantomStudy {
    var r = Random(seed: seed)
    var heart = Anatomy(&r, wanted: conditions, lvef: lvef)
    let volumes = heart.solveSqueeze()
    let chest = Chest(&r)
    let scan = Scan(plan, heart, &r)
    let systole = r.uniform(0.32, 0.42)
    let truth = truth(seed, heart, volumes)
    let report = Report.write(heart, truth, &r)
    let study = render(seed, heart, chest, scan, systole, &r)
    return PhantomStudy(study: study, report: report, truth: truth)
  }

  /// The truth of a seed without its pixels.
  public static func truth(seed: UInt64) -> PhantomTruth {
    var r = Random(seed: seed)
    var heart = Anatomy(&r, wanted: nil, lvef: nil)
    return truth(seed, heart, heart.solveSqueeze())
  }

  static func truth(_ seed: UInt64, _ heart: Anatomy, _ v: (edv: Double, esv: Double, lvef: Double)) -> PhantomTruth {
    let present = heart.conditions(edv: v.edv)
    return PhantomTruth(
      seed: seed, lvef: v.lvef, edv: v.edv, esv: v.esv, heartRate: heart.heartRate,
      septum: heart.wall + heart.septalExtra, freeWall: heart.wall,
      conditions: Condition.allCases.filter(present.contains).map(\.rawValue))
  }

  private static func render(
    _ seed: UInt64, _ heart: Anatomy, _ chest: Chest, _ scan: Scan, _ systole: Double, _ r: inout Random
  ) -> LoadedStudy {
    let times = (0..<scan.phases).map { Double($0) / Double(scan.phases) }
    let renderer = Renderer(heart, chest, scan, times: times, systole: systole)
    var clips: [[CineClip]] = []
    var series: [Series] = []
    for plane in scan.planes {
      // Each breath-hold has its own heart rate.
      let heartbeat = (60_000 / (heart.heartRate * r.around(1, 0.03))).rounded()
      let clip = CineClip(
        frames: scan.phases, rows: plane.size, columns: plane.size, pixels: renderer.clip(plane, &r),
        geometry: plane.geometry, times: times.map { ($0 * heartbeat * 10).rounded() / 10 }, heartbeat: heartbeat)
      let slice = Slice(
        rows: plane.size, columns: plane.size, geometry: plane.geometry, heartbeat: Milliseconds(heartbeat),
        phases: clip.times.map { Phase(time: Milliseconds($0), path: "", frame: 0) })
      if plane.view == .shortAxis, !series.isEmpty {
        series[0].slices.append(slice)
        clips[0].append(clip)
      } else {
        series.append(
          Series(
            instanceUID: "2.25.\(seed).\(series.count + 1)", number: series.count + 1, description: plane.description,
            view: plane.view, viewRule: .none, orderRule: "as made", ties: 0, slices: [slice]))
        clips.append([clip])
      }
    }
    let study = Study(
      instanceUID: "2.25.\(seed)", path: "", patientName: "Phantom^\(seed)", patientID: "PHANTOM-\(seed)",
      date: "20260101", description: "Synthetic heart, not a patient", series: series)
    return LoadedStudy(study: study, series: zip(series, clips).map { LoadedSeries(series: $0, clips: $1) })
  }
}
