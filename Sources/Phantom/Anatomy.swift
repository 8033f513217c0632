import Glibc

/// One heart, as a table of sizes; everything drawn, said or labelled follows from it.
struct Anatomy: Sendable {
  /// Diseases that were drawn or asked for; sizes are labelled by measure, not by this.
  var diseases: [Condition] = []
  /// m²
  var bodySurface = 1.9
  var heartRate = 68.0
  /// End of systole as a share of the heartbeat.
  var systole = 0.36

  // Left ventricle. Volumes wanted at end-diastole and the ejection fraction asked for; `radius` and `squeeze` are
  // solved from them.
  /// ml/m²
  var leftIndex = 78.0
  var targetLVEF = 62.0
  var radius = 26.0
  var squeeze = 0.3
  /// Cavity length from mitral plane to apex over the radius at the base.
  var slenderness = 3.4
  /// Wall at end-diastole, mm: free wall, and what the septum and the apex have more.
  var wall = 8.0
  var septalExtra = 0.8
  var apicalExtra = 0.0
  /// How far the mitral plane comes down, mm.
  var descent = 13.0
  /// Delay of the lateral wall, share of the heartbeat.
  var delay = 0.0
  var infarct: Infarct?
  var papillary = 5.0
  var columns: [Column] = []
  /// How oval the short axis is, where its long way points, and how rough the inner surface, mm.
  var oval = 0.0
  var ovalAngle = 0.0
  var roughness = 0.6
  /// Depth of the trabeculated layer, mm.
  var trabeculae = 0.0
  /// The rim of fine trabeculae inside the whole border: its depth at end-diastole, mm, and how much of it is muscle.
  var rim = 0.0
  var rimFilling = 0.5

  // Right ventricle.
  /// ml/m²
  var rightIndex = 80.0
  var rightDepth = 24.0
  /// mm
  var rightWall = 3.0
  var rightSqueeze = 0.45
  /// Half the angle that the right ventricle takes around the left, radians.
  var insertion = 1.46
  /// How much of its outline is a triangle rather than round, 0 to 1.
  var angular = 0.4
  /// How far a part of its free wall bulges in systole, 0 to 1.
  var bulging = 0.0
  /// Flattening of the septum, 0 to 1, in diastole and in systole.
  var flatDiastole = 0.0
  var flatSystole = 0.0

  // Atria, ml/m² when fullest, and the great vessels' diameters, mm.
  var leftAtriumIndex = 37.0
  var rightAtriumIndex = 41.0
  var aorta = 30.0
  var pulmonary = 24.0
  var outflow = 1.0
  /// Shift of the aortic root over the septum, mm.
  var override = 0.0

  // Layers and things, mm.
  var fat = 3.0
  /// Where it is thickest, towards the back of the side wall.
  var fluid = 0.0
  var thrombus = 0.0
  var myxoma = 0.0
  var atrialGap = 0.0
  var ventricularGap = 0.0
  var ventricularGapLevel = 0.2
  var atrialFat = 0.0
  var prosthesis: Prosthesis?
  var sternalWires = false
  /// 0 to 1.
  var regurgitation = 0.0
  var stenosis = 0.0
  var tricuspidJet = 0.0
  var systolicLeaflet = 0.0

  enum Prosthesis: String, Sendable { case aortic, mitral }

  /// A healthy heart.
  init(_ r: inout Random) {
    bodySurface = r.around(1.88, 0.2)
    heartRate = r.around(69, 11)
    systole = min(max((0.3 + r.normal(0, 0.012)) * heartRate / 60, 0.29), 0.44)
    leftIndex = r.around(77, 9)
    targetLVEF = r.around(63, 3.6)
    slenderness = r.around(3.35, 0.2)
    wall = r.around(7.6, 0.8)
    septalExtra = r.around(0.8, 0.4)
    descent = r.around(13.5, 1.3)
    papillary = r.around(5.4, 0.7)
    columns = Column.draw(&r)
    oval = r.uniform(0, 0.07)
    ovalAngle = r.uniform(0, .pi)
    roughness = r.uniform(0.2, 1.3)
    angular = r.uniform(0.1, 0.75)
    rightIndex = r.around(81, 9)
    rightWall = r.around(3, 0.3)
    rightSqueeze = r.around(0.46, 0.03)
    insertion = r.around(1.46, 0.07)
    leftAtriumIndex = r.around(37, 5)
    rightAtriumIndex = r.around(41, 5)
    aorta = r.around(30, 2.3)
    pulmonary = r.around(24, 1.8)
    fat = r.uniform(0, 6)
  }

