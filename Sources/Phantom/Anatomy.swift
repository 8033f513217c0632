import Glibc

/// One heart, as a table of millimetres and fractions; everything drawn, said or labelled follows from it.
struct Anatomy: Sendable {
  var drawn: Set<Condition> = []
  var bodySurface = 1.9
  var heartRate = 68.0
  /// Cavity radius at the base and length from mitral plane to apex at end-diastole, mm.
  var radius = 26.0
  var length = 92.0
  /// Wall at end-diastole, mm: free wall, and what the septum has more.
  var wall = 8.5
  var septalExtra = 0.5
  /// How far the mitral plane comes down, mm, and how much of the cavity's radius goes at mid-level.
  var descent = 13.0
  var squeeze = 0.3
  var infarct: Infarct?
  /// Depth of the trabeculated layer, mm.
  var trabeculae = 0.0
  var rvDepth = 24.0
  var rvWall = 3.5
  var rvSqueeze = 0.4
  /// Flattening of the septum, 0 to 1, all through the beat (volume) and in systole more (pressure).
  var flattening = 0.0
  /// Semi-axes of the atria across, mm.
  var la = 19.0
  var ra = 20.0
  var aorta = 15.0
  var pulmonary = 12.5
  /// Fat under the pericardium, mm.
  var fat = 2.0
  /// Fluid layer, mm.
  var fluid = 0.0
  var thrombus = 0.0
  var myxoma = 0.0
  var septalGap = 0.0
  var regurgitation = 0.0
  var stenosis = 0.0
  var systolicLeaflet = 0.0
  var targetLVEF = 62.0

  /// A heart by its diseases and their consequences; `wanted` names diseases that must be there.
  init(_ r: inout Random, wanted: [Condition]?, lvef: Double?) {
    bodySurface = r.around(1.88, 0.18)
    let size = bodySurface / 1.88
    let scale = cbrt(size)
    heartRate = r.around(70, 12)
    radius = r.around(25.5, 1.6) * scale
    length = radius * r.around(3.5, 0.18)
    wall = r.around(8.2, 0.8)
    septalExtra = r.around(0.6, 0.5)
    descent = r.around(13.5, 1.5)
    rvDepth = r.around(23, 2.2) * scale
    rvWall = r.around(3.2, 0.4)
    rvSqueeze = r.around(0.44, 0.05)
    la = r.around(18.5, 1.5) * scale
    ra = r.around(19.5, 1.6) * scale
    aorta = r.around(14.5, 1.2)
    pulmonary = r.around(12, 1)
    fat = r.uniform(0, 3.5)
    targetLVEF = r.around(63, 5)
    let diseases = wanted ?? Self.draw(&r)
    for d in diseases { add(d, &r) }
    drawn = Set(diseases)
    if let lvef { targetLVEF = lvef }
    targetLVEF = min(max(targetLVEF, 8), 82)
    if targetLVEF < 45 { descent *= max(targetLVEF / 55, 0.35) }
  }

  /// Primary diseases as they come together in a hospital's list.
  private static func draw(_ r: inout Random) -> [Condition] {
    if r.chance(0.16) { return [] }
    var list: [Condition] = []
    let primary: [(Condition, Double)] = [
      (.nonIschemic, 0.16), (.ischemic, 0.16), (.hcm, 0.12), (.amyloid, 0.08), (.nonCompaction, 0.06),
      (.pulmonaryHypertension, 0.11), (.asd, 0.06), (.mitralRegurgitation, 0.07), (.aorticStenosis, 0.07), (.arvc, 0.06),
      (.lvHypertrophy, 0.05),
    ]
    var x = r.unit() * primary.reduce(0) { $0 + $1.1 } / 0.86
    for (condition, weight) in primary {
      x -= weight
      if x < 0 {
        list.append(condition)
        break
      }
    }
    if list.first == .hcm, r.chance(0.5) { list.append(.sam) }
    if list.contains(.ischemic) || list.contains(.nonIschemic), r.chance(0.28) { list.append(.thrombus) }
    if r.chance(0.1) { list.append(.effusion) }
    if r.chance(0.12) { list.append(.aorticDilation) }
    if r.chance(0.07) { list.append(.laDilation) }
    if r.chance(0.05) { list.append(.myxoma) }
    return list
  }

  private mutating func dilate(_ r: inout Random, _ low: Double, _ high: Double) {
    let f = r.uniform(low, high)
    radius *= f
    length *= 1 + (f - 1) * 0.35
  }

