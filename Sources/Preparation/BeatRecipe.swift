import Cine

/// The default model's preparation: find the heart by its beat, cut a box of fixed size in millimetres around it, and
/// spread the heartbeat evenly over a fixed number of frames.
public struct BeatRecipe: Hashable, Sendable, Codable {
  /// Side of the box, mm.
  public var box = 160.0
  /// Side of the box, pixels.
  public var pixels = 64
  public var frames = 16

  public init() {}

  /// Sizes that memory and arithmetic can bear.
  var isSound: Bool { (20...500).contains(box) && (8...512).contains(pixels) && (2...128).contains(frames) }
}

/// A clip as the model sees it.
public struct PreparedClip: Hashable, Sendable {
  public let item: ClipChoice.Item
  /// Grey values [frames, pixels, pixels], 0 to 255 between the crop's 1st and 99th percentile.
  public let grey: [UInt8]

  /// Network input [1, T, H, W]: one channel that stands for three equal ones.
  public static func input(_ grey: [UInt8]) -> [Float] { grey.map { (Float($0) * (1 / 255) - 0.4) * 4 } }
}

/// A study made ready, and what was noticed on the way.
public struct PreparedStudy: Sendable {
  public enum Notice: Hashable, Sendable {
    /// Nothing in the study beats as a heart does: `HeartEvidence.doubt` says in what way.
    case heartNotFound
    case noGeometry
    case noTiming
  }

  public let clips: [PreparedClip]
  public let notices: [Notice]
  /// Heart centre in the patient, mm, where the study says where it lies.
  public let centre: Vector3?
  /// Share of the motion that lies within 40 mm of the centre, 0…1; 0 where no heart was found.
  public let confidence: Double
  public let evidence: HeartEvidence
}

extension BeatRecipe {
  /// Prepares chosen clips of a study, given with their pixels and in the order of the choice.
  public func prepare(_ clips: [(item: ClipChoice.Item, clip: CineClip)]) -> PreparedStudy {
    let places = HeartPlaces(clips)
    let prepared = clips.indices.compactMap { i -> PreparedClip? in
      guard let at = places.pixels[i] else { return nil }
      return PreparedClip(item: clips[i].item, grey: BeatCrop(self, places.planes[i], centre: at).grey())
    }
    return PreparedStudy(
      clips: prepared, notices: places.notices, centre: places.centre, confidence: places.confidence,
      evidence: places.evidence)
  }
}

/// Where the heart lies in each of a study's clips.
public struct HeartPlaces {
  let planes: [Plane]
  /// One a clip; nil where the clip stands still or no heart is in it.
  public private(set) var pixels: [(row: Double, column: Double)?]
  private(set) var notices: [PreparedStudy.Notice] = []
  let centre: Vector3?
  private(set) var confidence = 0.0
  public let evidence: HeartEvidence

  public init(_ clips: [(item: ClipChoice.Item, clip: CineClip)]) {
    var planes = clips.map { Plane($0.clip) }
    let inStack = clips.indices.filter { clips[$0].item.view == .shortAxis }
    if inStack.contains(where: { !planes[$0].known }) {
      for i in inStack { planes[i] = planes[i].withoutPlace }
    }
    self.planes = planes
    let axes = inStack.first.map { planes[$0].geometry }
    let heart = HeartFinder(inStack.map { planes[$0] }, acrossVentricle: true)
    if let heart, let g = axes, inStack.allSatisfy({ planes[$0].known }) {
      centre = heart.x * g.alongRow + heart.y * g.alongColumn + heart.z * g.normal
    } else {
      centre = nil
    }
    var finders = [heart].compactMap { $0 }
    confidence = heart?.confidence ?? 0
    pixels = []
    for (i, (item, clip)) in clips.enumerated() {
      guard clip.frames > 1, clip.rows > 1, clip.columns > 1 else {
        pixels.append(nil)
        continue
      }
      let g = planes[i].geometry
      if item.view == .shortAxis, let heart, let axes {
        pixels.append(heart.pixel(in: g, axes: axes))
      } else if let centre, planes[i].known {
        pixels.append(g.pixel(of: centre))
      } else if let own = HeartFinder([planes[i]], acrossVentricle: false) {
        finders.append(own)
        confidence = max(confidence, own.confidence)
        pixels.append(own.pixel(in: g, axes: g))
      } else {
        pixels.append(nil)
      }
    }
    if planes.contains(where: { !$0.known }) { notices.append(.noGeometry) }
    if clips.contains(where: { $0.clip.frames > 1 && !Heartbeat.isPlausible($0.clip) }) { notices.append(.noTiming) }
    evidence = HeartEvidence(planes, views: clips.map(\.item.view), centres: pixels, finders: finders)
    if evidence.doubt != nil {
      notices.append(.heartNotFound)
      confidence = 0
    }
  }
}
