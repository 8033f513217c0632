import Glibc
import Plain

/// Turns, shifts and re-grades a clip a little, the same in all of its frames, and where it is asked to moves its frames
/// along the heartbeat.
public struct Augmentation: Hashable, Sendable, Codable {
  /// Radians, either way.
  public var turn = 0.35
  public var scale = 0.03
  /// Of 64 pixels, either way.
  public var shift = 4.0
  public var gain = 0.2
  public var lift = 0.08
  public var gamma = 0.75...1.35
  /// Shares of the heartbeat by which it begins earlier or later, and by which its middle does.
  public var phase = 0.0
  public var warp = 0.0

  public init() {}

  /// grey [frames, side, side] → network input of the same shape, `tone` being the recipe's.
  func apply(_ grey: [UInt8], side: Int, tone: (offset: Float, gain: Float), _ draw: inout SplitMix) -> [Float] {
    let angle = draw.uniform(-turn, turn)
    let size = draw.uniform(1 - scale, 1 + scale)
    let (c, s) = (Float(cos(angle) * size), Float(sin(angle) * size))
    let reach = shift * Double(side) / 64
    let (dy, dx) = (Float(draw.uniform(-reach, reach)), Float(draw.uniform(-reach, reach)))
    let brightness = Float(draw.uniform(1 - gain, 1 + gain)), base = Float(draw.uniform(-lift, lift))
    let power = Float(draw.uniform(gamma.lowerBound, gamma.upperBound))
    let table = (0..<256).map { powf(Float($0) / 255, power) * brightness + base }
    let middle = Float(side - 1) / 2
    let plane = side * side
    var taps = [(offset: Int32, fy: Float, fx: Float)]()
    taps.reserveCapacity(plane)
    for i in 0..<side {
      for j in 0..<side {
        let (y, x) = (Float(i) - middle, Float(j) - middle)
        let (sy, sx) = (c * y - s * x + middle + dy, s * y + c * x + middle + dx)
        if sy >= 0, sx >= 0, sy < Float(side - 1), sx < Float(side - 1) {
          let (iy, ix) = (Int(sy), Int(sx))
          taps.append((Int32(iy * side + ix), sy - Float(iy), sx - Float(ix)))
        } else {
          taps.append((-1, 0, 0))
        }
      }
    }
    let frames = grey.count / plane
    let times = self.times(frames, &draw)
    return [Float](unsafeUninitializedCapacity: grey.count) { out, count in
      grey.withUnsafeBufferPointer { g in
        table.withUnsafeBufferPointer { grades in
          taps.withUnsafeBufferPointer { taps in
            for t in 0..<frames {
              let (to, from) = (t &* plane, times[t] &* plane)
              for k in 0..<plane {
                let tap = taps[k]
                var value = grades[0]
                if tap.offset >= 0 {
                  let o = from &+ Int(tap.offset)
                  let (a, b) = (grades[Int(g[o])], grades[Int(g[o &+ 1])])
                  let (p, q) = (grades[Int(g[o &+ side])], grades[Int(g[o &+ side &+ 1])])
                  let top = a + (b - a) * tap.fx
                  value = top + (p + (q - p) * tap.fx - top) * tap.fy
                }
                out[to &+ k] = (value - tone.offset) * tone.gain
              }
            }
          }
        }
      }
      count = grey.count
    }
  }

  /// Which frame stands at the place of each: a cine is one heartbeat, and goes round.
  private func times(_ frames: Int, _ draw: inout SplitMix) -> [Int] {
    guard phase > 0 || warp > 0 else { return Array(0..<frames) }
    let (start, bend) = (draw.uniform(-phase, phase), draw.uniform(-warp, warp))
    return (0..<frames).map { t in
      let moved = Double(t) + Double(frames) * (start + bend * sin(2 * .pi * Double(t) / Double(frames)))
      let frame = Int(moved.rounded()) % frames
      return frame < 0 ? frame + frames : frame
    }
  }
}
