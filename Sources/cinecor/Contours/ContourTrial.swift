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
      lvef: phantom.truth.lvef, moments: nil,
      truth: { moments in
        let labels = PhantomLabels(request)
        return (0..<slices).map { k in moments.flatMap { labels.labels(slice: k, phase: $0) } }
      })
  }
}
