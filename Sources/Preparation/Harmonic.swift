import Cine
import Glibc

/// The first temporal harmonic of every pixel: bright where something beats once a heartbeat.
enum Harmonic {
  /// Energy [rows, columns] of one clip, its grey values scaled by their own spread; zero for fewer than three frames.
  static func energy(_ clip: CineClip) -> [Float] {
    let n = clip.rows * clip.columns
    var real = [Float](repeating: 0, count: n)
    guard clip.frames > 2 else { return real }
    var imaginary = real
    let scale = 1 / max(spread(clip), 1e-6)
    clip.pixels.withUnsafeBufferPointer { pixels in
      real.withUnsafeMutableBufferPointer { real in
        imaginary.withUnsafeMutableBufferPointer { imaginary in
          for t in 0..<clip.frames {
            let angle = 2 * Double.pi * Double(t) / Double(clip.frames)
            let (c, s) = (Float(cos(angle)) * scale, Float(sin(angle)) * scale)
            for i in 0..<n {
              let x = pixels[t &* n &+ i]
              real[i] += c * x
              imaginary[i] += s * x
            }
          }
          for i in 0..<n {
            let e = (real[i] * real[i] + imaginary[i] * imaginary[i]) / Float(clip.frames * clip.frames)
            // A single glaring vessel must not outweigh the ventricle.
            real[i] = e.isFinite ? min(e, 0.05) : 0
          }
        }
      }
    }
    return real
  }

  /// Mean over the heartbeat [rows, columns], in units of the clip's spread; 0 where there is no number.
  static func mean(_ clip: CineClip) -> [Float] {
    let n = clip.rows * clip.columns
    var sum = [Float](repeating: 0, count: n)
    let scale = 1 / (max(spread(clip), 1e-6) * Float(max(clip.frames, 1)))
    clip.pixels.withUnsafeBufferPointer { pixels in
      for t in 0..<clip.frames {
        for i in 0..<n { sum[i] += pixels[t &* n &+ i] }
      }
    }
    return sum.map { $0.isFinite ? $0 * scale : 0 }
  }

  /// The 98th percentile of the first frame, from a sample.
  private static func spread(_ clip: CineClip) -> Float {
    let n = clip.rows * clip.columns
    let sample = stride(from: 0, to: n, by: max(1, n / 4000)).map { clip.pixels[$0] }.filter(\.isFinite).sorted()
    return sample.isEmpty ? 1 : sample[min(sample.count - 1, sample.count * 98 / 100)]
  }
}

/// Where a clip beats, as a picture: what the heart finder goes by.
public struct MotionMap: Hashable, Sendable {
  public let rows: Int
  public let columns: Int
  /// [rows, columns], 0…1: amplitude of the first harmonic, smoothed over 3 mm; all zero where nothing moves.
  public let values: [Float]

  public init(_ clip: CineClip) {
    rows = clip.rows
    columns = clip.columns
    let plane = Plane(clip)
    let radius = max(1, min(8, Int((3 / min(plane.geometry.rowSpacing, plane.geometry.columnSpacing)).rounded())))
    let smooth = BoxBlur.mean(Harmonic.energy(clip), clip.columns, clip.rows, radius: radius)
      .map { max($0, 0).squareRoot() }
    let sorted = stride(from: 0, to: smooth.count, by: max(1, smooth.count / 8192)).map { smooth[$0] }.sorted()
    let top = sorted.isEmpty ? 0 : sorted[sorted.count * 995 / 1000]
    values = smooth.map { top > 1e-6 ? min($0 / top, 1) : 0 }
  }
}

/// Box filters over a picture [height, width], its border counted as zero.
enum BoxBlur {
  static func sum(_ x: [Float], _ width: Int, _ height: Int, radius: Int) -> [Float] {
    pass(pass(x, width, height, 1, width, radius), height, width, width, 1, radius)
  }

  static func mean(_ x: [Float], _ width: Int, _ height: Int, radius: Int) -> [Float] {
    let side = Float(2 * radius + 1)
    return sum(x, width, height, radius: radius).map { $0 / (side * side) }
  }

  private static func pass(_ x: [Float], _ n: Int, _ lines: Int, _ step: Int, _ jump: Int, _ radius: Int) -> [Float] {
    var y = x
    for line in 0..<lines {
      var sum: Float = 0
      for i in 0..<min(radius, n) { sum += x[line * jump + i * step] }
      for i in 0..<n {
        if i + radius < n { sum += x[line * jump + (i + radius) * step] }
        if i - radius - 1 >= 0 { sum -= x[line * jump + (i - radius - 1) * step] }
        y[line * jump + i * step] = sum
      }
    }
    return y
  }
}
