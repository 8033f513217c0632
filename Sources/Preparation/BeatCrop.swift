import Cine

/// The phases of a clip within its heartbeat.
enum Heartbeat {
  /// Times that rise and fit into the heartbeat that they came with.
  static func isPlausible(_ clip: CineClip) -> Bool {
    guard let first = clip.times.first, let last = clip.times.last, clip.heartbeat > 0, clip.heartbeat < 1e6 else {
      return false
    }
    return last > first && last - first <= clip.heartbeat * 1.02
      && zip(clip.times, clip.times.dropFirst()).allSatisfy { $0 < $1 }
  }

  /// For each of `frames` moments spread evenly over the heartbeat, the two frames around it and the second one's share.
  /// The heartbeat is a circle: after the last frame comes the first.
  static func samples(_ clip: CineClip, frames: Int) -> [(before: Int, after: Int, share: Float)] {
    let n = clip.frames
    let start = clip.times.first ?? 0
    let at =
      isPlausible(clip) ? clip.times.map { ($0 - start) / clip.heartbeat } : (0..<n).map { Double($0) / Double(n) }
    return (0..<frames).map { k in
      let t = Double(k) / Double(frames)
      let after = at.firstIndex { $0 > t } ?? n
      let before = max(after - 1, 0)
      let (t0, t1) = (at[before], after < n ? at[after] : 1)
      return (before, after % n, t1 > t0 ? Float((t - t0) / (t1 - t0)) : 0)
    }
  }
}

/// The box around the heart, cut out of one clip.
struct BeatCrop {
  private let recipe: BeatRecipe
  private let clip: CineClip
  /// Samples a side that are averaged for one pixel where the source is finer.
  private let fine: Int
  private let taps: [Tap]

  /// Bilinear interpolation at one point; outside of the picture there is none.
  private struct Tap {
    var offset: Int
    var fy: Float
    var fx: Float
    var inside: Bool
  }

  init(_ recipe: BeatRecipe, _ plane: Plane, centre: (row: Double, column: Double)) {
    self.recipe = recipe
    clip = plane.clip
    let g = plane.geometry
    let pixels = recipe.pixels
    let pitch = recipe.box / Double(pixels)
    let fine = max(1, min(4, Int((pitch / min(g.rowSpacing, g.columnSpacing)).rounded())))
    self.fine = fine
    var taps: [Tap] = []
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
            taps.append(
              Tap(
                offset: iy * clip.columns + ix, fy: inside ? Float(y - Double(iy)) : 0,
                fx: inside ? Float(x - Double(ix)) : 0, inside: inside))
          }
        }
      }
    }
    self.taps = taps
  }

  /// One frame of the clip [pixels, pixels]; 0 where the picture ends or holds no number.
  private func still(_ t: Int) -> [Float] {
    let (columns, start, each) = (clip.columns, t * clip.rows * clip.columns, fine * fine)
    let weight = 1 / Float(each)
    return clip.pixels.withUnsafeBufferPointer { all in
      taps.withUnsafeBufferPointer { taps in
        (0..<recipe.pixels * recipe.pixels).map { k in
          var sum: Float = 0
          for tap in taps[k &* each..<(k &+ 1) &* each] where tap.inside {
            let o = start &+ tap.offset
            let top = all[o] + (all[o &+ 1] - all[o]) * tap.fx
            let bottom = all[o &+ columns] + (all[o &+ columns &+ 1] - all[o &+ columns]) * tap.fx
            sum += top + (bottom - top) * tap.fy
          }
          return sum.isFinite ? sum * weight : 0
        }
      }
    }
  }

  /// [frames, pixels, pixels], 0…255.
  func grey() -> [UInt8] {
    var stills = [[Float]?](repeating: nil, count: clip.frames)
    func kept(_ t: Int) -> [Float] {
      if let made = stills[t] { return made }
      let made = still(t)
      stills[t] = made
      return made
    }
    var values: [Float] = []
    values.reserveCapacity(recipe.frames * recipe.pixels * recipe.pixels)
    for (before, after, share) in Heartbeat.samples(clip, frames: recipe.frames) {
      let (x, y) = (kept(before), kept(after))
      for k in x.indices { values.append(x[k] + (y[k] - x[k]) * share) }
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
    // In this order of arguments a NaN becomes a number.
    return values.map { UInt8(max(0, min(255, (($0 - low) * scale).rounded()))) }
  }
}
