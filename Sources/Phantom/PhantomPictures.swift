import Cine

/// Pictures of one synthetic heart with the labels of every pixel: what contours are taught on. Shapes are wider than
/// life, looks as in every phantom; the same seed gives the same pictures.
public struct PhantomPictures: Sendable {
  /// Each of two moments of the beat.
  public let pictures: [LabelledClip]

  /// `count` planes of one heart, of which about three in four lie across the ventricles.
  public init(seed: UInt64, count: Int) {
    let model = PhantomModel(PhantomRequest(seed: seed, scan: .labelled), isWide: true)
    var r = model.random(5)
    // The ends of the beat matter most, everything between them too.
    let systole = model.anatomy.systole
    let times = [r.chance(0.5) ? r.uniform(0, 0.04) : r.unit(), r.chance(0.5) ? r.around(systole, 0.02) : r.unit()]
    let renderer = model.renderer(times: times)
    let scan = renderer.scan
    pictures = (0..<count).map { _ in
      let across = r.chance(0.75)
      let plane = r.pick(scan.planes.filter { ($0.view == .shortAxis) == across })
      let breath = Renderer.breath(&r)
      let pixels = renderer.clip(plane, breath: breath, &r)
      let labels = times.indices.flatMap { phase in
        renderer.labels(plane, phase: phase, breath: breath).map(\.labels)
      }
      let clip = CineClip(
        frames: times.count, rows: plane.rows, columns: plane.columns, pixels: pixels, geometry: plane.geometry,
        times: [0, 1], heartbeat: 1000)
      return LabelledClip(view: plane.view, clip: clip, labels: labels, centre: plane.geometry.pixel(of: scan.middle))
    }
  }
}

extension Tissue {
  /// What a contour makes of it. Leaflets and jets lie in whatever chamber the reader would say.
  var labels: HeartLabels {
    switch self {
    case .leftBlood, .papillary, .trabecula, .thrombus: .leftVentricle
    case .rightBlood, .rightTrabecula: .rightVentricle
    case .leftWall: .leftMuscle
    case .leftAtrium, .myxoma: .leftAtrium
    case .rightAtrium: .rightAtrium
    case .leaflet, .jet, .metal: [.leftVentricle, .rightVentricle, .leftAtrium, .rightAtrium]
    default: .rest
    }
  }
}
