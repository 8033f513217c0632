import Glibc

/// Bright blood in a dark ring, around the middle of one patch of a short-axis slice. All is read from the brightness
/// at each distance from the middle, averaged around: what merely passes by or turns leaves it nearly as it was.
struct RingMeasure {
  /// How much darker the ring is than the blood, 0…1.
  let contrast: Double
  /// Area that looks filled with blood, mm², one a frame.
  let bloodAreas: [Double]
  /// The darkest moment of the blood in the middle over its brightest.
  let steadiness: Double

  /// mm from the middle to half-way between blood and ring, at the fullest moment.
  let radius: Double

  private static let step = 2.5
  private static let rings = 21
  private static let rays = 36

  /// Nil where blood has no brightness.
  init?(_ patch: HeartPatch) {
    let profiles = Self.profiles(patch)
    let frames = profiles.count
    guard frames > 0 else { return nil }
    let mean = (0..<Self.rings).map { k in profiles.reduce(0) { $0 + $1[k] } / Double(frames) }
    // Blood out to 7.5 mm, as bright as it is for a quarter of the beat: a trabecula may pass through.
    let core = profiles.map { ($0[0] + $0[1] + $0[2] + $0[3]) / 4 }
    let blood = Self.percentile(core, 75)
    guard blood > 0, blood.isFinite else { return nil }
    // The ring is the first dark place from 10 mm outwards; in the end the darkest.
    let outer = 4..<Self.rings
    let first = outer.dropLast().first { k in
      mean[k] <= mean[k - 1] && mean[k] <= mean[k + 1] && mean[k] < 0.85 * blood
    }
    let ring = first ?? outer.min { mean[$0] < mean[$1] } ?? 4
    let muscle = Self.percentile(profiles.map { $0[ring] }, 10)
    contrast = (blood - muscle) / blood
    let scale = max(blood - muscle, 1e-6 * blood)
    let areas = profiles.map { profile in
      (0...ring).reduce(0.0) { sum, k in
        let filled = min(max((profile[k] - muscle) / scale, 0), 1)
        return sum + filled * 2 * Double.pi * Double(k) * Self.step * Self.step
      }
    }
    bloodAreas = areas
    let fullest = profiles.indices.max { areas[$0] < areas[$1] } ?? 0
    let half = (blood + muscle) / 2
    let edge = (1...ring).first { profiles[fullest][$0] < half } ?? ring
    let (inner, outside) = (profiles[fullest][edge - 1], profiles[fullest][edge])
    let share = inner > outside ? min(max((inner - half) / (inner - outside), 0), 1) : 1
    radius = (Double(edge - 1) + share) * Self.step
    let centre = profiles.map { ($0[0] + $0[1] + $0[2]) / 3 }
    steadiness = max((centre.min() ?? 0) / max(centre.max() ?? 0, 1e-9), 0)
  }

  /// Mean brightness at each distance from the middle, one list a frame.
  private static func profiles(_ patch: HeartPatch) -> [[Double]] {
    let side = HeartPatch.side
    let middle = Double(side - 1) / 2
    let turns = (0..<rays).map { Double($0) / Double(rays) * 2 * Double.pi }
    let taps = (0..<rings).map { k in
      turns.map { angle -> (at: Int, fy: Double, fx: Double) in
        let r = Double(k) * step / HeartPatch.pitch
        let (y, x) = (middle + r * sin(angle), middle + r * cos(angle))
        let (i, j) = (min(Int(y), side - 2), min(Int(x), side - 2))
        return (i * side + j, y - Double(i), x - Double(j))
      }
    }
    return (0..<patch.frames).map { t in
      let start = t * HeartPatch.area
      func at(_ k: Int) -> Double { Double(patch.values[start + k]) }
      return taps.map { ring in
        ring.reduce(0.0) { sum, tap in
          let top = at(tap.at) * (1 - tap.fx) + at(tap.at + 1) * tap.fx
          let bottom = at(tap.at + side) * (1 - tap.fx) + at(tap.at + side + 1) * tap.fx
          return sum + top * (1 - tap.fy) + bottom * tap.fy
        } / Double(rays)
      }
    }
  }

  static func percentile(_ values: [Double], _ percent: Int) -> Double {
    let sorted = values.sorted()
    return sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, sorted.count * percent / 100)]
  }
}

/// The rings of a short-axis stack taken together: an apparent volume of blood that shrinks and grows once a heartbeat.
public struct StackRing: Hashable, Sendable {
  /// Median over the slices.
  public let contrast: Double
  public let steadiness: Double
  /// mm, of the widest slice.
  public let radius: Double
  /// Share of the largest apparent volume that leaves.
  public let emptying: Double

  init?(_ patches: [HeartPatch]) {
    let rings = patches.compactMap(RingMeasure.init)
    guard let frames = rings.map(\.bloodAreas.count).min(), frames > 2 else { return nil }
    contrast = RingMeasure.percentile(rings.map(\.contrast), 50)
    steadiness = RingMeasure.percentile(rings.map(\.steadiness), 50)
    radius = rings.map(\.radius).max() ?? 0
    // A stack can be ragged: the longer curves are read at the shortest one's moments.
    let areas = rings.map { ring in
      (0..<frames).map { ring.bloodAreas[$0 * ring.bloodAreas.count / frames] }
    }
    let volume = (0..<frames).map { t in areas.reduce(0) { $0 + $1[t] } }
    let (low, high) = (volume.min() ?? 0, volume.max() ?? 0)
    emptying = high > 0 ? (high - low) / high : 0
  }
}
