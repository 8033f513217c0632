/// What a point of the chest is made of.
enum Tissue: UInt8, CaseIterable {
  case background
  case leftBlood, rightBlood, leftAtrium, rightAtrium, aorta, pulmonary, vein
  case leftWall, rightWall, papillary, trabecula, rightTrabecula, atrialWall, vesselWall
  case leaflet, pericardium, fluid, fat, atrialFat, thrombus, myxoma, metal, jet

  /// Within the left ventricular cavity, as it is counted by convention: papillary muscles and all.
  var isLeftCavity: Bool {
    switch self {
    case .leftBlood, .papillary, .trabecula, .thrombus: true
    default: false
    }
  }
}

/// Receives the heart's parts at one point, from the outermost to what lies on top. `distance` is signed, mm, negative
/// inside.
protocol Painter {
  mutating func paint(_ tissue: Tissue, _ distance: Float)
}

/// Keeps the tissue on top.
struct LabelPainter: Painter {
  var tissue = Tissue.background

  @inline(__always)
  mutating func paint(_ tissue: Tissue, _ distance: Float) {
    if distance < 0 { self.tissue = tissue }
  }
}

/// Finds how far the nearest part is, mm.
struct ReachPainter: Painter {
  var nearest = Float.infinity

  @inline(__always)
  mutating func paint(_ tissue: Tissue, _ distance: Float) { nearest = min(nearest, distance) }
}

/// Mixes signals over borders as wide as a pixel: the partial volume of a surface that crosses it.
struct SignalPainter: Painter {
  /// By `Tissue.rawValue`. Fat is negative where the scan makes it out of phase with water, so that a pixel that holds
  /// both is dark.
  let signals: UnsafePointer<Float>
  /// 1 / width of a border, 1/mm.
  let sharpness: Float
  var value: Float

  @inline(__always)
  mutating func paint(_ tissue: Tissue, _ distance: Float) {
    let alpha = 0.5 - distance * sharpness
    guard alpha > 0 else { return }
    let signal = signals[Int(tissue.rawValue)]
    value = alpha >= 1 ? signal : value + (signal - value) * alpha
  }
}
