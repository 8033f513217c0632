import Cine
import Glibc

/// The first temporal harmonic of every pixel: bright where something beats once a heartbeat.
enum Harmonic {
  /// Energy [rows, columns] of one clip, its grey values scaled by their own spread.
  static func energy(_ clip: CineClip) -> [Float] {
    let n = clip.rows * clip.columns
    var real = [Float](repeating: 0, count: n)
    var imaginary = real
    guard clip.frames > 2 else { return real }
    let scale = 1 / max(spread(clip), 1e-6)
    for t in 0..<clip.frames {
      let angle = 2 * Double.pi * Double(t) / Double(clip.frames)
      let (c, s) = (Float(cos(angle)) * scale, Float(sin(angle)) * scale)
      for i in 0..<n {
        let x = clip.pixels[t &* n &+ i]
        real[i] += c * x
        imaginary[i] += s * x
      }
    }
    for i in 0..<n {
      let e = (real[i] * real[i] + imaginary[i] * imaginary[i]) / Float(clip.frames * clip.frames)
      // A single glaring vessel must not outweigh the ventricle.
      real[i] = e.isFinite ? min(e, 0.05) : 0
    }
    return real
  }

  /// The 98th percentile of the first frame, from a sample.
  private static func spread(_ clip: CineClip) -> Float {
    let n = clip.rows * clip.columns
    let sample = stride(from: 0, to: n, by: max(1, n / 4000)).map { clip.pixels[$0] }.filter(\.isFinite).sorted()
    return sample.isEmpty ? 1 : sample[min(sample.count - 1, sample.count * 98 / 100)]
  }
}
