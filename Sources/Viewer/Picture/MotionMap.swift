import Cine

/// What moves in a clip: where the heart is, and how far it is from rest in each frame.
public struct MotionMap: Sendable {
  /// Middle of what moves, pixels.
  public let row: Double
  public let column: Double
  /// Mean absolute difference to the fullest frame, scaled to 0…1, one a frame.
  public let curve: [Double]
  public let endDiastole: Int
  public let endSystole: Int
  /// Grey values around the heart at each whole percent, 0 to 100: fat and glare elsewhere do not count.
  public let percentiles: [Float]

  public init(_ clip: CineClip) {
    let n = clip.rows * clip.columns
    // Blocks of two millimetres and more are enough to find a heart by.
    let block = max(1, min(clip.rows, clip.columns) / 64)
    let (h, w) = (max(clip.rows / block, 1), max(clip.columns / block, 1))
    var means = [[Float]]()
    for t in 0..<clip.frames {
      var sum = [Float](repeating: 0, count: h * w)
      for i in 0..<min(h * block, clip.rows) {
        for j in 0..<min(w * block, clip.columns) {
          let x = clip.pixels[t * n + i * clip.columns + j]
          sum[(i / block) * w + j / block] += x.isFinite ? x : 0
        }
      }
      means.append(sum)
    }
    var energy = [Float](repeating: 0, count: h * w)
    for k in 0..<h * w where clip.frames > 1 {
      let mean = means.reduce(0) { $0 + $1[k] } / Float(clip.frames)
      energy[k] = means.reduce(0) { $0 + abs($1[k] - mean) }
    }
    let spacing = Double(block) * (clip.geometry?.rowSpacing ?? 1.5)
    let centre = Self.centre(energy, h, w, reach: max(35 / spacing, 3))
    row = (centre.0 + 0.5) * Double(block)
    column = (centre.1 + 0.5) * Double(block)
    (curve, endDiastole, endSystole) = Self.curve(means, h, w, centre, reach: max(45 / spacing, 4))
    let sample = Self.greyValues(clip, row: row, column: column)
    percentiles = (0...100).map { p in sample.isEmpty ? 0 : sample[min(sample.count - 1, p * sample.count / 100)] }
  }

  /// Sorted values within 75 mm of the middle, of some frames.
  private static func greyValues(_ clip: CineClip, row: Double, column: Double) -> [Float] {
    let (sy, sx) = (clip.geometry?.rowSpacing ?? 1.5, clip.geometry?.columnSpacing ?? 1.5)
    let rows = max(0, Int(row - 75 / sy))..<max(1, min(clip.rows, Int(row + 75 / sy)))
    let columns = max(0, Int(column - 75 / sx))..<max(1, min(clip.columns, Int(column + 75 / sx)))
    guard rows.lowerBound < rows.upperBound, columns.lowerBound < columns.upperBound else { return [] }
    let step = max(1, Int(Double(rows.count * columns.count / 4000).squareRoot()))
    var values: [Float] = []
    for t in stride(from: 0, to: clip.frames, by: max(1, clip.frames / 5)) {
      for i in stride(from: rows.lowerBound, to: rows.upperBound, by: step) {
        for j in stride(from: columns.lowerBound, to: columns.upperBound, by: step) {
          let x = clip.pixels[(t * clip.rows + i) * clip.columns + j]
          if x.isFinite { values.append(x) }
        }
      }
    }
    return values.sorted()
  }

  /// A mean shift from the middle of what moves most.
  private static func centre(_ energy: [Float], _ h: Int, _ w: Int, reach: Double) -> (Double, Double) {
    var (y, x) = (Double(h) / 2, Double(w) / 2)
    for round in 0..<16 {
      // Wide first, so that the start hardly matters.
      let r = round < 4 ? reach * 2.5 : reach
      var (sy, sx, s) = (0.0, 0.0, 0.0)
      for i in 0..<h {
        for j in 0..<w {
          let (dy, dx) = (Double(i) - y, Double(j) - x)
          guard dy * dy + dx * dx <= r * r else { continue }
          let e = Double(energy[i * w + j])
          sy += e * Double(i)
          sx += e * Double(j)
          s += e
        }
      }
      guard s > 0 else { break }
      (y, x) = (sy / s, sx / s)
    }
    return (y, x)
  }

  private static func curve(
    _ means: [[Float]], _ h: Int, _ w: Int, _ centre: (Double, Double), reach: Double
  ) -> ([Double], Int, Int) {
    guard let first = means.first, means.count > 1 else { return (means.map { _ in 0 }, 0, 0) }
    let inside = (0..<h * w).filter { k in
      let (dy, dx) = (Double(k / w) - centre.0, Double(k % w) - centre.1)
      return dy * dy + dx * dx <= reach * reach
    }
    func distance(_ a: [Float], _ b: [Float]) -> Double { inside.reduce(0) { $0 + Double(abs(a[$1] - b[$1])) } }
    let raw = means.map { distance($0, first) }
    let top = raw.max() ?? 0
    let systole = raw.indices.max { raw[$0] < raw[$1] } ?? 0
    // Noise alone makes every frame differ from the first; the bars begin near there.
    let floor = 0.8 * (raw.dropFirst().min() ?? 0)
    return (raw.map { top > floor ? max(0, ($0 - floor) / (top - floor)) : 0 }, 0, systole)
  }
}
