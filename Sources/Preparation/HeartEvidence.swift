import Cine

/// What speaks for a beating heart in the chosen clips, as measured quantities. Each has a limit; beyond it there is a
/// doubt, and with a doubt no result. The limits lie between what true hearts show (people, a pig, and phantoms) and
/// what noise, flicker, moving pictures of other things and other kinds of scan show; HeartEvidenceTests holds both
/// sides.
public struct HeartEvidence: Hashable, Sendable {
  /// Why these pictures are not taken for a heart's.
  public enum Doubt: Hashable, Sendable {
    /// So many phases at most; a heartbeat is told from noise with `fewestPhases` and more.
    case fewPhases(Int)
    /// The phases' own times span more than any heartbeat, ms.
    case longerThanABeat(Double)
    /// Hardly anything changes.
    case still
    /// What changes has no period of a heartbeat.
    case irregular
    /// What changes is all over the picture.
    case scattered
    /// The picture moves, or changes its brightness, as a whole.
    case asAWhole
    /// No ring of muscle around blood that leaves and comes back.
    case noRing
  }

  /// Phases of the clip that has most.
  public internal(set) var phases = 0
  /// The longest heartbeat that the clips' times tell, ms.
  public internal(set) var heartbeat = 0.0
  /// Energy of the first harmonic near the heart, in units of the clips' brightness (`HeartFinder.strength`).
  public internal(set) var strength = 0.0
  /// Share of the change near the heart that is slow, beyond noise: `PatchMotion.regularity` of the first two harmonics.
  public internal(set) var regularity: Double?
  /// Share of the beat's energy within 40 mm of the heart, beyond the share that evenly spread energy has there. Nil
  /// where the picture is hardly larger than that.
  public internal(set) var compactness: Double?
  /// Share of the beat that a movement or a brightening of everything explains (`PatchMotion.shared`); median.
  public internal(set) var sharedMotion = 0.0
  /// Of the short-axis slices; nil without any.
  public internal(set) var ring: StackRing?
  /// Whether the ring is a ventricle's; nil without short-axis slices.
  public internal(set) var hasRing: Bool?

  // MARK: Limits

  public static let fewestPhases = 6
  static let longestHeartbeat = 3000.0
  /// Static noise of a twentieth of the brightness stays below half of this.
  static let leastStrength = 4e-4
  static let leastRegularity = 0.45
  static let leastCompactness = 0.15
  static let mostShared = 0.7
  static let leastContrast = 0.05
  static let leastSteadiness = 0.4
  /// mm; an aorta's is smaller.
  static let radii = 13.0...60
  /// One of ACDC's worst hearts empties by 0.07 of its apparent volume.
  static let leastEmptying = 0.03

  /// The first reason not to take this for a heart; nil where there is none.
  public var doubt: Doubt? {
    if phases < Self.fewestPhases { return .fewPhases(phases) }
    if heartbeat > Self.longestHeartbeat { return .longerThanABeat(heartbeat) }
    guard strength > Self.leastStrength else { return .still }
    guard let regularity, regularity >= Self.leastRegularity else { return .irregular }
    if let compactness, compactness < Self.leastCompactness { return .scattered }
    if sharedMotion > Self.mostShared { return .asAWhole }
    if hasRing == false { return .noRing }
    return nil
  }

  private static func isHeart(_ ring: StackRing) -> Bool {
    ring.contrast >= leastContrast && ring.steadiness >= leastSteadiness && radii.contains(ring.radius)
      && ring.emptying >= leastEmptying
  }
}

extension HeartEvidence {
  /// `planes` are all clips, `centres` where the heart would lie in each (nil where nothing moves), `finders` those that
  /// found it. Where there is a short-axis stack it is judged: its slices show the ring, and belong together.
  init(
    _ planes: [Plane], views: [View], centres: [(row: Double, column: Double)?], finders: [HeartFinder]
  ) {
    let stack = planes.indices.filter { views[$0] == .shortAxis }
    let judged = stack.isEmpty ? Array(planes.indices) : stack
    phases = judged.map { planes[$0].clip.frames }.max() ?? 0
    heartbeat = judged.map { planes[$0].clip.heartbeat }.max() ?? 0
    strength = finders.map(\.strength).max() ?? 0
    compactness = finders.contains { $0.compactness == nil } ? nil : finders.compactMap(\.compactness).max()
    let patches = judged.compactMap { i -> HeartPatch? in
      guard planes[i].clip.frames >= Self.fewestPhases, let centre = centres[i] else { return nil }
      return HeartPatch(planes[i], centre: centre)
    }
    guard let fewest = patches.map(\.frames).min() else { return }
    let motions = patches.map(PatchMotion.init)
    regularity = PatchMotion.regularity(
      slow: motions.reduce(0) { $0 + $1.slow }, variance: motions.reduce(0) { $0 + $1.variance }, top: 2,
      frames: fewest)
    sharedMotion = RingMeasure.percentile(motions.map(\.shared), 50)
    ring = stack.isEmpty ? nil : StackRing(patches)
    hasRing = stack.isEmpty ? nil : ring.map(Self.isHeart) ?? false
  }
}
