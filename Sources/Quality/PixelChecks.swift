import Cine

/// What the pixels tell. Fed slice by slice, so that no more than two slices are held at once.
public struct PixelChecks {
  public private(set) var problems: [Problem] = []
  private var seen: [String: (series: Int, slice: Int)] = [:]
  /// The last two slices' mean pictures, oldest first, all of one series.
  private var before: [(series: Int, slice: Int, mean: [Float])] = []

  public init() {}

  /// `slice` counts from 0 within its series.
  public mutating func add(_ clip: CineClip, series: Int, slice: Int) {
    let plane = clip.rows * clip.columns
    guard plane > 0, clip.frames > 0 else { return }
    let name = "Slice \(slice + 1)"
    let sum = clip.pixels.withUnsafeBytes { SHA256.hex(of: $0) }
    if let other = seen[sum] {
      problems.append(
        Problem(
          "duplicate", .error, series: series,
          "\(name) has the same pixels as slice \(other.slice + 1) of series \(other.series + 1)."))
    }
    seen[sum] = (series, slice)
    frames(clip, plane, series, name)
    let mean = Self.mean(clip, plane)
    before.removeAll { $0.series != series }
    if before.count == 2 { outlier(before[0].mean, before[1], mean, clip) }
    before = before.suffix(1) + [(series, slice, mean)]
  }

  /// Anatomy changes from slice to slice; a slice that lies aside of both its neighbours, which agree, was breathed.
  private mutating func outlier(
    _ first: [Float], _ middle: (series: Int, slice: Int, mean: [Float]), _ last: [Float], _ clip: CineClip
  ) {
    guard let there = Self.shift(first, middle.mean, clip), let back = Self.shift(middle.mean, last, clip),
      let whole = Self.shift(first, last, clip)
    else { return }
    func length(_ y: Double, _ x: Double) -> Double { (y * y + x * x).squareRoot() }
    let off = min(length(there.y, there.x), length(back.y, back.x))
    guard off > 6, length(there.y + back.y, there.x + back.x) < off / 2, length(whole.y, whole.x) < off / 2 else {
      return
    }
    problems.append(
      Problem(
        "breath_hold_shift", .warning, series: middle.series,
        "Slice \(middle.slice + 1) lies about \(HeaderChecks.mm(off)) aside of both its neighbours: another breath-hold?"
      ))
  }

  private mutating func frames(_ clip: CineClip, _ plane: Int, _ series: Int, _ name: String) {
    var (empty, clipped) = (0, 0)
    for f in 0..<clip.frames {
      let frame = clip.pixels[f * plane..<(f + 1) * plane]
      guard let low = frame.min(), let high = frame.max(), high > low else {
        empty += 1
        continue
      }
      // Many pixels at the very top: the scale ended before the signal did.
      if frame.count(where: { $0 == high }) * 50 > plane { clipped += 1 }
    }
    if empty > 0 {
      problems.append(Problem("empty_frames", .error, series: series, "\(name) has \(empty) empty frames."))
    }
    if clipped * 2 > clip.frames {
      problems.append(Problem("clipped", .warning, series: series, "\(name) is cut off at its brightest."))
    }
    let sorted = clip.pixels[0..<plane].sorted()
    let (dark, bright) = (sorted[plane / 20], sorted[plane * 19 / 20])
    if empty == 0, bright > 0, bright - dark < 0.2 * bright {
      problems.append(Problem("low_contrast", .warning, series: series, "\(name) has hardly any contrast."))
    }
    let still = (1..<max(clip.frames, 1)).count { f in
      clip.pixels[f * plane..<(f + 1) * plane].elementsEqual(clip.pixels[(f - 1) * plane..<f * plane])
    }
    if still > 0 {
      problems.append(Problem("repeated_frames", .error, series: series, "\(name) repeats \(still) frames."))
    }
  }

  private static func mean(_ clip: CineClip, _ plane: Int) -> [Float] {
    var sum = [Float](repeating: 0, count: plane)
    for f in 0..<clip.frames { for i in 0..<plane { sum[i] += clip.pixels[f * plane + i] } }
    return sum
  }

  /// How far, mm, one slice's mean picture must be moved to lie best on the next one's: least mean absolute difference
  /// over whole steps of two pixels. Nil where sizes differ or nothing is known of millimetres.
  private static func shift(_ a: [Float], _ b: [Float], _ clip: CineClip) -> (y: Double, x: Double)? {
    guard a.count == b.count, let g = clip.geometry else { return nil }
    let (rows, columns) = (clip.rows, clip.columns)
    let reach = 16
    guard rows > 4 * reach, columns > 4 * reach else { return nil }
    let (scaleA, scaleB) = (a.max() ?? 1, b.max() ?? 1)
    guard scaleA > 0, scaleB > 0 else { return nil }
    func difference(_ dy: Int, _ dx: Int) -> Float {
      var sum: Float = 0
      for y in stride(from: reach, to: rows - reach, by: 3) {
        for x in stride(from: reach, to: columns - reach, by: 3) {
          sum += abs(a[(y + dy) * columns + x + dx] / scaleA - b[y * columns + x] / scaleB)
        }
      }
      return sum
    }
    let still = difference(0, 0)
    var best = (value: still, dy: 0, dx: 0)
    for dy in stride(from: -reach, through: reach, by: 2) {
      for dx in stride(from: -reach, through: reach, by: 2) {
        let value = difference(dy, dx)
        if value < best.value { best = (value, dy, dx) }
      }
    }
    // A little better elsewhere is not better.
    if best.value > 0.85 * still { best = (still, 0, 0) }
    return (Double(best.dy) * g.rowSpacing, Double(best.dx) * g.columnSpacing)
  }
}