  /// mm at end-diastole; ED mitral plane is 0 on the long axis.
  var length: Double { slenderness * radius }
  var apexWall: Double { 0.62 * wall + apicalExtra }
  var outerLength: Double { length + apexWall }
  var thickestWall: Double { wall + max(septalExtra, apicalExtra) }
}

/// A papillary muscle or a coarse trabecula: a column of muscle in the left cavity.
struct Column: Sendable {
  /// Where around the axis, radians, and from and to where along it (0 base, 1 apex).
  var angle: Double
  var from: Double
  var to: Double
  /// Thickness over that of a papillary muscle.
  var size: Double
  /// Broad and grown together with the wall, rather than free in the blood.
  var isFused = false

  /// The two papillary muscles, sometimes with two heads, and a few trabeculae.
  static func draw(_ r: inout Random) -> [Column] {
    var list = [2.25, -2.15].map { angle in
      let from = r.uniform(0.24, 0.34)
      return Column(angle: angle + r.around(0, 0.12), from: from, to: r.uniform(0.74, 0.84), size: r.uniform(0.8, 1.15))
    }
    for i in 0..<2 where r.chance(0.4) {
      let head = Column(angle: list[i].angle + r.pick([-0.42, 0.42]), from: 0.3, to: 0.7, size: r.uniform(0.5, 0.8))
      list.append(head)
    }
    for _ in 0..<r.integer(1...4) {
      let angle = r.pick([r.uniform(0.9, 3.1), r.uniform(-3.1, -0.9)])
      list.append(
        Column(angle: angle, from: r.uniform(0.35, 0.6), to: r.uniform(0.8, 0.98), size: r.uniform(0.3, 0.55)))
    }
    return list
  }
}

/// A region of the left ventricular wall that does not contract, by coronary territory.
struct Infarct: Sendable {
  enum Territory: String, CaseIterable, Sendable { case lad, rca, lcx }
  var territory: Territory
  /// Angle of its centre in the short axis, radians: 0 at the septum, growing towards the front.
  var angle: Double
  var halfWidth: Double
  /// Part of the long axis: 0 at the base, 1 at the apex.
  var from: Double
  var to: Double
  /// How much of the motion is lost (more than 1 bulges), and of the thickness.
  var stillness: Double
  var thinning: Double

  init(_ territory: Territory, _ r: inout Random) {
    self.territory = territory
    halfWidth = r.uniform(0.75, 1.15)
    stillness = r.uniform(0.85, 1.2)
    thinning = r.uniform(0.3, 0.6)
    switch territory {
    case .lad:
      angle = r.around(0.75, 0.2)
      from = r.uniform(0.2, 0.45)
      to = 1.1
      halfWidth += 0.2
    case .rca:
      angle = r.around(-1.2, 0.15)
      from = -0.1
      to = r.uniform(0.65, 0.85)
    case .lcx:
      angle = r.around(2.9, 0.25)
      from = -0.1
      to = r.uniform(0.7, 0.9)
    }
  }

  /// 0 outside to 1 within, with soft borders. The whole apex belongs to a territory that reaches it.
  func share(level: Double, angle a: Double) -> Double {
    func ramp(_ x: Double, _ width: Double) -> Double { min(max(x / width + 0.5, 0), 1) }
    var d = abs(a - angle).truncatingRemainder(dividingBy: 2 * .pi)
    d = min(d, 2 * .pi - d)
    let around = ramp(halfWidth + (to > 1 ? max(level - 0.72, 0) * 12 : 0) - d, 0.4)
    return around * ramp(level - from, 0.15) * ramp(to - level, 0.15)
  }
}
