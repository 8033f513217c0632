import Cine
import Contours
import Phantom
import Preparation

/// One heart whose contours or LVEF are known, to be measured on.
struct ContourTrial {
  let name: String
  let group: String
  let clips: [(item: ClipChoice.Item, clip: CineClip)]
  /// Percent; nil where it follows from the contours alone.
  let lvef: Double?
  /// Who it is, for indices and limits.
  var person: Person?
  /// Which of all structures were contoured.
  var known: [HeartLabel] = [.leftVentricle, .leftMuscle, .rightVentricle]
  /// The moments whose contours are known; nil for any.
  let moments: [Int]?
  /// By short-axis slice in the order of the clips, [moments, rows, columns].
  let truth: @Sendable (_ moments: [Int]) -> [[HeartLabels]]

  static func phantom(seed: UInt64) -> ContourTrial {
    let request = PhantomRequest(seed: seed)
    let phantom = Phantom.make(request)
    let clips = ContourChoice.items(phantom.study.study).map { ($0, phantom.study.series[$0.series].clips[$0.slice]) }
    let slices = clips.count { $0.0.view == .shortAxis }
    return ContourTrial(
      name: "phantom-\(seed)", group: phantom.truth.present.isEmpty ? "well" : "ill", clips: clips,
      lvef: phantom.truth.lvef, person: person(phantom.truth), moments: nil,
      truth: { moments in
        let labels = PhantomLabels(request)
        return (0..<slices).map { k in moments.flatMap { labels.labels(slice: k, phase: $0) } }
      })
  }

  /// Somebody of the phantom's body surface.
  private static func person(_ truth: PhantomTruth) -> Person {
    let height = 170.0
    return Person(height: height, weight: 3600 * truth.bodySurface * truth.bodySurface / height)
  }

  /// As a reader would have found it.
  var study: Study {
    let series = (0...(clips.map(\.item.series).max() ?? 0)).map { i in
      let own = clips.filter { $0.item.series == i }
      return Series(
        instanceUID: "\(i)", number: i, description: "", modality: "MR", view: own.first?.item.view ?? .unknown,
        viewRule: .description, orderRule: "", ties: 0,
        slices: own.map { _, clip in
          Slice(
            rows: clip.rows, columns: clip.columns, geometry: clip.geometry, heartbeat: nil,
            phases: (0..<clip.frames).map { Phase(time: nil, path: "", frame: $0) })
        })
    }
    var study = Study(
      instanceUID: name, path: "", patientName: "", patientID: name, date: "", description: "", series: series)
    study.person = person
    return study
  }
}
