import Cine

/// What one plane along the ventricle measures.
public struct LongAxis: Hashable, Sendable {
  /// An atrium at the moment of its largest area.
  public struct Atrium: Hashable, Sendable {
    /// cm²
    public let area: Double
    /// mm from the middle of the valve's plane to the back wall; nil where the ventricle does not touch it.
    public let length: Double?
    public let frame: Int
  }

  /// Four-chamber, two-chamber or three-chamber.
  public let view: View
  /// mm from the middle of the mitral plane to the cavity's tip, at the largest cavity; nil where no atrium touches it.
  public let leftLength: Double?
  /// The frame of that.
  public let endDiastole: Int
  /// Nil where there is none, where it reaches the border of what was drawn, and where it lies behind both ventricles: then
  /// both atria were drawn as one.
  public let leftAtrium: Atrium?
  public let rightAtrium: Atrium?

  /// mm that leaflets and their hinges may lie between atrium and ventricle.
  private static let leaflets = 8.0

  /// Nil where no ventricle was drawn.
  public init?(_ clip: DrawnClip) {
    let (size, pitch) = (clip.size, clip.pixelArea.squareRoot())
    let gap = Int((Self.leaflets / pitch).rounded(.up))
    func mask(_ frame: Int, _ label: HeartLabel) -> Mask {
      Mask(clip.square(frame), label, size: size).pieces.first ?? Mask(empty: size)
    }
    let cavities = (0..<clip.frames).map { mask($0, .leftVentricle) }
    guard let end = Self.largest(cavities), !cavities[end].isEmpty else { return nil }
    view = clip.item.view
    endDiastole = end
    leftLength = Self.length(cavities[end].filled, from: mask(end, .leftAtrium), gap: gap).map { $0 * pitch }
    func atrium(_ label: HeartLabel, _ ventricle: HeartLabel, not other: HeartLabel) -> Atrium? {
      let masks = (0..<clip.frames).map { mask($0, label) }
      guard let frame = Self.largest(masks), !masks[frame].isEmpty, !masks[frame].touchesBorder else { return nil }
      let whole = masks[frame].filled
      let (own, others) = (
        Self.contact(whole, mask(frame, ventricle), gap), Self.contact(whole, mask(frame, other), gap)
      )
      guard own == 0 || others * 2 <= own else { return nil }
      return Atrium(
        area: Double(whole.count) * clip.pixelArea / 100,
        length: Self.length(whole, from: mask(frame, ventricle), gap: gap).map { $0 * pitch }, frame: frame)
    }
    leftAtrium = atrium(.leftAtrium, .leftVentricle, not: .rightVentricle)
    rightAtrium = atrium(.rightAtrium, .rightVentricle, not: .leftVentricle)
  }

  /// Pixels of a chamber that lie no more than `gap` from another one.
  private static func contact(_ chamber: Mask, _ other: Mask, _ gap: Int) -> Int {
    let near = (0..<gap).reduce(other) { mask, _ in mask.grown }
    return zip(chamber.inside, near.inside).count { $0 && $1 }
  }

  /// The first of the largest.
  private static func largest(_ masks: [Mask]) -> Int? {
    masks.indices.max { (masks[$0].count, $1) < (masks[$1].count, $0) }
  }

  /// Pixels from the middle of where `other` touches a chamber to the chamber's furthest point. Leaflets, drawn as
  /// nothing, part them by up to `gap` pixels.
  private static func length(_ chamber: Mask, from other: Mask, gap: Int) -> Double? {
    guard !other.isEmpty else { return nil }
    var (near, valve) = (other, Mask(empty: chamber.size))
    for _ in 0..<gap where valve.count < 3 {
      near = near.grown
      valve = Mask(size: chamber.size, inside: zip(chamber.inside, near.inside).map { $0 && $1 })
    }
    // One step more, for the whole of a plane that runs askew.
    valve = Mask(size: chamber.size, inside: zip(chamber.inside, near.grown.inside).map { $0 && $1 })
    guard valve.count >= 3, let at = valve.middle else { return nil }
    let far = chamber.inside.indices.lazy.filter { chamber.inside[$0] }.map { k in
      let (y, x) = (Double(k / chamber.size) - at.row, Double(k % chamber.size) - at.column)
      return y * y + x * x
    }.max()
    // To the edge of the last pixel.
    return far.map { $0.squareRoot() + 0.5 }
  }

  /// ml by area and length of two planes at right angles: 0.85 · A₁ · A₂ / L with the shorter length (ASE/EACVI chamber
  /// quantification, 2015).
  public static func atrialVolume(_ a: Atrium?, _ b: Atrium?) -> Double? {
    guard let a, let b, let length = [a.length, b.length].compactMap({ $0 }).min(), length > 10 else { return nil }
    return 0.85 * a.area * b.area / (length / 10)
  }
}

extension Mask {
  var touchesBorder: Bool {
    (0..<size).contains { i in
      [i, (size - 1) * size + i, i * size, i * size + size - 1].contains { inside[$0] }
    }
  }
}
