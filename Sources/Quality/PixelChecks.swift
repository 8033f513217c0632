import Cine
import Plain

/// What the pixels tell. Fed slice by slice, so that no more than two slices are held at once.
public struct PixelChecks {
  /// Those of single slices, and those that many slices share, once a series.
  public var problems: [Problem] { single + shared.map(\.problem) }
  private var single: [Problem] = []
  private var shared: [SharedProblem] = []
  /// SHA-256 over the hashes of each slice's frames, in rising order: a copy may have lost its times. Blank slices, which
  /// are all alike, have none.
  public private(set) var prints: [String] = []
  private var seen: [String: (series: Int, slice: Int)] = [:]
  /// The last two slices' mean pictures, oldest first, all of one series.
  private var before: [(series: Int, slice: Int, mean: [Float])] = []

  public init() {}

  /// `slice` counts from 0 within its series.
  public mutating func add(_ clip: CineClip, series: Int, slice: Int) {
    let plane = clip.rows * clip.columns
    guard plane > 0, clip.frames > 0 else { return }
    if let print = Self.print(clip, plane) {
      prints.append(print)
      if let other = seen[print] {
        single.append(
          Problem(
            "duplicate", .error, series: series,
            "Slice \(slice + 1) has the same pixels as slice \(other.slice + 1) of series \(other.series + 1)."))
      }
      seen[print] = (series, slice)
    }
    frames(clip, plane, series, slice)
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
    // In an oblique stack every slice lies a little further aside: only what is there and back again counts.
    let (y, x) = ((there.y - back.y) / 2, (there.x - back.x) / 2)
    let off = (y * y + x * x).squareRoot()
    guard off > 6 else { return }
    let ahead = (there.y * y + there.x * x) / off
    let behind = (back.y * y + back.x * x) / off
    let (dy, dx) = (whole.y - there.y - back.y, whole.x - there.x - back.x)
    guard ahead > off / 2, behind < -off / 2, (dy * dy + dx * dx).squareRoot() < off / 2 else { return }
    single.append(
      Problem(
        "breath_hold_shift", .warning, series: middle.series,
        "Slice \(middle.slice + 1) lies about \(HeaderChecks.mm(off)) aside of both its neighbours: another breath-hold?"
      ))
  }

  private mutating func frames(_ clip: CineClip, _ plane: Int, _ series: Int, _ slice: Int) {
    func add(_ code: String, _ weight: Problem.Weight, _ what: String, frames: Int? = nil) {
      if let i = shared.firstIndex(where: { $0.code == code && $0.series == series }) {
        shared[i].add(slice, frames: frames)
      } else {
        shared.append(
          SharedProblem(code: code, weight: weight, series: series, what: what, slices: [slice], frames: frames))
      }
    }
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
      add("empty_frames", .error, "Empty", frames: empty)
    }
    if clipped * 2 > clip.frames {
      add("clipped", .warning, "Cut off at the brightest")
    }
    let sorted = clip.pixels[0..<plane].sorted()
    let (dark, bright) = (sorted[plane / 20], sorted[plane * 19 / 20])
    if empty == 0, bright > 0, bright - dark < 0.2 * bright {
      add("low_contrast", .warning, "Hardly any contrast")
    }
    let still = (1..<max(clip.frames, 1)).count { f in
      clip.pixels[f * plane..<(f + 1) * plane].elementsEqual(clip.pixels[(f - 1) * plane..<f * plane])
    }
    if still > 0 {
      add("repeated_frames", .error, "The same as the frame before", frames: still)
    }
  }

  private static func print(_ clip: CineClip, _ plane: Int) -> String? {
    guard let first = clip.pixels.first, clip.pixels.contains(where: { $0 != first }) else { return nil }
    let frames = clip.pixels.withUnsafeBytes { bytes in
      (0..<clip.frames).map {
        SHA256.hex(of: UnsafeRawBufferPointer(rebasing: bytes[$0 * plane * 4..<($0 + 1) * plane * 4]))
      }
    }
    return SHA256.hex(of: frames.sorted().joined().utf8)
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
