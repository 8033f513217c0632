import Glibc

/// How a series of values over one heartbeat divides into slow change, which a beat is, and the rest.
enum BeatSpectrum {
  /// Cosine and sine parts of a harmonic of `values`, the whole beat being one turn.
  static func harmonic(_ k: Int, _ values: [Double]) -> (real: Double, imaginary: Double) {
    let n = Double(values.count)
    var (a, b) = (0.0, 0.0)
    for (t, x) in values.enumerated() {
      let angle = 2 * Double.pi * Double(k * t) / n
      a += x * cos(angle)
      b -= x * sin(angle)
    }
    return (a / n, b / n)
  }

  /// Share of the variance in harmonics 1 to `top` beyond the share that white noise has there: 0 for noise, 1 where
  /// nothing else is; below 0 where change is faster than noise. Nil where so few values tell nothing.
  static func regularity(slow: Double, variance: Double, top: Int, frames: Int) -> Double? {
    let chance = Double(2 * top) / Double(frames - 1)
    guard chance < 0.9, variance > 0, variance.isFinite, slow.isFinite else { return nil }
    return (slow / variance - chance) / (1 - chance)
  }

  static func regularity(_ values: [Double], top: Int) -> Double? {
    guard values.count > 2 else { return nil }
    let mean = values.reduce(0, +) / Double(values.count)
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
    let slow = (1...top).reduce(0.0) { sum, k in
      let h = harmonic(k, values)
      return sum + 2 * (h.real * h.real + h.imaginary * h.imaginary)
    }
    return regularity(slow: slow, variance: variance, top: top, frames: values.count)
  }
}
