import Cine
import Contours
import Plain
import Preparation

/// One judgement of a contoured study: may its numbers be believed. The limits were set on phantoms, on the people of
/// the Sunnybrook collection and on what is no heart.
public enum Judgement {
  /// Beyond these a number is doubted (first) or withheld (second).
  static let spread = (doubted: 4.0, withheld: 12.0)
  static let volumeSpread = (doubted: 0.12, withheld: 0.35)
  static let ring = (doubted: 0.85, withheld: 0.6)
  /// Shares; a ventricle's muscle is conserved, and its cavity shrinks into itself.
  static let muscle = 0.75...1.45
  static let outside = 0.05
  static let jump = 0.25
  static let unrest = 0.3
  /// ml and g: smaller and larger hearts are nobody's.
  static let volumes = 15.0...800
  static let masses = 15.0...700
  static let fewestSlices = 3

  public static func quality(_ contours: StudyContours) -> Quality {
    if let doubt = contours.evidence?.doubt, !doubt.isOfFewPhases {
      return withheld(Caution.noHeart(doubt).warning)
    }
    guard !contours.stack.isEmpty else {
      return contours.long.isEmpty
        ? withheld(
          "no_contours", "No short-axis stack or long axis with a scale is in this study: nothing is measured.")
        : Quality(
          grade: .amber,
          reasons: [
            AnalysisWarning(
              code: "no_stack", text: "There is no short-axis stack: no volumes and no LVEF from contours.")
          ])
    }
    guard let volumes = contours.volumes, let signs = contours.signs else {
      return withheld("no_ventricle", "No left ventricle was found in the short-axis stack.")
    }
    guard signs.slices >= fewestSlices else {
      return withheld(
        "few_slices_contoured",
        "The ventricle was found in \(Count.of(signs.slices, "slice")): volumes want \(fewestSlices) or more.")
    }
    guard Self.volumes.contains(volumes.edv), masses.contains(volumes.mass) else {
      return withheld("impossible_volume", "The contours' volumes are no heart's.")
    }
    guard let spread = signs.spread, let volumeSpread = signs.volumeSpread, spread <= Self.spread.withheld,
      volumeSpread <= Self.volumeSpread.withheld
    else {
      return withheld("looks_differ", "Turned, mirrored or brightened, the same pictures give another number.")
    }
    guard signs.ring >= ring.withheld else {
      return withheld("open_ring", "The cavity is not ringed by muscle.")
    }
    var reasons: [AnalysisWarning] = []
    func doubt(_ isDoubted: Bool, _ code: String, _ text: String) {
      if isDoubted { reasons.append(AnalysisWarning(code: code, text: text)) }
    }
    doubt(
      spread > Self.spread.doubted || volumeSpread > Self.volumeSpread.doubted, "looks_differ",
      "Turned, mirrored or brightened, the same pictures give LVEF up to \(whole(2 * spread)) points apart.")
    doubt(
      signs.outside > outside, "contours_wander",
      "\(percent(signs.outside)) of the end-systolic cavity lies where none is at end-diastole.")
    doubt(
      signs.jump > jump, "slice_apart", "In one slice the cavity is larger or smaller than in both of its neighbours.")
    doubt(
      !muscle.contains(signs.muscle), "muscle_changes",
      "The muscle's volume changes to \(percent(signs.muscle)) over the beat, and muscle is conserved.")
    doubt(signs.ring < ring.doubted, "open_ring", "\(percent(signs.ring)) of the cavity's border is muscle.")
    doubt(signs.unrest > unrest, "unsteady_curve", "The volume goes up and down more than once in a beat.")
    return Quality(grade: reasons.isEmpty ? .green : .amber, reasons: reasons)
  }

  static func withheld(_ reason: AnalysisWarning) -> Quality { Quality(grade: .none, reasons: [reason]) }
  private static func withheld(_ code: String, _ text: String) -> Quality {
    withheld(AnalysisWarning(code: code, text: text))
  }

  private static func whole(_ x: Double) -> String { JSON.fixed(x, decimals: 0) ?? "?" }
  private static func percent(_ share: Double) -> String { "\(whole(100 * share)) %" }
}

extension HeartEvidence.Doubt {
  /// Too few phases to tell a beat are enough for contours.
  fileprivate var isOfFewPhases: Bool {
    if case .fewPhases = self { return true }
    return false
  }
}
