import Cine

/// A contracting ring in patient space, cut by a stack of slices: enough of a heart for the finder.
public struct RingHeart: Sendable {
  public var centre = Vector3(30, -20, 15)
  /// mm
  public var spacing = 1.4
  public var size = 200
  public var slices = 6
  public var frames = 20
  /// The beat's depth: 0 stands still.
  public var squeeze = 8.0
  /// mm by which each slice's own origin differs from its neighbours'.
  public var wander = 6.0

  public let across = Vector3(0.8, 0.6, 0)
  public let down = Vector3(0, 0, -1)

  public init() {}

  /// The plane of one slice; its normal runs along (−0.6, 0.8, 0).
  public func geometry(_ slice: Int) -> Geometry {
    let normal = across.cross(down)
    let half = Double(size - 1) / 2 * spacing
    // The heart lies away from the middle of the picture, by a different way in every slice.
    let shift = 25 + wander * Double(slice % 3)
    let through = centre + Double(slice - slices / 2) * 8 * normal
    return Geometry(
      origin: through - (half + shift) * across - (half - shift) * down, alongRow: across, alongColumn: down,
      rowSpacing: spacing, columnSpacing: spacing)
  }

  public func clip(_ slice: Int, geometry given: Geometry?? = nil) -> CineClip {
    let g = geometry(slice)
    var pixels: [Float] = []
    pixels.reserveCapacity(frames * size * size)
    let at = g.pixel(of: centre)
    var noise: UInt32 = 12345 &+ UInt32(slice)
    for t in 0..<frames {
      let phase = Double(t) / Double(frames)
      let inner = 26 - squeeze * (phase < 0.7 ? 1 - abs(phase - 0.35) / 0.35 : 0)
      for i in 0..<size {
        for j in 0..<size {
          let (y, x) = ((Double(i) - at.row) * spacing, (Double(j) - at.column) * spacing)
          let r = (x * x + y * y).squareRoot()
          noise = noise &* 1_664_525 &+ 1_013_904_223
          let grain = Float(noise >> 16) / 65_536 * 30
          let tissue: Float = r < inner ? 900 : r < inner + 10 ? 150 : 300
          // A bright wall of the chest that stands still.
          pixels.append(grain + (i < 12 ? 1400 : tissue))
        }
      }
    }
    let times = (0..<frames).map { Double($0) * 900 / Double(frames) }
    return CineClip(
      frames: frames, rows: size, columns: size, pixels: pixels, geometry: given ?? g, times: times, heartbeat: 900)
  }

  public func slice(_ clip: CineClip) -> Slice {
    Slice(
      rows: clip.rows, columns: clip.columns, geometry: clip.geometry, heartbeat: Milliseconds(clip.heartbeat),
      phases: clip.times.map { Phase(time: Milliseconds($0), path: "", frame: 0) })
  }

  public func study(_ clips: [CineClip], view: View = .shortAxis) -> LoadedStudy {
    let series = Series(
      instanceUID: "1.2", number: 1, description: "", view: view, viewRule: .geometry, orderRule: "", ties: 0,
      slices: clips.map(slice))
    let study = Study(
      instanceUID: "1", path: "", patientName: "", patientID: "", date: "", description: "", series: [series])
    return LoadedStudy(study: study, series: [LoadedSeries(series: series, clips: clips)])
  }

  public var study: LoadedStudy { study((0..<slices).map { clip($0) }) }
}
