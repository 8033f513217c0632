import Cine
import Networks
import Preparation

/// Draws the contours of a study and measures the ventricles by them.
public struct Contourer: Sendable {
  public let recipe: ContourRecipe
  let network: FoldedSegmentation

  public init(_ network: FoldedSegmentation, _ recipe: ContourRecipe) {
    (self.network, self.recipe) = (network, recipe)
  }

  /// `clips` are those of one short-axis stack, in its order, and of long axes. The same study gives the same contours for
  /// any number of threads. Nil once `isCancelled` says so.
  public func draw(
    _ clips: [(item: ClipChoice.Item, clip: CineClip)], threads: Int,
    progress: @Sendable (_ done: Int, _ total: Int) -> Void = { _, _ in },
    isCancelled: @Sendable () -> Bool = { false }
  ) -> StudyContours? {
    let beating = HeartPlaces(clips)
    let places = places(clips, beating.pixels, threads: threads)
    var drawn: [DrawnClip] = []
    for (i, (item, clip)) in clips.enumerated() {
      if isCancelled() { return nil }
      if let centre = places[i], let g = clip.geometry {
        var square = recipe
        // Atria lie beyond the ventricle.
        if item.view != .shortAxis { square.size += recipe.size / 4 }
        drawn.append(draw(item, clip, square.placement(centre: centre, g), g, threads))
      }
      progress(i + 1, clips.count)
    }
    var stack = drawn.filter { $0.item.view == .shortAxis }
    let pictures = stack.compactMap { one in clips.first { $0.item == one.item }?.clip }
    let positions = pictures.compactMap { $0.geometry?.positionAlongNormal }
    let raw = stack
    Self.clean(&stack)
    let volumes = StackVolumes(stack, positions: positions)
    if isCancelled() { return nil }
    let others = volumes.map { otherViews(pictures, raw, $0, positions: positions, threads: threads) }
    return StudyContours(
      stack: stack, long: drawn.filter { $0.item.view != .shortAxis }, volumes: volumes, others: others,
      signs: volumes.flatMap { volumes in others.map { StackSigns(stack, volumes, $0) } }, evidence: beating.evidence)
  }

  private func draw(
    _ item: ClipChoice.Item, _ clip: CineClip, _ placement: Placement, _ g: Geometry, _ threads: Int
  ) -> DrawnClip {
    let input = ContourRecipe.normalise(Self.squares(clip, placement))
    let made = network.segment(
      input, count: clip.frames, height: placement.size, width: placement.size, threads: threads)
    return DrawnClip(
      item: item, placement: placement, frames: clip.frames, labels: made.classes,
      pixelArea: recipe.pitch * recipe.pitch)
  }

  /// Squares [size, size] of a clip's frames, of all where none are named.
  static func squares(_ clip: CineClip, _ placement: Placement, frames: [Int]? = nil) -> [[Float]] {
    let n = clip.rows * clip.columns
    return clip.pixels.withUnsafeBufferPointer { pixels in
      (frames ?? Array(0..<clip.frames)).map { t in
        placement.cut(
          UnsafeBufferPointer(rebasing: pixels[t * n..<(t + 1) * n]), rows: clip.rows, columns: clip.columns)
      }
    }
  }

  /// Follows the ventricle through the stack at each moment of the beat.
  static func clean(_ stack: inout [DrawnClip], ring: Double = 0.5) {
    guard let size = stack.first?.size else { return }
    let moments = stack.moments
    let tracked = (0..<moments).map { StackTracking(stack.squares(at: $0), size: size, ring: ring) }
    let counted = Self.counted(tracked)
    for t in 0..<moments {
      let slices = tracked[t].slices(counting: counted[t])
      for k in stack.indices {
        let (n, at) = (size * size, stack[k].frame(at: t, of: moments))
        stack[k].labels.replaceSubrange(at * n..<(at + 1) * n, with: slices[k])
      }
    }
  }

  /// Which slices count at each moment. The base comes down in systole: where no ventricle is when it is largest, there is
  /// none at any moment. And it neither comes nor goes for a frame: the median of five moments decides.
  private static func counted(_ tracked: [StackTracking]) -> [Range<Int>] {
    let n = tracked.count
    func calm(_ end: (Range<Int>) -> Int) -> [Int] {
      guard n >= 8 else { return tracked.map { end($0.counted) } }
      return (0..<n).map { t in
        // A moment without any ventricle has no say.
        let near = (t - 2...t + 2).map { tracked[($0 + n) % n].counted }.filter { !$0.isEmpty }.map(end).sorted()
        return near.isEmpty ? 0 : near[near.count / 2]
      }
    }
    let (first, last) = (calm(\.lowerBound), calm(\.upperBound))
    guard let full = tracked.indices.max(by: { tracked[$0].cavity < tracked[$1].cavity }) else { return [] }
    return (0..<n).map { t in
      let low = max(first[t], first[full])
      return low..<max(low, min(last[t], last[full]))
    }
  }

  // MARK: Where the heart lies

  /// A stack lies around what the network itself takes for a ventricle in the whole pictures: other things beat too. Where
  /// it sees none, and on long axes, by the beat.
  private func places(
    _ clips: [(item: ClipChoice.Item, clip: CineClip)], _ beating: [(row: Double, column: Double)?], threads: Int
  ) -> [(row: Double, column: Double)?] {
    let stack = clips.indices.filter { clips[$0].item.view == .shortAxis }
    var found: [(x: Double, y: Double, weight: Double)] = []
    guard let axes = stack.lazy.compactMap({ clips[$0].clip.geometry }).first else { return beating }
    for k in stack {
      guard let g = clips[k].clip.geometry, let at = look(clips[k].clip, g, threads) else { continue }
      let point = g.point(row: at.row, column: at.column)
      found.append((point.dot(axes.alongRow), point.dot(axes.alongColumn), at.weight))
    }
    func middle(_ values: [(Double, Double)]) -> Double? {
      let half = values.reduce(0) { $0 + $1.1 } / 2
      var sum = 0.0
      return values.sorted { $0.0 < $1.0 }.first {
        sum += $0.1
        return sum >= half
      }?.0
    }
    guard let x = middle(found.map { ($0.x, $0.weight) }), let y = middle(found.map { ($0.y, $0.weight) }) else {
      return beating
    }
    return zip(clips, beating).map { one, place in
      guard one.item.view == .shortAxis, let g = one.clip.geometry else { return place }
      return (
        (y - g.origin.dot(axes.alongColumn)) / g.rowSpacing, (x - g.origin.dot(axes.alongRow)) / g.columnSpacing
      )
    }
  }

  /// The likeliest ventricle of a whole picture: its place in pixels, and how much it looks like one.
  private func look(
    _ clip: CineClip, _ g: Geometry, _ threads: Int
  ) -> (row: Double, column: Double, weight: Double)? {
    var wide = recipe
    wide.size = 2 * recipe.size
    let placement = wide.placement(centre: (Double(clip.rows - 1) / 2, Double(clip.columns - 1) / 2), g)
    let first = Self.squares(clip, placement, frames: [0])
    let made = network.segment(
      ContourRecipe.normalise(first), count: 1, height: wide.size, width: wide.size, threads: threads
    ).classes
    guard let best = StackTracking.likeliest(made, size: wide.size), let at = best.cavity.middle else { return nil }
    let place = placement.picture(row: at.row, column: at.column)
    return (place.row, place.column, best.score)
  }
}
