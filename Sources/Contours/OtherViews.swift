import Cine
import Preparation

/// What the same stack measures at its end-diastole and end-systole when it is looked at otherwise: turned, mirrored,
/// brighter or darker, and with the base drawn more and less strictly. Where these part, no number deserves trust.
public struct OtherViews: Hashable, Sendable {
  /// Each of two moments: end-diastole, end-systole.
  public let volumes: [StackVolumes]

  struct Look {
    let quarters: Int
    let mirrored: Bool
    /// Exponent of the grey values.
    let gamma: Float
  }

  static let looks = [
    Look(quarters: 1, mirrored: false, gamma: 1), Look(quarters: 2, mirrored: true, gamma: 0.8),
    Look(quarters: 3, mirrored: true, gamma: 1.25),
  ]
  /// Shares of a ring that let a slice at the end of the stack count, beside the half that is the rule.
  static let rings = [0.35, 0.65]

  /// Spread of a quantity over all looks and the number itself: half of the way from the least to the largest. Nil where
  /// one of them found no ventricle.
  func spread(_ own: StackVolumes, _ quantity: (StackVolumes) -> Double?) -> Double? {
    let all = ([own] + volumes).map(quantity)
    let known = all.compactMap { $0 }
    guard known.count == all.count, volumes.count == Self.looks.count + Self.rings.count, let low = known.min(),
      let high = known.max()
    else { return nil }
    return (high - low) / 2
  }
}

extension Contourer {
  /// `stack` was drawn on `clips`, and measured as `volumes` once the ventricle had been followed through it.
  func otherViews(
    _ clips: [CineClip], _ stack: [DrawnClip], _ volumes: StackVolumes, positions: [Double], threads: Int
  ) -> OtherViews {
    let moments = stack.moments
    let both = [volumes.endDiastole, volumes.endSystole]
    var found: [StackVolumes?] = []
    for look in OtherViews.looks {
      var drawn = zip(clips, stack).map { clip, one -> DrawnClip in
        let placement = one.placement.seen(quarters: look.quarters, mirrored: look.mirrored)
        let squares = Self.squares(clip, placement, frames: both.map { one.frame(at: $0, of: moments) })
        let input = ContourRecipe.normalise(squares, gamma: look.gamma)
        let made = network.segment(
          input, count: squares.count, height: placement.size, width: placement.size, threads: threads)
        return DrawnClip(
          item: one.item, placement: placement, frames: squares.count, labels: made.classes, pixelArea: one.pixelArea)
      }
      Self.clean(&drawn)
      found.append(StackVolumes(drawn, positions: positions))
    }
    let ends = stack.map { one in
      var two = one
      two.labels = both.flatMap { one.square(one.frame(at: $0, of: moments)) }
      two.frames = 2
      return two
    }
    for ring in OtherViews.rings {
      var cleaned = ends
      Self.clean(&cleaned, ring: ring)
      found.append(StackVolumes(cleaned, positions: positions))
    }
    return OtherViews(volumes: found.compactMap { $0 })
  }
}
