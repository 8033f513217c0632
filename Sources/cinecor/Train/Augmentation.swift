import Glibc
import Plain
import Preparation

/// Turns, shifts and re-grades a clip a little, the same in all of its frames.
enum Augmentation {
  /// grey [frames, side, side] → network input of the same shape.
  static func apply(_ grey: [UInt8], side: Int, _ draw: inout SplitMix) -> [Float] {
    let angle = draw.uniform(-0.35, 0.35)
    let scale = draw.uniform(0.97, 1.03)
    let (c, s) = (Float(cos(angle) * scale), Float(sin(angle) * scale))
    let (dy, dx) = (Float(draw.uniform(-4, 4)), Float(draw.uniform(-4, 4)))
    let gain = Float(draw.uniform(0.8, 1.2)), lift = Float(draw.uniform(-0.08, 0.08))
    let gamma = Float(draw.uniform(0.75, 1.35))
    let table = (0..<256).map { powf(Float($0) / 255, gamma) * gain + lift }
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
    return [Float](unsafeUninitializedCapacity: grey.count) { out, count in
      grey.withUnsafeBufferPointer { g in
        table.withUnsafeBufferPointer { tone in
          taps.withUnsafeBufferPointer { taps in
            for t in 0..<frames {
              let base = t &* plane
              for k in 0..<plane {
                let tap = taps[k]
                var value = tone[0]
                if tap.offset >= 0 {
                  let o = base &+ Int(tap.offset)
                  let (a, b) = (tone[Int(g[o])], tone[Int(g[o &+ 1])])
                  let (p, q) = (tone[Int(g[o &+ side])], tone[Int(g[o &+ side &+ 1])])
                  let top = a + (b - a) * tap.fx
                  value = top + (p + (q - p) * tap.fx - top) * tap.fy
                }
                out[base &+ k] = (value - 0.4) * 4
              }
            }
          }
        }
      }
      count = grey.count
    }
  }
}
