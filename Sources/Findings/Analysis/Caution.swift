import Cine
import Plain
import Preparation

/// Reasons for caution beside a result, each with a stable code and a sentence.
enum Caution {
  case syntheticTraining
  case noHeads
  case notMR(String)
  case noHeart(HeartEvidence.Doubt)
  case noCine
  case missingViews([View])
  case fewSlices(Int)
  case fewPhases(Int)
  case noGeometry
  case noScale
  case noTiming
  case otherOrder([View])
  case woven([String])
  case unevenHeartbeats(low: Double, high: Double)
  case unlikeTraining(distance: Double, limit: Double, furthest: View)

  var warning: AnalysisWarning { AnalysisWarning(code: code, text: text) }

  private var code: String {
    switch self {
    case .syntheticTraining: "synthetic_training"
    case .noHeads: "no_heads"
    case .notMR: "not_mr"
    case .noHeart(let doubt): Self.code(doubt)
    case .noCine: "no_cine"
    case .missingViews: "missing_views"
    case .fewSlices: "few_slices"
    case .fewPhases: "few_phases"
    case .noGeometry: "no_geometry"
    case .noScale: "no_scale"
    case .noTiming: "no_timing"
    case .otherOrder: "order_differs"
    case .woven: "tied_order"
    case .unevenHeartbeats: "uneven_rr"
    case .unlikeTraining: "unlike_training"
    }
  }

  private var text: String {
    switch self {
    case .syntheticTraining: return "Trained on synthetic hearts; not validated on patients."
    case .noHeads: return "This model has no heads: it gives no findings and no LVEF."
    case .notMR(let modality): return "These pictures are \(modality), not MR: there is no result."
    case .noHeart(let doubt): return "\(Self.sentence(doubt)): there is no result."
    case .noCine: return "No cine of a view that the model knows is in this study: there is no result."
    case .missingViews(let views):
      return "Missing: \(views.map(\.name).joined(separator: ", ")). The model expects all four views."
    case .fewSlices(let n):
      return n == 1
        ? "Only one short-axis slice was seen by the model." : "Only \(n) short-axis slices were seen by the model."
    case .fewPhases(let n): return "Only \(Count.of(n, "phase")) a heartbeat: end-systole may lie between them."
    case .noScale: return "Pixel spacing is missing, and this model works in millimetres: there is no result."
    case .noGeometry: return "Positions or pixel spacing are missing or make no sense: 1.5 mm a pixel was assumed."
    case .noTiming: return "Trigger times are missing or out of order: the phases were taken to be evenly spaced."
    case .otherOrder(let views):
      return "The published order (SliceLocation, InstanceNumber) of \(views.map(\.name).joined(separator: ", ")) is "
        + "another than that by position and time, which was used."
    case .woven(let names):
      return "Left out, because several pictures share each moment and nothing tells them apart: "
        + names.joined(separator: ", ") + "."
    case .unevenHeartbeats(let low, let high):
      return "Heartbeats differ between slices, from \(Self.whole(low)) to \(Self.whole(high)) ms."
    case .unlikeTraining(let distance, let limit, let furthest):
      return "Unlike the training data, most of all the \(furthest.name): distance \(Self.tenth(distance)), where 99 % "
        + "of held-out training studies stay below \(Self.tenth(limit))."
    }
  }

  private static func code(_ doubt: HeartEvidence.Doubt) -> String {
    switch doubt {
    case .fewPhases: "not_cine"
    case .longerThanABeat: "not_one_heartbeat"
    case .still: "heart_not_found"
    case .irregular: "no_regular_beat"
    case .scattered: "beat_scattered"
    case .asAWhole: "moves_as_a_whole"
    case .noRing: "no_ring"
    }
  }

  private static func sentence(_ doubt: HeartEvidence.Doubt) -> String {
    switch doubt {
    case .fewPhases(let n):
      "This is no cine, but \(n == 1 ? "one phase" : "\(n) phases") where the model needs a heartbeat's "
        + "\(HeartEvidence.fewestPhases) or more"
    case .longerThanABeat(let ms): "The phases last \(tenth(ms / 1000)) s, which is more than one heartbeat"
    case .still: "No beating heart was found in the pictures"
    case .irregular: "What changes in the pictures is noise or flicker, and does not beat as a heart does"
    case .scattered: "What changes is spread over the pictures, and not in one place as a heart is"
    case .asAWhole: "The pictures move, or change in brightness, as a whole: a heart beats within a chest that does not"
    case .noRing: "No ring of muscle was found around blood that leaves and comes back with the beat"
    }
  }

  /// With these there is no result.
  var isRefusal: Bool {
    switch self {
    case .notMR, .noHeart, .noCine, .noScale: true
    default: false
    }
  }

  private static func whole(_ x: Double) -> String { JSON.fixed(x, decimals: 0) ?? "?" }
  private static func tenth(_ x: Double) -> String { JSON.fixed(x, decimals: 2) ?? "?" }

  static func addNoTiming(to list: inout [Caution]) {
    if !list.contains(where: { $0.code == Caution.noTiming.code }) { list.append(.noTiming) }
  }

  /// What the pictures themselves give reason for, before any network has seen them.
  static func of(
    _ clips: [(item: ClipChoice.Item, clip: CineClip)], _ notices: [PreparedStudy.Notice], _ doubt: HeartEvidence.Doubt?
  ) -> [Caution] {
    guard !clips.isEmpty else { return [.noCine] }
    var list: [Caution] = []
    if let doubt { list.append(.noHeart(doubt)) }
    let missing = [View.shortAxis, .twoChamber, .threeChamber, .fourChamber].filter { view in
      !clips.contains { $0.item.view == view }
    }
    if !missing.isEmpty { list.append(.missingViews(missing)) }
    let slices = clips.count { $0.item.view == .shortAxis }
    if (1...2).contains(slices) { list.append(.fewSlices(slices)) }
    if let fewest = clips.map(\.clip.frames).min(), fewest < 12 { list.append(.fewPhases(fewest)) }
    if notices.contains(.noGeometry) { list.append(.noGeometry) }
    if notices.contains(.noTiming) { list.append(.noTiming) }
    let beats = clips.map(\.clip.heartbeat)
    if let low = beats.min(), let high = beats.max(), low > 0, high > 1.2 * low {
      list.append(.unevenHeartbeats(low: low, high: high))
    }
    return list
  }
}
