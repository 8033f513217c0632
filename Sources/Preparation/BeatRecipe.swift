import Cine
import Glibc
import Tensor

/// The default model's preparation: find the heart by its beat, cut a box of fixed size in millimetres around it, and
/// spread the heartbeat evenly over a fixed number of frames.
public struct BeatRecipe: Hashable, Sendable, Codable {
  /// Side of the box, mm.
  public var box = 160.0
  /// Side of the box, pixels.
  public var pixels = 64
  public var frames = 16

  public init() {}
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
    /// Nothing in the study beats in one place.
    case heartNotFound
    case noGeometry
    case noTiming
  }

  public let clips: [PreparedClip]
  public let notices: [Notice]
  /// Heart centre in the patient, mm, where the study says where it lies.
  public let centre: Vector3?
}

extension BeatRecipe {
  /// Prepares chosen clips of a study, given with their pixels and in the order of the choice.
  public func prepare(_ clips: [(item: ClipChoice.Item, clip: CineClip)]) -> PreparedStudy {
    var notices: [PreparedStudy.Notice] = []
    if clips.contains(where: { $0.clip.geometry == nil }) { notices.append(.noGeometry) }
    let stack = clips.filter { $0.item.view == .shortAxis }.map(\.clip)
    let stackHeart = HeartFinder(stack)
    var centre: Vector3?
    if let heart = stackHeart, let g = stack.first?.geometry {
      centre = heart.x * g.alongRow + heart.y * g.alongColumn + heart.z * g.normal
    }
    var found = stackHeart.map { $0.confidence > 0.12 } ?? false
    var prepared: [PreparedClip] = []
    for (item, clip) in clips {
      guard clip.frames > 1 else { continue }
      let g = HeartFinder.plane(clip)
      let at: (row: Double, column: Double)
      if item.view == .shortAxis, let heart = stackHeart {
        at = pixel(x: heart.x, y: heart.y, clip: g, axes: HeartFinder.plane(stack[0]))
      } else if let centre, clip.geometry != nil {
        at = g.pixel(of: centre)
      } else if let heart = HeartFinder([clip]) {
        found = found || heart.confidence > 0.12
        at = pixel(x: heart.x, y: heart.y, clip: g, axes: g)
      } else {
        continue
      }
      if !plausibleTimes(clip), !notices.contains(.noTiming) { notices.append(.noTiming) }
      prepared.append(PreparedClip(item: item, grey: crop(clip, g, at)))
    }
    if prepared.isEmpty || !found { notices.append(.heartNotFound) }
    return PreparedStudy(clips: prepared, notices: notices, centre: centre)
  }

  private func pixel(x: Double, y: Double, clip g: Geometry, axes: Geometry) -> (row: Double, column: Double) {
    (
      row: (y - g.origin.dot(axes.alongColumn)) / g.rowSpacing, column: (x - g.origin.dot(axes.alongRow)) / g.columnSpacing
    )
  }

  private func plausibleTimes(_ clip: CineClip) -> Bool {
    guard let first = clip.times.first, let last = clip.times.last, clip.heartbeat > 0 else { return false }
    return last > first && last - first <= clip.heartbeat * 1.02 && zip(clip.times, clip.times.dropFirst()).allSatisfy { $0 < $1 }
  }

  /// For each output frame the two input frames around it and the second one's share.
  private func samples(_ clip: CineClip) -> [(Int, Int, Float)] {
    let n = clip.frames
    let start = clip.times.first ?? 0
    let at =
      plausibleTimes(clip)
      ? clip.times.map { ($0 - start) / clip.heartbeat } : (0..<n).map { Double($0) / Double(n) }
    return (0..<frames).map { k in
      let t = Double(k) / Double(frames)
      let after = at.firstIndex { $0 > t } ?? n
      let before = max(after - 1, 0)
      let (t0, t1) = (at[before], after < n ? at[after] : 1)
      return (before, after % n, t1 > t0 ? Float((t - t0) / (t1 - t0)) : 0)
    }
  }

  private func crop(_ clip: CineClip, _ g: Geometry, _ centre: (row: Double, column: Double)) -> [UInt8] {
    let pitch = box / Double(pixels)
    let plane = clip.rows * clip.columns
    // Finer pixels than ours are averaged over a small grid of samples.
    let fine = max(1, min(4, Int((pitch / min(g.rowSpacing, g.columnSpacing)).rounded())))
    let weight = 1 / Float(fine * fine)
    var taps: [(offset: Int, fy: Float, fx: Float, inside: Bool)] = []
    taps.reserveCapacity(pixels * pixels * fine * fine)
    for i in 0..<pixels {
      for j in 0..<pixels {
        for a in 0..<fine {
          for b in 0..<fine {
            let dy = Double(i) + (Double(a) + 0.5) / Double(fine) - Double(pixels) / 2
            let dx = Double(j) + (Double(b) + 0.5) / Double(fine) - Double(pixels) / 2
            let y = centre.row + dy * pitch / g.rowSpacing
            let x = centre.column + dx * pitch / g.columnSpacing
            let inside = y >= 0 && x >= 0 && y < Double(clip.rows - 1) && x < Double(clip.columns - 1)
            let (iy, ix) = inside ? (Int(y), Int(x)) : (0, 0)
            taps.append((iy * clip.columns + ix, inside ? Float(y - Double(iy)) : 0, inside ? Float(x - Double(ix)) : 0, inside))
          }
        }
      }
    }
    let columns = clip.columns
    var stills = [[Float]?](repeating: nil, count: clip.frames)
    func still(_ t: Int) -> [Float] {
      if let kept = stills[t] { return kept }
      let made = clip.pixels.withUnsafeBufferPointer { all in
        (0..<pixels * pixels).map { k in
          var sum: Float = 0
          for tap in taps[k * fine * fine..<(k + 1) * fine * fine] where tap.inside {
            let o = t * plane + tap.offset
            let top = all[o] + (all[o + 1] - all[o]) * tap.fx
            let bottom = all[o + columns] + (all[o + columns + 1] - all[o + columns]) * tap.fx
            sum += top + (bottom - top) * tap.fy
          }
          return sum.isFinite ? sum * weight : 0
        }
      }
      stills[t] = made
      return made
    }
    var values: [Float] = []
    values.reserveCapacity(frames * pixels * pixels)
    for (a, b, share) in samples(clip) {
      let (x, y) = (still(a), still(b))
      for k in 0..<pixels * pixels { values.append(x[k] + (y[k] - x[k]) * share) }
    }
    return Self.quantise(values)
  }

  /// 0…255 between the 1st and 99th percentile.
  static func quantise(_ values: [Float]) -> [UInt8] {
    let sample = stride(from: 0, to: values.count, by: max(1, values.count / 8192)).map { values[$0] }.sorted()
    guard let first = sample.first, let last = sample.last else { return [] }
    let low = sample.count > 100 ? sample[sample.count / 100] : first
    let high = sample.count > 100 ? sample[sample.count * 99 / 100] : last
    let scale = high > low ? 255 / (high - low) : 0
    return values.map { UInt8(max(0, min(255, (($0 - low) * scale).rounded()))) }
  }
}