  private mutating func add(_ condition: Condition, _ r: inout Random) {
    switch condition {
    case .nonIschemic:
      dilate(&r, 1.12, 1.5)
      wall *= r.uniform(0.8, 1)
      targetLVEF = r.uniform(14, 44)
      la *= r.uniform(1.0, 1.4)
      if r.chance(0.4) {
        rvDepth *= r.uniform(1.1, 1.4)
        rvSqueeze *= 0.6
        ra *= r.uniform(1, 1.3)
      }
    case .ischemic:
      dilate(&r, 1.0, 1.38)
      targetLVEF = r.uniform(18, 50)
      la *= r.uniform(1.0, 1.25)
      let territories: [(String, Double)] = [("anteroseptal", 0.35), ("inferior", -1.75), ("lateral", 3.0)]
      let (name, angle) = r.pick(territories)
      infarct = Infarct(
        angle: angle, halfWidth: r.uniform(0.75, 1.15), from: name == "anteroseptal" ? r.uniform(0.2, 0.4) : 0,
        to: name == "anteroseptal" ? 1 : r.uniform(0.7, 0.9), stillness: r.uniform(0.8, 1.1),
        thinning: r.uniform(0.3, 0.55), territory: name)
    case .hcm:
      septalExtra = r.uniform(7, 15)
      wall += r.uniform(0, 2)
      radius *= r.uniform(0.82, 0.95)
      targetLVEF = r.uniform(62, 78)
      la *= r.uniform(1.05, 1.4)
    case .sam: systolicLeaflet = 1
    case .amyloid:
      wall = r.uniform(13.5, 18)
      septalExtra = r.uniform(0, 2)
      rvWall = r.uniform(6, 8.5)
      radius *= r.uniform(0.8, 0.93)
      la *= r.uniform(1.15, 1.5)
      ra *= r.uniform(1.15, 1.45)
      targetLVEF = r.uniform(36, 58)
      descent *= 0.5
      if r.chance(0.7) { fluid = max(fluid, r.uniform(3, 7)) }
    case .nonCompaction:
      trabeculae = r.uniform(9, 14)
      dilate(&r, 1.08, 1.35)
      targetLVEF = r.uniform(25, 54)
    case .pulmonaryHypertension:
      flattening = r.uniform(0.5, 1)
      rvDepth *= r.uniform(1.25, 1.75)
      rvWall = r.uniform(5.5, 9.5)
      rvSqueeze *= r.uniform(0.45, 0.85)
      ra *= r.uniform(1.15, 1.6)
      pulmonary = r.uniform(16, 22)
      radius *= r.uniform(0.84, 0.98)
    case .asd:
      septalGap = r.uniform(10, 20)
      rvDepth *= r.uniform(1.25, 1.6)
      ra *= r.uniform(1.2, 1.5)
      pulmonary = r.uniform(14, 18)
      flattening = r.uniform(0.1, 0.35)
      radius *= r.uniform(0.86, 0.98)
    case .mitralRegurgitation:
      regurgitation = r.uniform(0.7, 1)
      la *= r.uniform(1.3, 1.75)
      dilate(&r, 1.08, 1.32)
      targetLVEF = r.uniform(50, 72)
    case .aorticStenosis:
      stenosis = r.uniform(0.7, 1)
      wall = r.uniform(11.5, 15)
      aorta *= r.uniform(1, 1.25)
      la *= r.uniform(1, 1.25)
      targetLVEF = r.uniform(42, 70)
    case .arvc:
      rvDepth *= r.uniform(1.4, 1.8)
      rvSqueeze *= r.uniform(0.15, 0.45)
      rvWall = r.uniform(2, 3)
      targetLVEF = r.uniform(45, 64)
    case .lvHypertrophy: wall = r.uniform(11.8, 15)
    case .thrombus: thrombus = r.uniform(9, 14)
    case .effusion: fluid = r.uniform(11, 24)
    case .aorticDilation: aorta = r.uniform(20.5, 27)
    case .laDilation: la *= r.uniform(1.28, 1.6)
    case .raDilation: ra *= r.uniform(1.28, 1.6)
    case .rvDilation: rvDepth *= r.uniform(1.35, 1.7)
    case .rvHypertrophy: rvWall = r.uniform(5.8, 9)
    case .pulmonaryDilation: pulmonary = r.uniform(16, 21)
    case .lvDilation: dilate(&r, 1.22, 1.5)
    case .myxoma: myxoma = r.uniform(10, 17)
    case .normal: break
    }
  }
}

extension Anatomy {
  /// Every label, decided by what the heart measures, never by what was drawn: thresholds after Kawel-Boehm et al. 2020
  /// and the SCMR task force, in rounded figures. `edv` in ml.
  func conditions(edv: Double) -> Set<Condition> {
    var set = drawn.subtracting([.lvDilation, .lvHypertrophy, .laDilation, .raDilation, .rvDilation, .rvHypertrophy, .normal])
    let size = cbrt(bodySurface / 1.88)
    if edv / bodySurface > 108 { set.insert(.lvDilation) }
    if wall >= 11.5 || wall + septalExtra >= 13 { set.insert(.lvHypertrophy) }
    if la / size > 22.8 { set.insert(.laDilation) }
    if ra / size > 24 { set.insert(.raDilation) }
    if rvDepth / size > 29 { set.insert(.rvDilation) }
    if rvWall > 5.2 { set.insert(.rvHypertrophy) }
    if aorta > 20 { set.insert(.aorticDilation) }
    if pulmonary > 15 { set.insert(.pulmonaryDilation) }
    if set.isEmpty && fluid < 3 { set = [.normal] }
    return set
  }
}
