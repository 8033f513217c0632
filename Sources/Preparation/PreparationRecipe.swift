import Cine

/// How clips become network input: a model package names the recipe that its weights know.
public enum PreparationRecipe: Hashable, Sendable {
  case published(PublishedRecipe)
  case beat(BeatRecipe)

  public var frames: Int {
    switch self {
    case .published(let r): r.frames
    case .beat(let r): r.frames
    }
  }

  /// Rows and columns of the network's input.
  public var pixels: Int {
    switch self {
    case .published(let r): r.pixels
    case .beat(let r): r.pixels
    }
  }

  /// See `PublishedRecipe.publishedOrder`.
  public var wantsPublishedOrder: Bool {
    if case .published(let r) = self { r.publishedOrder ?? false } else { false }
  }

  /// A chosen slice, its phases in the order that the recipe wants.
  public func slice(_ item: ClipChoice.Item, of study: Study) -> Slice {
    let slice = study.series[item.series].slices[item.slice]
    return wantsPublishedOrder ? slice.inPublishedOrder : slice
  }

  /// False for sizes that no model has: the recipe came from a file.
  public var isSound: Bool {
    switch self {
    case .published(let r): r.isSound
    case .beat(let r): r.isSound
    }
  }
}

/// A study as a network takes it.
public struct ModelInput: Sendable {
  public struct Clip: Sendable {
    public let item: ClipChoice.Item
    /// [1, T, H, W]: one channel that stands for three equal ones.
    public let values: [Float]
  }

  public let clips: [Clip]
  public let notices: [PreparedStudy.Notice]
  /// Heart centre in the patient, mm, where the study says where it lies.
  public let centre: Vector3?
  /// Share of the motion that lies within 40 mm of the centre, 0…1; 0 where no heart was found.
  public let confidence: Double
  public let evidence: HeartEvidence
}

extension PreparationRecipe {
  /// Prepares chosen clips of a study, given with their pixels and in the order of the choice. Clips that stand still
  /// are left out.
  public func prepare(_ clips: [(item: ClipChoice.Item, clip: CineClip)]) -> ModelInput {
    switch self {
    case .beat(let recipe):
      let study = recipe.prepare(clips)
      return ModelInput(
        clips: study.clips.map { .init(item: $0.item, values: PreparedClip.input($0.grey)) }, notices: study.notices,
        centre: study.centre, confidence: study.confidence, evidence: study.evidence)
    case .published(let recipe):
      let places = HeartPlaces(clips)
      var tops: [Int: Float] = [:]
      for (item, clip) in clips {
        let top = clip.pixels.reduce(0) { $1 > $0 && $1.isFinite ? $1 : $0 }
        tops[item.series] = max(tops[item.series] ?? 0, top)
      }
      return ModelInput(
        clips: clips.indices.filter { clips[$0].clip.frames > 1 && !clips[$0].clip.pixels.isEmpty }.map { i in
          let (item, clip) = clips[i]
          return .init(item: item, values: recipe.input(clip, top: tops[item.series] ?? 0))
        }, notices: places.notices, centre: places.centre, confidence: places.confidence,
        evidence: places.evidence)
    }
  }
}

extension PreparationRecipe {
  /// Network input = (grey / 255 − offset) · gain.
  public var tone: (offset: Float, gain: Float) {
    switch self {
    case .beat: (0.4, 4)
    case .published: (0.45 / 255, 1 / 0.225)
    }
  }

  /// Network input [1, T, H, W] as whole grey values, one byte each: what training keeps of a clip.
  public func grey(_ input: [Float]) -> [UInt8] {
    let (offset, gain) = tone
    return input.map { UInt8(max(0, min((($0 / gain + offset) * 255).rounded(), 255))) }
  }

  /// Back to network input.
  public func input(_ grey: [UInt8]) -> [Float] {
    let (offset, gain) = tone
    return grey.map { (Float($0) * (1 / 255) - offset) * gain }
  }
}

extension PreparationRecipe: Codable {
  private enum Key: String, CodingKey { case published, beat }

  /// One key, the recipe's name, over its settings.
  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: Key.self)
    if fields.contains(.published) {
      self = .published(try fields.decode(PublishedRecipe.self, forKey: .published))
    } else {
      self = .beat(try fields.decode(BeatRecipe.self, forKey: .beat))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: Key.self)
    switch self {
    case .published(let r): try fields.encode(r, forKey: .published)
    case .beat(let r): try fields.encode(r, forKey: .beat)
    }
  }
}

extension ClipChoice {
  /// The chosen clips with their pixels; a slice whose pixels are not there is passed over.
  public func clips(of loaded: LoadedStudy) -> [(item: Item, clip: CineClip)] {
    items.compactMap { item in
      guard loaded.series.indices.contains(item.series), loaded.series[item.series].clips.indices.contains(item.slice)
      else { return nil }
      return (item, loaded.series[item.series].clips[item.slice])
    }
  }
}
